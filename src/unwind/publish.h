/* Publication: what the slow half hands to the fast one.
 *
 * One pointer leads to an immutable map of the executable ranges. Readers are
 * signal handlers, so they can neither lock nor wait nor register; writers can
 * wait. A reader counts itself into one of 64 slots before it loads the
 * pointer and out when it is done. What the writer has taken out of the map is
 * unmapped once every slot was seen empty at some time after that: whoever
 * could still hold it was counted in one of them.
 */
#ifndef PP_UNWIND_PUBLISH_H
#define PP_UNWIND_PUBLISH_H

#include "unwind/table.h"

/* An executable range and the way into its table, in one cache line. Without
 * a table (rows NULL) the range is known, but nothing of its frames. */
struct pp_unwind_range {
    uint64_t start, size;
    struct pp_unwind_index index;
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct pp_unwind_range) == 64, "one cache line");

/* Sorted by start, without overlap. Lies in one mapping. */
struct pp_unwind_map {
    uint64_t mapped_size;
    uint32_t count;
    const uint64_t *starts; /* apart, so that a search touches few lines */
    const struct pp_unwind_range *ranges;
};

/* ---- fast half: async-signal-safe, reentrant ---------------------------- */

/* The map, valid until pp_unwind_leave(slot). Never NULL. */
const struct pp_unwind_map *pp_unwind_enter(unsigned *slot);
void pp_unwind_leave(unsigned slot);

/* ---- slow half: one thread at a time ------------------------------------ */

/* A map with room for count ranges, to be filled and then published; NULL
 * without memory. */
struct pp_unwind_map *pp_unwind_map_new(uint32_t count);

/* Show this map to readers from now on; the one before is retired. */
void pp_unwind_publish(struct pp_unwind_map *map);

/* Unmap this once no reader can hold it. Call after the map that leads there
 * has been replaced. Without memory to note it down it is never unmapped. */
void pp_unwind_retire(void *address, size_t size);

/* Unmap what may be unmapped by now. Does not wait. */
void pp_unwind_reclaim(void);

/* In the child of a fork: nobody else reads. With `interrupted` a thread that
 * is gone may have been in the middle of a call to this half, so what waits
 * to be unmapped is forgotten. */
void pp_unwind_publish_after_fork(bool interrupted);

#endif
