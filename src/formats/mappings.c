/* Mappings of the old forms are guesswork, since their writers left much out;
 * the guesses are the reference's (massageMappings and remapMappingIDs of
 * google/pprof's profile package), but each address is looked up in the time
 * of a search in a tree. Invariant: ids are given anew from 1 at every end. */
#include "formats/mappings.h"

#include <stdlib.h>

#include "formats/overlap.h"
#include "formats/scan.h"

static void give_ids(struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->mappings.count; i++)
        profile->mappings.items[i].id = (uint64_t)i + 1;
}

/* ---- neighbours --------------------------------------------------------- */

/* Texts that are missing agree with all. */
static bool agree(pp_string a, pp_string b)
{
    return a == 0 || b == 0 || a == b;
}

static bool is_continued(const struct pp_mapping *mapping,
                         const struct pp_mapping *next)
{
    uint64_t offset = mapping->offset + (mapping->limit - mapping->start);
    return agree(mapping->filename, next->filename) &&
           agree(mapping->build_id, next->build_id) &&
           mapping->limit == next->start &&
           (mapping->offset == 0 || next->offset == 0 ||
            offset == next->offset);
}

static void join_neighbours(struct pp_profile *profile)
{
    struct pp_mapping *mappings = profile->mappings.items;
    uint32_t kept = 0;
    for (uint32_t i = 1; i < profile->mappings.count; i++) {
        struct pp_mapping *last = &mappings[kept], *next = &mappings[i];
        if (!is_continued(last, next)) {
            mappings[++kept] = *next;
            continue;
        }
        last->limit = next->limit;
        last->filename = next->filename ? next->filename : last->filename;
        last->build_id = next->build_id ? next->build_id : last->build_id;
    }
    if (profile->mappings.count)
        profile->mappings.count = kept + 1;
}

/* ---- the main program --------------------------------------------------- */

static struct pp_slice without(struct pp_slice text, struct pp_slice part,
                               struct pp_buffer *space)
{
    struct pp_slice rest = text;
    pp_buffer_clear(space);
    while (pp_take_past(&rest, part)) {
        size_t plain = (size_t)(rest.data - text.data) - part.size;
        pp_buffer_append(space, text.data, plain);
        text = rest;
    }
    pp_buffer_append_slice(space, rest);
    return pp_buffer_slice(space);
}

/* "libc.so", "libc.so.6", "libc.so_1": at the end, or with a digit behind. */
static bool is_library(struct pp_slice file)
{
    while (pp_take_past(&file, pp_slice_literal(".so"))) {
        bool is_separated =
            file.size > 1 && (file.data[0] == '.' || file.data[0] == '_');
        if (file.size == 0 || (is_separated && pp_is_digit(file.data[1])))
            return true;
    }
    return false;
}

static bool is_main(struct pp_slice filename, struct pp_buffer *space)
{
    struct pp_slice file =
        pp_utf8_trim(without(filename, pp_slice_literal("(deleted)"), space));
    return file.size && !is_library(file) && file.data[0] != '[';
}

static int put_main_first(struct pp_profile *profile)
{
    struct pp_mapping *mappings = profile->mappings.items;
    struct pp_buffer space = {0};
    uint32_t i = 0, count = profile->mappings.count;
    while (i < count &&
           !is_main(pp_profile_text(profile, mappings[i].filename), &space))
        i++;
    bool failed = space.failed;
    pp_buffer_release(&space);
    if (failed)
        return PP_E_MEMORY;
    if (i < count) {
        struct pp_mapping main = mappings[i];
        mappings[i] = mappings[0];
        mappings[0] = main;
    }
    return PP_OK;
}

int pp_mappings_tidy(struct pp_profile *profile, struct pp_error *err)
{
    join_neighbours(profile);
    if (put_main_first(profile) < 0)
        return pp_fail_memory(err);
    give_ids(profile);
    return PP_OK;
}

/* ---- the first mapping -------------------------------------------------- */

static void drop_first(struct pp_profile *profile)
{
    struct pp_mapping *mappings = profile->mappings.items;
    profile->mappings.count--;
    memmove(mappings, mappings + 1, profile->mappings.count * sizeof *mappings);
}

/* A program that is remapped to large pages shows these in front of itself, and
 * a program that is mapped in parts may show up without its first. */
static void mend_first(struct pp_profile *profile)
{
    const uint64_t usual_start = 0x400000;
    struct pp_mapping *mappings = profile->mappings.items;
    if (profile->mappings.count > 1 &&
        pp_slice_starts_with(pp_profile_text(profile, mappings[0].filename),
                             pp_slice_literal("/anon_hugepage")) &&
        mappings[0].limit == mappings[1].start)
        drop_first(profile);
    if (profile->mappings.count > 0 &&
        mappings[0].start - mappings[0].offset == usual_start) {
        mappings[0].start = usual_start;
        mappings[0].offset = 0;
    }
}

