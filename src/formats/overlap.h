/* overlap: of many ranges that may lie over each other the first that holds an
 * address. Private to formats. */
#ifndef PP_FORMATS_OVERLAP_H
#define PP_FORMATS_OVERLAP_H

#include "base/base.h"

struct pp_overlap {
    const uint64_t *bounds; /* ascending; borrowed */
    uint32_t count;         /* of bounds */
    uint32_t *least;        /* see overlap.c */
};

/* bounds: all that ranges will begin or end with, ascending, each once. They
 * must live as long. 0 or PP_E_MEMORY. */
int pp_overlap_init(struct pp_overlap *overlap, struct pp_arena *arena,
                    const uint64_t *bounds, uint32_t count);

/* Add the range with that index, in any order; one that ends before it starts
 * holds nothing. */
void pp_overlap_add(struct pp_overlap *overlap, uint64_t start, uint64_t limit,
                    uint32_t index);

/* The least index of a range with start <= address < limit, or PP_NONE. */
uint32_t pp_overlap_find(const struct pp_overlap *overlap, uint64_t address);

#endif
