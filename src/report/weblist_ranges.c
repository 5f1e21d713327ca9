/* The code around wanted places (splitIntoRanges of google/pprof's
 * internal/report). It may begin where the mapping does, for which the
 * reference computes nonsense.
 *
 * Invariants: a range holds its places and lies in their mapping; those of one
 * mapping do not overlap, and none spans more than SPAN_MAX between its first
 * and its last place, so that the cost of each is bounded. */
#include "report/weblist.h"

#include <stdlib.h>

enum {
    MARGIN = 500, /* bytes in front of the first place, and behind the last */
    SPAN_MAX = 64 << 10,
};

/* Mappings that were made up have no limit. */
static uint64_t limit_of(const struct pp_mapping *mapping)
{
    return mapping->limit ? mapping->limit : UINT64_MAX;
}

/* The mapping whose file has the code of a wanted place, or PP_NONE. */
static uint32_t mapping_of(const struct pp_profile *profile,
                           const struct pp_weblist_place *place)
{
    uint32_t index = place->location == PP_NONE
                         ? PP_NONE
                         : profile->locations.items[place->location].mapping;
    if (index == PP_NONE || place->address == 0)
        return PP_NONE;
    const struct pp_mapping *mapping = &profile->mappings.items[index];
    bool is_inside =
        place->address >= mapping->start && place->address < limit_of(mapping);
    return mapping->filename && is_inside ? index : PP_NONE;
}

static struct pp_weblist_range begin_range(const struct pp_mapping *mapping,
                                           uint32_t index, uint64_t address)
{
    uint64_t before = address - mapping->start;
    return (struct pp_weblist_range){
        .begin = before < MARGIN ? mapping->start : address - MARGIN,
        .mapping = index,
        .first = address,
    };
}

static void extend_range(struct pp_weblist_range *range,
                         const struct pp_mapping *mapping,
                         const struct pp_weblist_place *place)
{
    uint64_t behind = limit_of(mapping) - place->address;
    range->last = place->address;
    range->end = behind < MARGIN ? limit_of(mapping) : place->address + MARGIN;
    pp_value_add(&range->flat, place->flat);
}

/* Are they to be one? They are if they would meet. */
static bool is_near(const struct pp_weblist_range *range, uint64_t address)
{
    return address - range->last <= 2 * MARGIN &&
           address - range->first <= SPAN_MAX;
}

/* Where ranges meet that are too long to be one, the former one ends. */
static void part(struct pp_weblist_range *former,
                 struct pp_weblist_range *range)
{
    if (former->end > range->first)
        former->end = range->first;
    if (range->begin < former->end)
        range->begin = former->end;
}

static int compare_ranges(const void *left, const void *right)
{
    const struct pp_weblist_range *a = left, *b = right;
    if (a->flat != b->flat)
        return a->flat > b->flat ? -1 : 1;
    return (a->begin > b->begin) - (a->begin < b->begin);
}

/* Mappings may lie over each other: each has a range of its own to go on. */
void pp_weblist_find_ranges(struct pp_weblist_ranges *ranges,
                            struct pp_arena *arena,
                            const struct pp_profile *profile,
                            const struct pp_weblist_place *places,
                            uint32_t count)
{
    /* By mapping: one more than the index of its newest range. */
    uint32_t *newest =
        pp_arena_array(arena, profile->mappings.count, sizeof *newest);
    *ranges = (struct pp_weblist_ranges){0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t index = mapping_of(profile, &places[i]);
        if (index == PP_NONE)
            continue;
        const struct pp_mapping *mapping = &profile->mappings.items[index];
        if (!newest[index] ||
            !is_near(&ranges->items[newest[index] - 1], places[i].address)) {
            struct pp_weblist_range range =
                begin_range(mapping, index, places[i].address);
            if (newest[index])
                part(&ranges->items[newest[index] - 1], &range);
            *pp_vector_add(arena, ranges) = range;
            newest[index] = ranges->count;
        }
        extend_range(&ranges->items[newest[index] - 1], mapping, &places[i]);
    }
    if (ranges->count)
        qsort(ranges->items, ranges->count, sizeof *ranges->items,
              compare_ranges);
}
