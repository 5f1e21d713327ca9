/* Naming locations from the binaries on this machine.
 *
 * A mapping is named in one go: its file is opened, its base computed for the
 * first address that lies in the mapping, and each of its locations asked for.
 * Frames come from DWARF; the outermost one's function, and everything where
 * there is no DWARF, from the symbol table, whose names are those that the
 * linker kept apart ("f.cold", instances of templates).
 *
 * Which mappings are taken up, and most messages, are the reference's
 * (google/pprof, internal/symbolizer). Unlike there, a location that knows its
 * source lines already keeps them, and a mapping that has names for most of
 * its locations is not talked about: where the measured program named what it
 * could, some holes are normal, as in every stripped system library. */
#include "symbolize/desk.h"
#include "symbolize/functions.h"

enum { FRAME_MAX = 256 }; /* of inlined calls at one address */

/* The mapping being named. */
struct naming {
    struct pp_profile *profile;
    struct pp_mapping *mapping;
    uint32_t index;            /* of the mapping */
    const uint32_t *locations; /* indices of its locations */
    uint32_t location_count;
    const struct pp_symbolize_options *options;
    struct pp_binaries *binaries;
    const struct pp_binary *binary; /* NULL: could not be opened */
    uint64_t base;
    struct pp_function_adder *functions;
};

enum { NAMELESS_SHOWN = 3 };

/* What there is to tell the person: some at once, some at the end. */
struct outcome {
    void (*warn)(const char *line);
    bool is_missing;            /* a file that was wanted is not there */
    struct pp_buffer nameless;  /* the first few files without names, and */
    uint32_t nameless_count;    /* how many there are */
    struct pp_slice last_added; /* of them */
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

/* ---- one location ------------------------------------------------------- */

/* Whether a location says more than a function's name. */
static bool has_source(const struct pp_profile *profile,
                       const struct pp_location *location)
{
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct pp_line *line =
            &profile->lines.items[location->line_start + i];
        if (line->line != 0 ||
            (line->function != PP_NONE &&
             profile->functions.items[line->function].filename != 0))
            return true;
    }
    return false;
}

/* Ask the binary for the frames at an address of the file. */
static uint32_t find_frames(const struct naming *naming, uint64_t address,
                            struct pp_frame *frames)
{
    struct pp_slice name;
    uint32_t count = 0;
    if (naming->binary->lines)
        count =
            pp_lines_find(naming->binary->lines, address, frames, FRAME_MAX);
    if (pp_symbols_find(naming->binary->symbols, address, &name, NULL)) {
        if (count == 0)
            frames[count++] = (struct pp_frame){0};
        frames[count - 1].function = name;
    }
    return count;
}

/* What the frames tell, of the mapping as a whole. */
static void note_what_is_known(struct pp_mapping *mapping,
                               const struct pp_frame *frames, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        mapping->has_functions |= frames[i].function.size > 0;
        mapping->has_filenames |= frames[i].file.size > 0;
        mapping->has_line_numbers |= frames[i].line != 0;
        mapping->has_inline_frames |= frames[i].line != 0;
    }
}

static int set_frames(struct naming *naming, uint32_t location,
                      const struct pp_frame *frames, uint32_t count)
{
    struct pp_line lines[FRAME_MAX];
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_frame *frame = &frames[i];
        uint32_t function =
            pp_function_add(naming->functions, frame->function, frame->function,
                            frame->file, frame->start_line);
        if (function == PP_NONE)
            return PP_E_MEMORY;
        lines[i] = (struct pp_line){function, frame->line, frame->column};
    }
    naming->profile->locations.items[location].is_folded = false;
    return pp_profile_set_lines(naming->profile, location, lines, count);
}

static int name_location(struct naming *naming, uint32_t index)
{
    struct pp_frame frames[FRAME_MAX];
    const struct pp_location *location =
        &naming->profile->locations.items[index];
    bool force = naming->options->force;
    if (!force && has_source(naming->profile, location))
        return PP_OK;
    uint32_t count =
        find_frames(naming, location->address - naming->base, frames);
    if (count == 0)
        return PP_OK;
    bool adds_nothing = location->line_count > 0 && frames[0].line == 0;
    if (adds_nothing && !force)
        return PP_OK;
    note_what_is_known(naming->mapping, frames, count);
    return set_frames(naming, index, frames, count);
}

