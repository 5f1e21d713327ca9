/* Naming locations from the binaries on this machine.
 *
 * A mapping is named in one go: its file is opened, its base computed for the
 * first address that lies in the mapping, and all of its locations asked for.
 * Frames come from the binary's lines; the outermost one's function, and
 * everything where there are no lines, from the symbol table, whose names are
 * those that the linker kept apart ("f.cold", instances of templates).
 *
 * Which mappings are taken up, and most messages, are the reference's
 * (google/pprof, internal/symbolizer); symbolize.h tells what is added. Unlike
 * there, a mapping that has names for most of its locations is not talked
 * about: where the measured program named what it could, some holes are normal,
 * as in every stripped system library. */
#include "symbolize/desk.h"
#include "symbolize/fileless.h"
#include "symbolize/location.h"
#include "symbolize/summary.h"

/* What reading one unit of a file leaves to the next one, in bytes: most units
 * are small, and asking the system for memory and giving it back would take
 * longer than reading them. */
enum { SPARE_SIZE = 4 << 20 };

/* Some of a profile's locations, by index. */
struct selection {
    uint32_t *items;
    uint32_t count;
};

/* The mapping being named. */
struct mapping_naming {
    struct pp_location_naming *naming;
    struct pp_binaries *binaries;
    struct pp_fileless *fileless;
    struct pp_mapping *mapping;
    struct selection locations; /* all of it */
    struct selection wanted;    /* those to find something out for */
    uint64_t *addresses;        /* of the wanted, in the file */
    const struct pp_symbols *symbols;
    struct pp_lines *lines; /* NULL: there are none */
    uint64_t base;
};

/* ---- the locations of each mapping -------------------------------------- */

/* Locations sorted by mapping: those of mapping m are
 * items[starts[m] .. starts[m + 1]). */
struct by_mapping {
    uint32_t *items, *starts;
};

static int sort_by_mapping(const struct pp_profile *profile,
                           struct pp_arena *arena, struct by_mapping *sorted)
{
    uint32_t count = profile->mappings.count;
    sorted->starts = pp_arena_array(arena, (size_t)count + 2, sizeof(uint32_t));
    sorted->items =
        pp_arena_array(arena, profile->locations.count, sizeof(uint32_t));
    if (!sorted->starts || !sorted->items)
        return PP_E_MEMORY;
    /* Counting sort: starts[m + 2] counts m, then starts[m + 1] is where the
     * next location of m goes, and at last where those of m end. */
    for (uint32_t i = 0; i < profile->locations.count; i++)
        if (profile->locations.items[i].mapping != PP_NONE)
            sorted->starts[profile->locations.items[i].mapping + 2]++;
    for (uint32_t m = 2; m < count + 2; m++)
        sorted->starts[m] += sorted->starts[m - 1];
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        uint32_t mapping = profile->locations.items[i].mapping;
        if (mapping != PP_NONE)
            sorted->items[sorted->starts[mapping + 1]++] = i;
    }
    return PP_OK;
}

static const struct pp_location *location_at(
    const struct mapping_naming *naming, uint32_t index)
{
    return &naming->naming->profile->locations.items[index];
}

/* ---- what the person is told -------------------------------------------- */

static struct pp_slice file_name(const struct mapping_naming *naming)
{
    return pp_slice_base_name(
        pp_profile_text(naming->naming->profile, naming->mapping->filename));
}

/* Whether more of the mapping's locations lack a name than have one. */
static bool is_mostly_nameless(const struct mapping_naming *naming)
{
    uint32_t named = 0;
    for (uint32_t i = 0; i < naming->locations.count; i++)
        named += pp_location_has_name(
            naming->naming->profile,
            location_at(naming, naming->locations.items[i]));
    return named < naming->locations.count - named;
}

/* Names that were asked for anew are missed in any case. */
static bool are_names_missed(const struct mapping_naming *naming)
{
    return naming->naming->options->force || is_mostly_nameless(naming);
}

/* As the reference has it, the first mapping is the program's. */
static bool is_program(const struct mapping_naming *naming)
{
    return naming->mapping == &naming->naming->profile->mappings.items[0];
}

