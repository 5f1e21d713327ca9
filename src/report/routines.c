/* Which functions -disasm shows (symbolsFromBinaries, nodesPerSymbol and
 * findSymbols of google/pprof).
 *
 *   mappings, by file --> is a function of the file wanted, or the address?
 *   samples of the file, by address of the file
 *   symbols of the file, by address  --> those with samples --> those wanted
 *
 * Invariants: a file is read once, however many mappings it has, and a symbol
 * finds its samples by bisection; only of symbols with samples are the names
 * looked at, since to demangle all of a large program takes long.
 *
 * A function is what its symbol says it is, up to the last byte. (In the
 * reference it ends one byte earlier, and a sample on a "ret" there is lost.)
 */
#include "report/routines.h"

#include "report/aliases.h"
#include "report/format.h"
#include "report/regexp.h"

#include <stdlib.h>

/* A node, and where it lies. */
struct place {
    const struct pp_node *node;
    uint32_t mapping;
};

struct finder {
    const struct pp_report_job *job;
    const struct pp_profile *profile;
    struct pp_routines *routines;
    bool has_address;
    uint64_t address; /* that the pattern is */
    struct {
        struct place *items; /* by file, by mapping */
        uint32_t count;
    } places;
    bool *is_wanted; /* by the number of the file's name: look into it? */
};

/* One file. */
struct reader {
    struct finder *finder;
    const struct pp_symbols *symbols;
    struct pp_slice path, build_id;
    uint32_t file;
    struct pp_routine_sample *samples; /* by address */
    uint32_t sample_count;
    struct {
        uint64_t *items; /* where the address may be in the file */
        uint32_t count, capacity;
    } addresses;
};

/* ---- the samples -------------------------------------------------------- */

static pp_string file_of(const struct finder *finder, uint32_t mapping)
{
    return finder->profile->mappings.items[mapping].filename;
}

/* By its name, or as other reports print it, with its address in front: the
 * reference looks at that alone, so there "^main$" finds nothing. */
static bool is_node_wanted(const struct finder *finder,
                           const struct pp_node *node)
{
    const struct pp_report_job *job = finder->job;
    return pp_regexp_matches(job->pattern, node->name) ||
           pp_regexp_matches(job->pattern, pp_node_name(node, job->arena));
}

static void add_place(struct finder *finder, const struct pp_node *node,
                      uint32_t mapping)
{
    bool *is_wanted = &finder->is_wanted[file_of(finder, mapping)];
    finder->places.items[finder->places.count++] =
        (struct place){node, mapping};
    *is_wanted = *is_wanted || is_node_wanted(finder, node);
}

static void sort_places(struct finder *finder)
{
    struct pp_arena *arena = finder->job->arena;
    uint32_t count = finder->places.count;
    struct pp_sort_key *keys = pp_arena_array(arena, count, sizeof *keys);
    struct place *sorted = pp_arena_array(arena, count, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t mapping = finder->places.items[i].mapping;
        keys[i] = (struct pp_sort_key){
            (uint64_t)file_of(finder, mapping) << 32 | mapping, i};
    }
    pp_sort(keys, count, arena);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = finder->places.items[keys[i].index];
    finder->places.items = sorted;
}

/* Those that graphs of other reports show. A location is one node: this report
 * has no inlined calls. */
static void find_places(struct finder *finder)
{
    const struct pp_profile *profile = finder->profile;
    const struct pp_report_job *job = finder->job;
    struct pp_graph_options options =
        pp_report_graph_options(job, PP_EDGES_NONE);
    struct pp_nodes nodes;
    options.nodes.object_names = true;
    pp_nodes_find(&nodes, job->arena, profile, &options.nodes);
    pp_nodes_weigh(&nodes, job->arena, profile, options.value_index,
                   options.mean);
    bool *is_placed = pp_arena_array(job->arena, nodes.all.count, sizeof(bool));
    finder->places.items = pp_arena_array(job->arena, profile->locations.count,
                                          sizeof *finder->places.items);
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        uint32_t mapping = profile->locations.items[i].mapping;
        uint32_t index = nodes.frames[nodes.starts[i]];
        const struct pp_node *node = &nodes.all.items[index];
        if (mapping == PP_NONE || is_placed[index] ||
            !pp_is_candidate(node->flat, node->cum, options.drop_negative))
            continue;
        is_placed[index] = true;
        add_place(finder, node, mapping);
    }
    sort_places(finder);
}

/* The file that is mapped where the address is is looked into, too. An address
 * where none is may be one of a file, as this report prints them. */