/* ---- what the person is told -------------------------------------------- */

static bool has_name(const struct pp_profile *profile,
                     const struct pp_location *location)
{
    for (uint32_t i = 0; i < location->line_count; i++) {
        uint32_t function =
            profile->lines.items[location->line_start + i].function;
        if (function != PP_NONE && profile->functions.items[function].name != 0)
            return true;
    }
    return false;
}

/* Whether more of the mapping's locations lack a name than have one. */
static bool is_mostly_nameless(const struct naming *naming)
{
    const struct pp_profile *profile = naming->profile;
    uint32_t named = 0;
    for (uint32_t i = 0; i < naming->location_count; i++)
        named +=
            has_name(profile, &profile->locations.items[naming->locations[i]]);
    return named < naming->location_count - named;
}

/* Names that were asked for anew are missed in any case. */
static bool are_names_missed(const struct naming *naming)
{
    return naming->options->force || is_mostly_nameless(naming);
}

static struct pp_slice file_name(const struct naming *naming)
{
    return pp_slice_base_name(
        pp_profile_text(naming->profile, naming->mapping->filename));
}

static void tell_no_file(const struct naming *naming, struct outcome *outcome)
{
    if (!are_names_missed(naming))
        return;
    if (naming->index == 0)
        outcome->warn("Main binary filename not available.");
    else
        outcome->is_missing = true;
}

/* "Local symbolization failed for NAME (build ID X): why". */
static void tell_failed(const struct naming *naming, const char *why,
                        struct outcome *outcome)
{
    char space[512];
    struct pp_buffer line = pp_buffer_in(space);
    struct pp_slice id =
        pp_profile_text(naming->profile, naming->mapping->build_id);
    if (!are_names_missed(naming))
        return;
    pp_buffer_format(&line, "Local symbolization failed for " PP_SLICE_FORMAT,
                     PP_SLICE_ARGS(file_name(naming)));
    if (id.size > 0)
        pp_buffer_format(&line, " (build ID " PP_SLICE_FORMAT ")",
                         PP_SLICE_ARGS(id));
    pp_buffer_format(&line, ": %s", why);
    if (!line.failed)
        outcome->warn(line.data);
    pp_buffer_release(&line);
    outcome->is_missing |= naming->binary == NULL;
}

/* The mappings of one file stand together. */
static void note_nameless(const struct naming *naming, struct outcome *outcome)
{
    struct pp_slice file = file_name(naming);
    if (!is_mostly_nameless(naming) ||
        pp_slice_equal(file, outcome->last_added))
        return;
    outcome->last_added = file;
    if (outcome->nameless_count++ >= NAMELESS_SHOWN)
        return;
    pp_buffer_append_text(&outcome->nameless,
                          outcome->nameless_count > 1 ? ", " : "");
    pp_buffer_append_slice(&outcome->nameless, file);
}

static void tell_nameless(struct outcome *outcome)
{
    struct pp_buffer *line = &outcome->nameless;
    uint32_t count = outcome->nameless_count;
    if (count == 0)
        return;
    if (count > NAMELESS_SHOWN)
        pp_buffer_format(line, " and %u more", count - NAMELESS_SHOWN);
    pp_buffer_append_text(
        line, ": no names for most addresses. Install the debug symbols "
              "(Debian: package NAME-dbgsym), or set PPROF_BINARY_PATH to "
              "where unstripped files are.");
    if (!line->failed)
        outcome->warn(line->data);
}

static void tell_missing(const struct outcome *outcome)
{
    if (!outcome->is_missing)
        return;
    outcome->warn("Some binary filenames not available. "
                  "Symbolization may be incomplete.");
    outcome->warn("Try setting PPROF_BINARY_PATH to the search path for local "
                  "binaries.");
}

