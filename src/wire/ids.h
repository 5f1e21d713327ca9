/* From the ids of a file to indices. Nearly every writer numbers from 1 in the
 * order of the file, so the longest such run at the start needs no table:
 *
 *     id     1 2 3 4 5 | 90 7 6
 *     index  0 1 2 3 4 |  5 6 7
 *            ^ in_order   ^ in `others`
 *
 * For this folder only.
 */
#ifndef PP_WIRE_IDS_H
#define PP_WIRE_IDS_H

#include "base/base.h"

struct pp_wire_ids {
    uint32_t in_order; /* ids 1 to in_order have the indices one below */
    uint32_t count;
    struct pp_table others;
};

/* All that may lie behind an id, so that the arrays of the profile, where the
 * id is the first member, can be looked up without a copy of it. */
struct pp_wire_items {
    const void *first;
    size_t stride;
};

static inline uint64_t pp_wire_item_id(struct pp_wire_items items,
                                       uint32_t index)
{
    uint64_t id;
    memcpy(&id, (const char *)items.first + index * items.stride, sizeof id);
    return id;
}

/* The index of an id, PP_NONE if it is not there. */
static inline uint32_t pp_wire_ids_find(const struct pp_wire_ids *ids,
                                        struct pp_wire_items items, uint64_t id)
{
    if (id - 1 < ids->in_order)
        return (uint32_t)(id - 1);
    uint32_t at, index;
    uint64_t hash = pp_hash_foreign_u64(id);
    pp_table_each (&ids->others, hash, at, index) {
        if (pp_wire_item_id(items, index) == id)
            return index;
    }
    return PP_NONE;
}

/* Give the next id the next index. 0 or PP_E_MEMORY. */
static inline int pp_wire_ids_add(struct pp_wire_ids *ids,
                                  struct pp_arena *arena, uint64_t id)
{
    uint32_t index = ids->count++;
    if (ids->in_order == index && id == (uint64_t)index + 1) {
        ids->in_order++;
        return PP_OK;
    }
    return pp_table_insert(&ids->others, arena, pp_hash_foreign_u64(id), index);
}

#endif
