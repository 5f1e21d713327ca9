/* Address ranges that may lie inside of one another. See ranges.h.
 *
 * They are sorted by start; `outer` leads from each to the next that reaches
 * over its start, so an address is looked up by its nearest start and from
 * there outwards:
 *
 *     A |------------------------------|        outer: none
 *     B     |------|                            outer: A
 *     C         |-------|                       outer: B
 *
 * Invariant: a range's outer stands before it, so that the way out ends. */
#include "lines/ranges.h"

enum { NESTED_MAX = 256 }; /* steps outwards, whatever the input */

int pp_ranges_add(struct pp_ranges *ranges, struct pp_arena *arena,
                  uint64_t start, uint64_t end, uint32_t what)
{
    if (start >= end)
        return PP_OK;
    struct pp_range *range = pp_vector_add(arena, ranges);
    if (!range)
        return PP_E_MEMORY;
    *range = (struct pp_range){start, end, what, PP_NONE};
    return PP_OK;
}

/* From `at` outwards, the first that goes on at an address. */
static uint32_t find_from(const struct pp_range *ranges, uint32_t at,
                          uint64_t address)
{
    for (int step = 0; at != PP_NONE && step < NESTED_MAX; step++) {
        if (address < ranges[at].end)
            return at;
        at = ranges[at].outer;
    }
    return PP_NONE;
}

int pp_ranges_build(struct pp_ranges *ranges, struct pp_arena *arena)
{
    struct pp_arena scratch = {0};
    struct pp_range *sorted =
        pp_arena_array(arena, ranges->count, sizeof *sorted);
    struct pp_sort_key *keys =
        pp_arena_array(&scratch, ranges->count, sizeof *keys);
    for (uint32_t i = 0; keys && i < ranges->count; i++)
        keys[i] = (struct pp_sort_key){ranges->items[i].start, i};
    /* Stable, so that of two with one start the outer stays before. */
    bool is_sorted =
        sorted && keys && pp_sort(keys, ranges->count, &scratch) == PP_OK;
    for (uint32_t i = 0; is_sorted && i < ranges->count; i++) {
        sorted[i] = ranges->items[keys[i].index];
        sorted[i].outer =
            i > 0 ? find_from(sorted, i - 1, sorted[i].start) : PP_NONE;
    }
    pp_arena_release(&scratch);
    if (!is_sorted)
        return PP_E_MEMORY;
    ranges->items = sorted;
    ranges->capacity = ranges->count;
    return PP_OK;
}

uint32_t pp_ranges_find(const struct pp_ranges *ranges, uint64_t address)
{
    uint32_t low = 0, high = ranges->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ranges->items[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t at =
        find_from(ranges->items, low > 0 ? low - 1 : PP_NONE, address);
    return at == PP_NONE ? PP_NONE : ranges->items[at].what;
}