/* ---- one mapping -------------------------------------------------------- */

static int compute_base(struct naming *naming, struct pp_error *err)
{
    const struct pp_mapping *mapping = naming->mapping;
    uint64_t address = mapping->start;
    for (uint32_t i = 0; i < naming->location_count; i++) {
        uint64_t candidate =
            naming->profile->locations.items[naming->locations[i]].address;
        if (candidate >= mapping->start && candidate < mapping->limit) {
            address = candidate;
            break;
        }
    }
    return pp_symbols_base(naming->binary->symbols, mapping->start,
                           mapping->limit, mapping->offset, address,
                           &naming->base, err);
}

/* Open the mapping's file and see how the mapping lies in it. */
static int open_mapping(struct naming *naming, struct pp_error *err)
{
    const struct pp_profile *profile = naming->profile;
    struct pp_slice file = pp_profile_text(profile, naming->mapping->filename);
    struct pp_slice wanted =
        pp_profile_text(profile, naming->mapping->build_id);
    int status = pp_binaries_open(naming->binaries, file, &naming->binary, err);
    if (status < 0)
        return status;
    struct pp_slice found = pp_symbols_build_id(naming->binary->symbols);
    if (wanted.size > 0 && found.size > 0 && !pp_slice_equal(wanted, found))
        return pp_fail(err, PP_E_FORMAT, "build ID mismatch");
    return compute_base(naming, err);
}

/* Whether names are to be looked for. */
static bool is_wanted(const struct naming *naming)
{
    const struct pp_mapping *mapping = naming->mapping;
    bool is_named = mapping->has_functions || mapping->has_filenames ||
                    mapping->has_line_numbers;
    return naming->location_count > 0 && (!is_named || naming->options->force);
}

/* Whether there can be a file at all. */
static bool is_of_file(const struct naming *naming)
{
    return !pp_mapping_is_unsymbolizable(naming->profile, naming->mapping) &&
           !pp_mapping_is_remote(naming->profile, naming->mapping);
}

static int name_locations(struct naming *naming)
{
    int status = PP_OK;
    for (uint32_t i = 0; i < naming->location_count && status == PP_OK; i++)
        status = name_location(naming, naming->locations[i]);
    return status;
}

static int name_mapping(struct naming *naming, struct outcome *outcome)
{
    struct pp_error why = {0};
    int status = PP_OK;
    if (!is_wanted(naming) || !is_of_file(naming))
        return PP_OK;
    if (naming->mapping->filename == 0) {
        tell_no_file(naming, outcome);
        return PP_OK;
    }
    if (open_mapping(naming, &why) < 0) {
        tell_failed(naming, why.text, outcome);
    } else {
        status = name_locations(naming);
        note_nameless(naming, outcome);
    }
    return status;
}

/* ---- all ---------------------------------------------------------------- */

int pp_name_locally(struct pp_profile *profile,
                    const struct pp_symbolize_options *options,
                    struct pp_binaries *binaries,
                    void (*warn)(const char *line))
{
    struct pp_arena arena = {0};
    struct pp_function_adder functions;
    struct by_mapping sorted;
    struct outcome outcome = {.warn = warn};
    pp_function_adder_init(&functions, profile);
    int status = sort_by_mapping(profile, &arena, &sorted);
    for (uint32_t m = 0; status == PP_OK && m < profile->mappings.count; m++) {
        struct naming naming = {
            .profile = profile,
            .mapping = &profile->mappings.items[m],
            .index = m,
            .locations = sorted.items + sorted.starts[m],
            .location_count = sorted.starts[m + 1] - sorted.starts[m],
            .options = options,
            .binaries = binaries,
            .functions = &functions,
        };
        status = name_mapping(&naming, &outcome);
    }
    tell_nameless(&outcome);
    tell_missing(&outcome);
    pp_buffer_release(&outcome.nameless);
    pp_function_adder_release(&functions);
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
    if (options->local && pp_name_locally(profile, options, binaries, warn) < 0)
        return pp_fail_memory(err);
    return pp_symbolize_demangle(profile, options, err);
}