/* ---- addresses ---------------------------------------------------------- */

struct finder {
    struct pp_profile *profile;
    struct pp_overlap held;   /* by a mapping */
    struct pp_overlap before; /* it, where its file began if mapped whole */
    uint32_t made_up;         /* mapping of everything else, or PP_NONE */
};

static int compare_bounds(const void *a, const void *b)
{
    uint64_t bound_a = *(const uint64_t *)a, bound_b = *(const uint64_t *)b;
    return bound_a < bound_b ? -1 : bound_a > bound_b;
}

static bool has_before(const struct pp_mapping *mapping)
{
    return mapping->offset != 0 && mapping->offset <= mapping->start;
}

/* All bounds of all ranges, in order and once; how many they are. */
static uint32_t list_bounds(const struct pp_profile *profile, uint64_t *bounds)
{
    uint32_t count = 0, kept = 0;
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        const struct pp_mapping *mapping = &profile->mappings.items[i];
        bounds[count++] = mapping->start;
        bounds[count++] = mapping->limit;
        if (has_before(mapping))
            bounds[count++] = mapping->start - mapping->offset;
    }
    qsort(bounds, count, sizeof *bounds, compare_bounds);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || bounds[i] != bounds[kept - 1])
            bounds[kept++] = bounds[i];
    return kept;
}

static int init_finder(struct finder *finder, struct pp_profile *profile,
                       struct pp_arena *scratch)
{
    enum { BOUNDS_EACH = 3 };
    uint32_t mapping_count = profile->mappings.count;
    *finder = (struct finder){.profile = profile, .made_up = PP_NONE};
    if (mapping_count > UINT32_MAX / BOUNDS_EACH)
        return PP_E_MEMORY;
    uint64_t *bounds = pp_arena_array(scratch, (size_t)mapping_count,
                                      BOUNDS_EACH * sizeof *bounds);
    if (!bounds)
        return PP_E_MEMORY;
    uint32_t count = list_bounds(profile, bounds);
    if (pp_overlap_init(&finder->held, scratch, bounds, count) < 0 ||
        pp_overlap_init(&finder->before, scratch, bounds, count) < 0)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < mapping_count; i++) {
        const struct pp_mapping *mapping = &profile->mappings.items[i];
        pp_overlap_add(&finder->held, mapping->start, mapping->limit, i);
        if (has_before(mapping))
            pp_overlap_add(&finder->before, mapping->start - mapping->offset,
                           mapping->start, i);
    }
    return PP_OK;
}

/* Old writers left out the first of the parts that a file is mapped in: when an
 * address asks for it the mapping grows downwards, once. What it grew by is
 * held from then on, so nobody asks again, but where a broken mapping ends
 * before it starts. */
static uint32_t grow_down(struct finder *finder, uint64_t address)
{
    uint32_t index = pp_overlap_find(&finder->before, address);
    if (index == PP_NONE)
        return PP_NONE;
    struct pp_mapping *mapping = &finder->profile->mappings.items[index];
    if (mapping->offset == 0)
        return PP_NONE;
    mapping->start -= mapping->offset;
    mapping->offset = 0;
    pp_overlap_add(&finder->held, mapping->start, mapping->limit, index);
    return index;
}

/* Once there is the made-up mapping it holds all that nobody else does. */
static uint32_t find_mapping(struct finder *finder, uint64_t address)
{
    uint32_t found = pp_overlap_find(&finder->held, address);
    if (found != PP_NONE || finder->made_up != PP_NONE)
        return found != PP_NONE ? found : finder->made_up;
    found = grow_down(finder, address);
    if (found == PP_NONE)
        found = finder->made_up =
            pp_profile_add_mapping(finder->profile, 0, UINT64_MAX, 0,
                                   (struct pp_slice){0}, (struct pp_slice){0});
    return found;
}

static int assign(struct pp_profile *profile, struct pp_arena *scratch)
{
    struct finder finder;
    if (init_finder(&finder, profile, scratch) < 0)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        struct pp_location *location = &profile->locations.items[i];
        if (location->address == 0)
            continue;
        location->mapping = find_mapping(&finder, location->address);
        if (location->mapping == PP_NONE)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

int pp_mappings_assign(struct pp_profile *profile, struct pp_error *err)
{
    struct pp_arena scratch = {0};
    mend_first(profile);
    int status = assign(profile, &scratch);
    pp_arena_release(&scratch);
    give_ids(profile);
    return status < 0 ? pp_fail_memory(err) : PP_OK;
}