static void note_no_file_name(const struct mapping_naming *naming,
                              struct pp_summary *summary)
{
    if (are_names_missed(naming))
        pp_summary_no_file_name(summary, is_program(naming));
}

static void note_failed(const struct mapping_naming *naming,
                        const struct pp_error *why, struct pp_summary *summary)
{
    struct pp_slice id =
        pp_profile_text(naming->naming->profile, naming->mapping->build_id);
    if (are_names_missed(naming))
        pp_summary_failed(summary, file_name(naming), id, why);
    else if (is_program(naming))
        pp_summary_lineless(summary, file_name(naming), why->text);
}

/* Where a program has lines, but none at its samples, nothing is amiss: all of
 * them may be in a library, called from code that has none anywhere. */
static void note_named(const struct mapping_naming *naming,
                       struct pp_summary *summary)
{
    const char *missing = naming->lines ? pp_lines_missing(naming->lines) : "";
    if (*missing)
        pp_summary_incomplete(summary, file_name(naming), missing);
    if (is_mostly_nameless(naming))
        pp_summary_nameless(summary, file_name(naming));
    else if (is_program(naming) && !naming->lines &&
             !naming->mapping->has_line_numbers)
        pp_summary_lineless(summary, file_name(naming), NULL);
}

/* ---- the file of a mapping ---------------------------------------------- */

static int compute_base(struct mapping_naming *naming, struct pp_error *err)
{
    const struct pp_mapping *mapping = naming->mapping;
    uint64_t address = mapping->start;
    for (uint32_t i = 0; i < naming->locations.count; i++) {
        uint64_t candidate =
            location_at(naming, naming->locations.items[i])->address;
        if (candidate >= mapping->start && candidate < mapping->limit) {
            address = candidate;
            break;
        }
    }
    return pp_symbols_base(naming->symbols, mapping->start, mapping->limit,
                           mapping->offset, address, &naming->base, err);
}

/* Open the mapping's file and see how the mapping lies in it. Where names are
 * there no server is asked for lines that nobody wants to see. */
static int open_mapping(struct mapping_naming *naming, struct pp_error *err)
{
    const struct pp_profile *profile = naming->naming->profile;
    const struct pp_binary *binary;
    bool may_fetch =
        naming->naming->options->wants_lines || !naming->mapping->has_functions;
    int status = pp_binaries_find(
        naming->binaries, pp_profile_text(profile, naming->mapping->filename),
        pp_profile_text(profile, naming->mapping->build_id), may_fetch, &binary,
        err);
    if (status < 0)
        return status;
    naming->symbols = binary->symbols;
    naming->lines = binary->lines;
    return compute_base(naming, err);
}

/* ---- locations ---------------------------------------------------------- */

/* Choose from all locations of the mapping those that are wanted. */
static void select_wanted(struct mapping_naming *naming)
{
    for (uint32_t i = 0; i < naming->locations.count; i++) {
        uint32_t index = naming->locations.items[i];
        if (pp_location_is_wanted(naming->naming, location_at(naming, index)))
            naming->wanted.items[naming->wanted.count++] = index;
    }
}

static int name_location(struct mapping_naming *naming, uint32_t index,
                         uint64_t address)
{
    struct pp_found_frames found;
    found.count = naming->lines ? pp_lines_find(naming->lines, address,
                                                found.frames, PP_FRAMES_MAX)
                                : 0;
    if (!pp_symbols_find(naming->symbols, address, &found.symbol, NULL))
        found.symbol = (struct pp_slice){0};
    return pp_location_set_frames(naming->naming, index, &found);
}

static int name_locations(struct mapping_naming *naming)
{
    const struct selection *wanted = &naming->wanted;
    int status = PP_OK;
    for (uint32_t i = 0; i < wanted->count; i++)
        naming->addresses[i] =
            location_at(naming, wanted->items[i])->address - naming->base;
    if (naming->lines)
        pp_lines_prepare(naming->lines, naming->addresses, wanted->count);
    for (uint32_t i = 0; i < wanted->count && status == PP_OK; i++)
        status = name_location(naming, wanted->items[i], naming->addresses[i]);
    pp_frame_functions_release(&naming->naming->by_frame);
    return status;
}

