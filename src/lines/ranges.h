/* What lies at an address, where things may lie inside of one another: an index
 * of address ranges. Private to lines/. */
#ifndef PP_LINES_RANGES_H
#define PP_LINES_RANGES_H

#include "base/base.h"

struct pp_range {
    uint64_t start, end; /* end is the first address behind */
    uint32_t what;       /* the caller's */
    uint32_t outer;      /* the range that may go on behind, or PP_NONE */
};

/* All zero is an empty one. */
struct pp_ranges {
    struct pp_range *items;
    uint32_t count, capacity;
};

/* Add a range (if it is not empty); outer ones before inner ones. 0 or
 * PP_E_MEMORY, as below. */
int pp_ranges_add(struct pp_ranges *ranges, struct pp_arena *arena,
                  uint64_t start, uint64_t end, uint32_t what);

/* Sort and link what was added; it moves into `arena`. */
int pp_ranges_build(struct pp_ranges *ranges, struct pp_arena *arena);

/* What the innermost range at an address is of, or PP_NONE. */
uint32_t pp_ranges_find(const struct pp_ranges *ranges, uint64_t address);

#endif
