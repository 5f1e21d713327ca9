/* A segment tree. The bounds cut the addresses into slots, slot i from bound i
 * to the next; they are the leaves of a binary tree, whose nodes lie in one
 * array: node n has the children 2n and 2n + 1, slot i is node count + i.
 * Invariant: least[n] is the least index of the ranges that were added to node
 * n, and a range was added to the fewest nodes that make up its slots; so the
 * least on the way from a slot to the root is the answer. */
#include "formats/overlap.h"

int pp_overlap_init(struct pp_overlap *overlap, struct pp_arena *arena,
                    const uint64_t *bounds, uint32_t count)
{
    size_t nodes = (size_t)count * 2;
    overlap->bounds = bounds;
    overlap->count = count;
    overlap->least = pp_arena_array(arena, nodes, sizeof *overlap->least);
    if (!overlap->least)
        return PP_E_MEMORY;
    memset(overlap->least, 0xff, nodes * sizeof *overlap->least); /* NONE */
    return PP_OK;
}

/* How many bounds are not above the address. */
static uint32_t bounds_up_to(const struct pp_overlap *overlap, uint64_t address)
{
    uint32_t low = 0, high = overlap->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (overlap->bounds[middle] <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void lower(uint32_t *least, uint32_t index)
{
    if (index < *least)
        *least = index;
}

void pp_overlap_add(struct pp_overlap *overlap, uint64_t start, uint64_t limit,
                    uint32_t index)
{
    if (start >= limit)
        return;
    size_t from = overlap->count + (size_t)bounds_up_to(overlap, start) - 1;
    size_t to = overlap->count + (size_t)bounds_up_to(overlap, limit) - 1;
    for (; from < to; from /= 2, to /= 2) {
        if (from % 2)
            lower(&overlap->least[from++], index);
        if (to % 2)
            lower(&overlap->least[--to], index);
    }
}

uint32_t pp_overlap_find(const struct pp_overlap *overlap, uint64_t address)
{
    uint32_t slot = bounds_up_to(overlap, address), found = PP_NONE;
    if (slot == 0)
        return PP_NONE;
    for (size_t node = overlap->count + (size_t)slot - 1; node; node /= 2)
        lower(&found, overlap->least[node]);
    return found;
}
