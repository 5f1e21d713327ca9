/* Sorting without malloc, which qsort() calls. */
#ifndef PP_BASE_SORT_H
#define PP_BASE_SORT_H

#include "base/arena.h"

struct pp_sort_key {
    uint64_t key;
    uint32_t index; /* what it is the key of */
};

/* Sort by key; equal ones stay in their order. Needs as much memory again from
 * the (soft) arena. 0 or PP_E_MEMORY. */
int pp_sort(struct pp_sort_key *keys, uint32_t count, struct pp_arena *arena);

#endif
