/* Arenas: everything that lives equally long is allocated from one arena and
 * dies with it. There is no free for a single object.
 *
 *   arena -> chunk -> chunk -> chunk      (mmap'ed; the newest in front)
 *            [objects ... |   room   ]
 *
 * Large objects get a chunk of their own, so that growing the newest object
 * or a large one moves no bytes (mremap).
 *
 * Memory is zeroed. An arena is used by one thread at a time. Not for signal
 * handlers.
 */
#ifndef PP_BASE_ARENA_H
#define PP_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct pp_arena_chunk;

struct pp_arena {
    struct pp_arena_chunk *newest;
    size_t used;                /* bytes mapped so far */
    size_t ceiling;             /* never map more than this; 0: no ceiling */
    void (*on_exhausted)(void); /* see pp_arena_init_fatal */
};

/* A soft arena: allocation returns NULL when there is no memory or `ceiling`
 * bytes (0: no ceiling) are used, and every caller checks. For libpprof and
 * for bytes from outside. An arena that is all zero is a soft one without a
 * ceiling. */
void pp_arena_init(struct pp_arena *arena, size_t ceiling);

/* An arena for the tool: when there is no memory on_exhausted is called, which
 * must not return, so callers need not check. */
void pp_arena_init_fatal(struct pp_arena *arena, void (*on_exhausted)(void));

/* Free everything. The arena may be used again. */
void pp_arena_release(struct pp_arena *arena);

/* size zeroed bytes, aligned to 16. size may be 0: the pointer is unique. */
void *pp_arena_alloc(struct pp_arena *arena, size_t size);

/* Room for count objects of `size` bytes each; NULL also on overflow. */
void *pp_arena_array(struct pp_arena *arena, size_t count, size_t size);

#define pp_arena_new(arena, type) ((type *)pp_arena_alloc(arena, sizeof(type)))

/* Grow an object from old_size to new_size, in place where it can. The new
 * part is zeroed. NULL on failure; the old object then stands. `old` may be
 * NULL (with old_size 0). */
void *pp_arena_grow(struct pp_arena *arena, void *old, size_t old_size,
                    size_t new_size);

/* Ask the kernel for large pages under a mapping, where it is large itself:
 * less to fault in, and to give back. */
void pp_advise_huge_pages(void *mapping, size_t size);

/* Growing arrays. A vector is any struct with these three members:
 *
 *     struct { struct thing *items; uint32_t count, capacity; } things;
 *
 * pp_vector_add(arena, &things) makes room for one more and gives its address
 * (zeroed; valid until the next add), or NULL. pp_vector_reserve makes room
 * for `extra` more without counting them in, and is 0 or PP_E_MEMORY. */
#define pp_vector_add(arena, vector)                                           \
    ((__typeof__((vector)->items))(pp_vector_reserve(arena, vector, 1) < 0     \
                                       ? NULL                                  \
                                       : &(vector)->items[(vector)->count++]))
#define pp_vector_reserve(arena, vector, extra)                                \
    pp_vector_make_room((arena), (void **)&(vector)->items,                    \
                        sizeof(*(vector)->items), (vector)->count,             \
                        &(vector)->capacity, (extra))

/* The function behind the macros. */
int pp_vector_make_room(struct pp_arena *arena, void **items, size_t item_size,
                        uint32_t count, uint32_t *capacity, size_t extra);

#endif
