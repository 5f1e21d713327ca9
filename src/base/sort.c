/* Merge sort from the bottom up: stable, n log n on any input, no recursion.
 * See sort.h. */
#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"

/* Merge the sorted runs from[0..middle) and from[middle..end) into `to`. */
static void merge(const struct pp_sort_key *from, uint32_t middle, uint32_t end,
                  struct pp_sort_key *to)
{
    uint32_t left = 0, right = middle;
    for (uint32_t i = 0; i < end; i++) {
        bool take_left = left < middle &&
                         (right == end || from[left].key <= from[right].key);
        to[i] = take_left ? from[left++] : from[right++];
    }
}

static uint32_t smaller(uint64_t a, uint64_t b)
{
    return (uint32_t)(a < b ? a : b);
}

int pp_sort(struct pp_sort_key *keys, uint32_t count, struct pp_arena *arena)
{
    struct pp_sort_key *from = keys;
    struct pp_sort_key *to = pp_arena_array(arena, count, sizeof *to);
    if (!to)
        return PP_E_MEMORY;
    for (uint64_t run = 1; run < count; run *= 2) {
        for (uint64_t at = 0; at < count; at += 2 * run)
            merge(from + at, smaller(run, count - at),
                  smaller(2 * run, count - at), to + at);
        struct pp_sort_key *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys)
        memcpy(keys, from, count * sizeof *keys);
    return PP_OK;
}
