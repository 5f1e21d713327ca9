/* Publication with deferred reclamation. See publish.h.
 *
 * Why a slot seen empty once is enough. Reader: count up (A), load the
 * pointer (B). Writer: store the new pointer (C), look at the slot (D). All
 * four are sequentially consistent. A reader whose B gave the old pointer has
 * B before C, hence A before D: until it leaves, D does not see zero. */
#include "unwind/publish.h"

#include <stdatomic.h>
#include <sys/mman.h>

enum { SLOT_COUNT = 64 };

static struct {
    _Alignas(64) atomic_uint readers;
} slots[SLOT_COUNT];

static const struct pp_unwind_map empty_map;
static _Atomic(const struct pp_unwind_map *) published = &empty_map;

struct garbage {
    struct {
        void *address;
        size_t size;
    } * items;
    uint32_t count, capacity;
};

static struct {
    struct pp_arena arena;
    struct garbage coming;  /* retired since `waiting` began to wait */
    struct garbage waiting; /* for the slots that have not been seen empty */
    uint64_t unseen;        /* a bit for each of those */
} heap;

_Static_assert(SLOT_COUNT == 64, "a bit of `unseen` each");

const struct pp_unwind_map *pp_unwind_enter(unsigned *slot)
{
    /* Threads are told apart by their stacks: this needs no register. */
    uint64_t stack = (uint64_t)(uintptr_t)__builtin_frame_address(0);
    *slot = (unsigned)pp_hash_u64(stack >> 16) % SLOT_COUNT;
    atomic_fetch_add(&slots[*slot].readers, 1);
    return atomic_load(&published);
}

void pp_unwind_leave(unsigned slot)
{
    atomic_fetch_sub(&slots[slot].readers, 1);
}

struct pp_unwind_map *pp_unwind_map_new(uint32_t count)
{
    size_t head_size = sizeof(struct pp_unwind_map) + count * sizeof(uint64_t);
    size_t ranges_at = (head_size + 63) / 64 * 64;
    size_t size = ranges_at + count * sizeof(struct pp_unwind_range);
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    struct pp_unwind_map *map = (struct pp_unwind_map *)memory;
    *map = (struct pp_unwind_map){
        .mapped_size = size,
        .count = count,
        .starts = (uint64_t *)(map + 1),
        .ranges = (struct pp_unwind_range *)(memory + ranges_at),
    };
    return map;
}

void pp_unwind_publish(struct pp_unwind_map *map)
{
    const struct pp_unwind_map *old = atomic_exchange(&published, map);
    if (old != &empty_map)
        pp_unwind_retire((void *)old, old->mapped_size);
}

void pp_unwind_retire(void *address, size_t size)
{
    __typeof__(heap.coming.items) item =
        pp_vector_add(&heap.arena, &heap.coming);
    if (item) {
        item->address = address;
        item->size = size;
    }
}

static void unmap_waiting(void)
{
    for (uint32_t i = 0; i < heap.waiting.count; i++)
        munmap(heap.waiting.items[i].address, heap.waiting.items[i].size);
    heap.waiting.count = 0;
}

static void look_for_empty_slots(void)
{
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        if (atomic_load(&slots[i].readers) == 0)
            heap.unseen &= ~(1ull << i);
}

void pp_unwind_reclaim(void)
{
    if (heap.waiting.count) {
        look_for_empty_slots();
        if (heap.unseen)
            return;
        unmap_waiting();
    }
    struct garbage emptied = heap.waiting;
    heap.waiting = heap.coming;
    heap.coming = emptied;
    heap.unseen = ~0ull;
}

void pp_unwind_publish_after_fork(bool interrupted)
{
    for (unsigned i = 0; i < SLOT_COUNT; i++)
        atomic_store(&slots[i].readers, 0);
    if (interrupted)
        memset(&heap, 0, sizeof heap);
}