/* ---- one mapping -------------------------------------------------------- */

static int name_from_file(struct mapping_naming *naming,
                          struct pp_summary *summary)
{
    struct pp_error why = {0};
    if (open_mapping(naming, &why) < 0) {
        note_failed(naming, &why, summary);
        return PP_OK;
    }
    int status = name_locations(naming);
    note_named(naming, summary);
    return status;
}

static int name_mapping(struct mapping_naming *naming,
                        struct pp_summary *summary)
{
    const struct pp_profile *profile = naming->naming->profile;
    select_wanted(naming);
    if (naming->wanted.count == 0 ||
        pp_mapping_is_remote(profile, naming->mapping))
        return PP_OK;
    naming->symbols =
        pp_fileless_find(naming->fileless, naming->mapping, &naming->base);
    if (naming->symbols)
        return name_locations(naming);
    if (pp_mapping_is_unsymbolizable(profile, naming->mapping))
        return PP_OK;
    if (naming->mapping->filename == 0) {
        note_no_file_name(naming, summary);
        return PP_OK;
    }
    return name_from_file(naming, summary);
}

/* ---- all ---------------------------------------------------------------- */

static int name_mappings(struct pp_location_naming *naming,
                         struct pp_binaries *binaries, struct pp_arena *arena,
                         struct pp_summary *summary)
{
    struct pp_profile *profile = naming->profile;
    struct pp_fileless fileless = {.profile = profile};
    uint32_t count = profile->locations.count;
    uint32_t *wanted = pp_arena_array(arena, count, sizeof *wanted);
    uint64_t *addresses = pp_arena_array(arena, count, sizeof *addresses);
    struct by_mapping sorted;
    if (!wanted || !addresses || sort_by_mapping(profile, arena, &sorted) < 0)
        return PP_E_MEMORY;
    int status = PP_OK;
    for (uint32_t m = 0; m < profile->mappings.count && status == PP_OK; m++) {
        struct mapping_naming one = {
            .naming = naming,
            .binaries = binaries,
            .fileless = &fileless,
            .mapping = &profile->mappings.items[m],
            .locations = {sorted.items + sorted.starts[m],
                          sorted.starts[m + 1] - sorted.starts[m]},
            .wanted = {wanted, 0},
            .addresses = addresses,
        };
        status = name_mapping(&one, summary);
    }
    pp_fileless_release(&fileless);
    return status;
}

/* 0 or PP_E_MEMORY. */
static int name_locally(struct pp_profile *profile,
                        const struct pp_symbolize_options *options,
                        struct pp_binaries *binaries,
                        void (*warn)(const char *line))
{
    struct pp_arena arena = {0};
    struct pp_summary summary = {.warn = warn, .options = options};
    struct pp_location_naming naming = {.profile = profile, .options = options};
    size_t spare_size = pp_spare_size_max();
    pp_function_adder_init(&naming.functions, profile);
    naming.functions.finds_starts = true;
    if (spare_size < SPARE_SIZE)
        pp_spare_keep(SPARE_SIZE);
    int status = name_mappings(&naming, binaries, &arena, &summary);
    pp_spare_keep(spare_size);
    pp_summary_end(&summary);
    pp_function_adder_release(&naming.functions);
    pp_buffer_release(&naming.scratch);
    pp_arena_release(&arena);
    return status;
}

int pp_symbolize(struct pp_profile *profile,
                 const struct pp_symbolize_options *options,
                 struct pp_binaries *binaries, void (*warn)(const char *line),
                 struct pp_error *err)
{
    if (pp_locate_binaries(profile, options, warn) < 0)
        return pp_fail_memory(err);
    if (options->none)
        return PP_OK;
    if (options->local && name_locally(profile, options, binaries, warn) < 0)
        return pp_fail_memory(err);
    return pp_demangle_functions(profile, options,
                                 pp_binaries_demangled(binaries)) < 0
               ? pp_fail_memory(err)
               : PP_OK;
}
