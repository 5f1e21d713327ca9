/* Arenas over mmap. Invariant: the newest chunk is the one that small objects
 * are cut from, unless it is a large object's own; the last object of a chunk
 * ends at chunk->used. See arena.h. */
#include "base/base.h"

#include <string.h>
#include <sys/mman.h>

enum {
    ALIGNMENT = 16,
    CHUNK_SIZE = 256 * 1024, /* fresh chunks for small objects */
    LARGE_SIZE = 64 * 1024,  /* objects from this size have their own chunk */
    PAGE_SIZE = 4096,        /* mmap rounds up further where pages are larger */
};

struct pp_arena_chunk {
    struct pp_arena_chunk *older;
    size_t size; /* of the mapping, this header included */
    size_t used; /* likewise */
    bool large;  /* holds one large object */
};

_Static_assert(sizeof(struct pp_arena_chunk) % ALIGNMENT == 0,
               "objects behind the header are aligned");

static size_t round_up(size_t size, size_t unit)
{
    return (size + unit - 1) / unit * unit;
}

static void *exhausted(const struct pp_arena *arena)
{
    if (arena->on_exhausted)
        arena->on_exhausted();
    return NULL;
}

void pp_arena_init(struct pp_arena *arena, size_t ceiling)
{
    *arena = (struct pp_arena){.ceiling = ceiling};
}

void pp_arena_init_fatal(struct pp_arena *arena, void (*on_exhausted)(void))
{
    *arena = (struct pp_arena){.on_exhausted = on_exhausted};
}

void pp_arena_release(struct pp_arena *arena)
{
    struct pp_arena_chunk *chunk = arena->newest;
    while (chunk) {
        struct pp_arena_chunk *older = chunk->older;
        pp_spare_give(chunk, chunk->size, chunk->used);
        chunk = older;
    }
    arena->newest = NULL;
    arena->used = 0;
}

static bool may_use(const struct pp_arena *arena, size_t more)
{
    return arena->ceiling == 0 ||
           (more <= arena->ceiling && arena->used <= arena->ceiling - more);
}

void pp_advise_huge_pages(void *mapping, size_t size)
{
    enum { HUGE_PAGE_SIZE = 2 << 20 };
    if (size >= 2 * (size_t)HUGE_PAGE_SIZE)
        madvise(mapping, size, MADV_HUGEPAGE);
}

static struct pp_arena_chunk *add_chunk(struct pp_arena *arena, size_t size)
{
    if (!may_use(arena, size))
        return NULL;
    size_t asked = size;
    struct pp_arena_chunk *chunk = pp_spare_take(&size);
    if (!chunk)
        return NULL;
    chunk->size = size;
    chunk->used = sizeof *chunk;
    arena->used += asked; /* what a spare has more is a present */
    return chunk;
}

/* A large object's chunk goes behind the newest, which keeps serving small
 * objects. */
static void *alloc_large(struct pp_arena *arena, size_t size)
{
    struct pp_arena_chunk *chunk =
        add_chunk(arena, round_up(size + sizeof *chunk, PAGE_SIZE));
    if (!chunk)
        return exhausted(arena);
    chunk->large = true;
    chunk->used += size;
    if (arena->newest) {
        chunk->older = arena->newest->older;
        arena->newest->older = chunk;
    } else {
        arena->newest = chunk;
    }
    return chunk + 1;
}

void *pp_arena_alloc(struct pp_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return exhausted(arena);
    size = round_up(size ? size : 1, ALIGNMENT);
    if (size >= LARGE_SIZE)
        return alloc_large(arena, size);
    struct pp_arena_chunk *chunk = arena->newest;
    if (!chunk || chunk->large || chunk->size - chunk->used < size) {
        chunk = add_chunk(arena, CHUNK_SIZE);
        if (!chunk)
            return exhausted(arena);
        chunk->older = arena->newest;
        arena->newest = chunk;
    }
    void *object = (char *)chunk + chunk->used;
    chunk->used += size;
    return object;
}

void *pp_arena_array(struct pp_arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return exhausted(arena);
    return pp_arena_alloc(arena, total);
}

/* Grow a large object's own chunk; the kernel moves pages, not bytes. */
static void *grow_large(struct pp_arena *arena, void *old, size_t new_size)
{
    struct pp_arena_chunk *chunk = (struct pp_arena_chunk *)old - 1;
    size_t size = round_up(new_size + sizeof *chunk, PAGE_SIZE);
    if (size > chunk->size) {
        struct pp_arena_chunk **link = &arena->newest;
        while (*link != chunk)
            link = &(*link)->older;
        if (!may_use(arena, size - chunk->size))
            return exhausted(arena);
        size_t old_chunk_size = chunk->size;
        chunk = mremap(chunk, old_chunk_size, size, MREMAP_MAYMOVE);
        if (chunk == MAP_FAILED)
            return exhausted(arena);
        pp_advise_huge_pages(chunk, size);
        chunk->size = size;
        arena->used += size - old_chunk_size;
        *link = chunk;
    }
    chunk->used = sizeof *chunk + new_size;
    return chunk + 1;
}

void *pp_arena_grow(struct pp_arena *arena, void *old, size_t old_size,
                    size_t new_size)
{
    if (!old)
        return pp_arena_alloc(arena, new_size);
    if (new_size > SIZE_MAX / 2)
        return exhausted(arena);
    size_t old_room = round_up(old_size ? old_size : 1, ALIGNMENT);
    size_t new_room = round_up(new_size, ALIGNMENT);
    if (new_room <= old_room)
        return old;
    if (old_room >= LARGE_SIZE)
        return grow_large(arena, old, new_room);

    struct pp_arena_chunk *chunk = arena->newest;
    bool is_last =
        chunk && (char *)old + old_room == (char *)chunk + chunk->used;
    if (is_last && chunk->size - chunk->used >= new_room - old_room &&
        new_room < LARGE_SIZE) {
        chunk->used += new_room - old_room;
        return old;
    }
    void *object = pp_arena_alloc(arena, new_size);
    if (object)
        memcpy(object, old, old_size);
    return object;
}

int pp_vector_make_room(struct pp_arena *arena, void **items, size_t item_size,
                        uint32_t count, uint32_t *capacity, size_t extra)
{
    if (*capacity - count >= extra)
        return PP_OK;
    uint64_t wanted = (uint64_t)count + extra;
    uint64_t doubled = (uint64_t)*capacity * 2;
    uint64_t room = wanted > doubled ? wanted : doubled;
    if (room < 8)
        room = 8;
    if (room >= UINT32_MAX)
        room = UINT32_MAX - 1;
    if (room < wanted || extra > UINT32_MAX || room > SIZE_MAX / item_size)
        return exhausted(arena), PP_E_MEMORY;
    void *grown = pp_arena_grow(arena, *items, *capacity * item_size,
                                (size_t)room * item_size);
    if (!grown)
        return PP_E_MEMORY;
    *items = grown;
    *capacity = (uint32_t)room;
    return PP_OK;
}
