/* The ring between a signal handler and the collector. Invariant: head and
 * tail only grow, tail - head <= PP_RING_WORDS, and whatever lies between them
 * starts with a header. See ring.h. */
#include "collect/ring.h"

#include <assert.h>
#include <string.h>

_Static_assert(sizeof(struct pp_ring_record) == sizeof(uint64_t),
               "a record's header is one word");
_Static_assert((PP_RING_WORDS & (PP_RING_WORDS - 1)) == 0,
               "positions wrap by masking");

enum {
    RECORD_WORDS_MAX = 1 + PP_STACK_DEPTH_MAX,
    SKIP = 0xffff, /* depth of a header that means: go on at the start */
};

static uint32_t place_of(uint32_t position)
{
    return position & (PP_RING_WORDS - 1);
}

static uint64_t pack(struct pp_ring_record record)
{
    uint64_t word;
    memcpy(&word, &record, sizeof word);
    return word;
}

static struct pp_ring_record unpack(uint64_t word)
{
    struct pp_ring_record record;
    memcpy(&record, &word, sizeof record);
    return record;
}

uint64_t *pp_ring_reserve(struct pp_ring *ring)
{
    uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    uint32_t to_end = PP_RING_WORDS - place_of(tail);
    uint32_t skipped = to_end < RECORD_WORDS_MAX ? to_end : 0;
    if (PP_RING_WORDS - (tail - head) < skipped + RECORD_WORDS_MAX)
        return NULL;
    if (skipped) {
        ring->words[place_of(tail)] =
            pack((struct pp_ring_record){.depth = SKIP});
        tail += skipped;
        atomic_store_explicit(&ring->tail, tail, memory_order_release);
    }
    return &ring->words[place_of(tail) + 1];
}

void pp_ring_commit(struct pp_ring *ring, struct pp_ring_record record)
{
    uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    ring->words[place_of(tail)] = pack(record);
    atomic_store_explicit(&ring->tail, tail + 1 + record.depth,
                          memory_order_release);
}

bool pp_ring_peek(struct pp_ring *ring, struct pp_ring_record *record,
                  const uint64_t **pcs)
{
    for (;;) {
        uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
        uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
        if (head == tail)
            return false;
        *record = unpack(ring->words[place_of(head)]);
        *pcs = &ring->words[place_of(head) + 1];
        if (record->depth != SKIP)
            return true;
        uint32_t skipped = PP_RING_WORDS - place_of(head);
        atomic_store_explicit(&ring->head, head + skipped,
                              memory_order_release);
    }
}

void pp_ring_release(struct pp_ring *ring, struct pp_ring_record record)
{
    assert(record.depth <= PP_STACK_DEPTH_MAX);
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    atomic_store_explicit(&ring->head, head + 1 + record.depth,
                          memory_order_release);
}