static void want_address(struct finder *finder)
{
    const struct pp_profile *profile = finder->profile;
    bool is_mapped = false;
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        const struct pp_mapping *mapping = &profile->mappings.items[i];
        if (mapping->start > finder->address ||
            finder->address > mapping->limit)
            continue;
        finder->is_wanted[mapping->filename] = true;
        is_mapped = true;
    }
    for (uint32_t i = 0; !is_mapped && i < finder->places.count; i++)
        finder->is_wanted[file_of(finder, finder->places.items[i].mapping)] =
            true;
}

/* ---- names -------------------------------------------------------------- */

static bool matches(const struct reader *reader, struct pp_slice name)
{
    return pp_regexp_matches(reader->finder->job->pattern, name);
}

/* The name as the pattern matches it: as it is, or demangled in any way. */
static bool match_name(const struct reader *reader, struct pp_slice name,
                       struct pp_slice *matched)
{
    static const enum pp_demangle modes[] = {
        PP_DEMANGLE_FULL, PP_DEMANGLE_TEMPLATES, PP_DEMANGLE_SIMPLE};
    struct pp_buffer text = {0};
    bool found = matches(reader, name);
    if (found)
        pp_buffer_append_slice(&text, name);
    for (size_t i = 0; !found && i < sizeof modes / sizeof *modes; i++) {
        pp_buffer_clear(&text);
        if (!pp_demangle(name, modes[i], &text))
            break;
        found = matches(reader, pp_buffer_slice(&text));
    }
    if (found)
        *matched = (struct pp_slice){
            pp_slice_copy(reader->finder->job->arena, pp_buffer_slice(&text)),
            text.size};
    pp_buffer_release(&text);
    return found;
}

/* ---- symbols ------------------------------------------------------------ */

/* How many of the samples lie below an address. */
static uint32_t samples_below(const struct reader *reader, uint64_t address)
{
    uint32_t low = 0, high = reader->sample_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (reader->samples[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool holds_address(const struct reader *reader,
                          const struct pp_aliases *aliases)
{
    for (uint32_t i = 0; i < reader->addresses.count; i++)
        if (reader->addresses.items[i] >= aliases->start &&
            reader->addresses.items[i] < aliases->end)
            return true;
    return false;
}

/* All names of the function that has the address; of any other the first one
 * that matches. */
static uint32_t choose_names(const struct reader *reader,
                             const struct pp_aliases *aliases, bool all,
                             struct pp_slice *names)
{
    struct pp_arena *arena = reader->finder->job->arena;
    struct pp_listed_symbol symbol;
    for (uint32_t i = 0; i < aliases->count; i++) {
        pp_symbols_at(reader->symbols, aliases->first + i, &symbol);
        if (all)
            names[i] = (struct pp_slice){pp_slice_copy(arena, symbol.name),
                                         symbol.name.size};
        else if (match_name(reader, symbol.name, names))
            return 1;
    }
    return all ? aliases->count : 0;
}

static void take_function(const struct reader *reader,
                          const struct pp_aliases *aliases)
{
    struct pp_arena *arena = reader->finder->job->arena;
    struct pp_routines *routines = reader->finder->routines;
    bool has_address = holds_address(reader, aliases);
    uint32_t first = samples_below(reader, aliases->start);
    uint32_t end = samples_below(reader, aliases->end);
    routines->has_address |= has_address;
    if (first == end)
        return;
    struct pp_slice *names =
        pp_arena_array(arena, aliases->count, sizeof *names);
    uint32_t name_count = choose_names(reader, aliases, has_address, names);
    if (name_count == 0)
        return;
    *pp_vector_add(arena, &routines->all) = (struct pp_routine){
        .path = reader->path,
        .build_id = reader->build_id,
        .names = names,
        .name_count = name_count,
        .start = aliases->start,
        .end = aliases->end,
        .file = reader->file,
        .samples = reader->samples + first,
        .sample_count = end - first,
    };
}

/* ---- files -------------------------------------------------------------- */

static void add_address(struct reader *reader, uint64_t address)
{
    *pp_vector_add(reader->finder->job->arena, &reader->addresses) = address;
}

static int find_base(const struct reader *reader, uint32_t index,
                     uint64_t address, uint64_t *base)
{
    const struct finder *finder = reader->finder;
    const struct pp_mapping *mapping = &finder->profile->mappings.items[index];
    struct pp_error err = {0};
    if (pp_symbols_base(reader->symbols, mapping->start, mapping->limit,
                        mapping->offset, address, base, &err) < 0)
        pp_report_warn(finder->job->output,
                       "could not identify base for " PP_SLICE_FORMAT ": %s",
                       PP_SLICE_ARGS(reader->path), err.text);
    return err.status;
}

/* The pattern's address is one of the process, of this mapping, or one of the
 * file. */
static void find_addresses(struct reader *reader, pp_string filename)
{
    const struct finder *finder = reader->finder;
    uint64_t base;
    if (!finder->has_address)
        return;
    add_address(reader, finder->address);
    for (uint32_t i = 0; i < finder->profile->mappings.count; i++) {
        const struct pp_mapping *mapping = &finder->profile->mappings.items[i];
        if (mapping->filename == filename &&
            mapping->start <= finder->address &&
            finder->address < mapping->limit &&
            find_base(reader, i, finder->address, &base) == PP_OK)
            add_address(reader, finder->address - base);
    }
}

/* The samples of a file by its own addresses. Those of a mapping whose base is
 * not to be had are left out. */
static void find_samples(struct reader *reader, const struct place *places,
                         uint32_t count)
{
    struct pp_arena *arena = reader->finder->job->arena;
    struct pp_sort_key *keys = pp_arena_array(arena, count, sizeof *keys);
    uint32_t mapping = PP_NONE;
    uint64_t base = 0;
    int status = PP_OK;
    reader->samples = pp_arena_array(arena, count, sizeof *reader->samples);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t address = places[i].node->address;
        if (places[i].mapping != mapping) {
            mapping = places[i].mapping;
            status = find_base(reader, mapping, address, &base);
        }
        if (status == PP_OK)
            keys[reader->sample_count++] =
                (struct pp_sort_key){address - base, i};
    }
    pp_sort(keys, reader->sample_count, arena);
    for (uint32_t i = 0; i < reader->sample_count; i++)
        reader->samples[i] =
            (struct pp_routine_sample){keys[i].key, places[keys[i].index].node};
}

/* How many of the places lie in files of a smaller number. */
static uint32_t places_below(const struct finder *finder, uint64_t filename)
{
    uint32_t low = 0, high = finder->places.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (file_of(finder, finder->places.items[middle].mapping) < filename)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The file of a mapping, and of all others of that name. Code of another build
 * would be shown with the wrong samples. */
static void read_file(struct finder *finder, const struct pp_mapping *mapping)
{
    pp_string filename = mapping->filename;
    uint32_t first = places_below(finder, filename);
    uint32_t end = places_below(finder, (uint64_t)filename + 1);
    const struct pp_binary *binary;
    struct pp_error err = {0};
    struct reader reader = {
        .finder = finder,
        .path = pp_profile_text(finder->profile, filename),
        .build_id = pp_profile_text(finder->profile, mapping->build_id),
        .file = filename,
    };
    if (pp_binaries_find(finder->job->options->binaries, reader.path,
                         reader.build_id, true, &binary, &err) < 0) {
        pp_report_warn(finder->job->output, "%s", err.text);
        return;
    }
    reader.symbols = binary->symbols;
    find_addresses(&reader, filename);
    find_samples(&reader, finder->places.items + first, end - first);
    for (struct pp_aliases aliases = {0};
         pp_aliases_next(&aliases, reader.symbols);)
        take_function(&reader, &aliases);
}

/* ---- all of them -------------------------------------------------------- */

static int compare_routines(const void *left, const void *right)
{
    const struct pp_routine *a = left, *b = right;
    int order = pp_slice_compare(a->names[0], b->names[0]);
    if (!order)
        order = (a->start > b->start) - (a->start < b->start);
    return order ? order : (a->file > b->file) - (a->file < b->file);
}

int pp_routines_find(struct pp_routines *routines,
                     const struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_profile *profile = job->profile;
    struct finder finder = {
        .job = job, .profile = profile, .routines = routines};
    *routines = (struct pp_routines){0};
    if (!job->options->binaries)
        return pp_fail(err, PP_E_NOT_FOUND, "no binaries can be opened here");
    finder.has_address = pp_report_pattern_address(job, &finder.address);
    finder.is_wanted =
        pp_arena_array(job->arena, profile->strings.count, sizeof(bool));
    find_places(&finder);
    if (finder.has_address)
        want_address(&finder);
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        pp_string filename = profile->mappings.items[i].filename;
        if (filename && finder.is_wanted[filename])
            read_file(&finder, &profile->mappings.items[i]);
        finder.is_wanted[filename] = false;
    }
    if (routines->all.count)
        qsort(routines->all.items, routines->all.count,
              sizeof *routines->all.items, compare_routines);
    return PP_OK;
}
