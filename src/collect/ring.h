/* A ring of stack samples: one writer, which is a signal handler, and one
 * reader, the collector thread. No locks; neither waits for the other.
 *
 *   words  [ header | pc pc pc ... | header | pc ... | skip | ........ ]
 *            ^ head (read up to here)                  ^ tail (written)
 *
 * head and tail count words for ever; a record never wraps round the end: what
 * is left there is skipped by a header that says so.
 */
#ifndef PP_COLLECT_RING_H
#define PP_COLLECT_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    PP_RING_WORDS = 8192, /* 64 KiB: 62 samples of the greatest depth */
    PP_STACK_DEPTH_MAX = 128,
};

struct pp_ring {
    _Atomic(uint32_t) head; /* written by the reader */
    _Atomic(uint32_t) tail; /* written by the writer */
    uint64_t words[PP_RING_WORDS];
};

/* What one record holds besides its pcs. */
struct pp_ring_record {
    uint32_t weight; /* periods of CPU time */
    uint16_t depth;  /* pcs that follow */
    uint16_t end;    /* enum pp_unwind_end */
};

/* Writer, async-signal-safe: room for a record with the greatest depth, as the
 * address of its first pc, or NULL when the ring is too full; then the record
 * that was put there. */
uint64_t *pp_ring_reserve(struct pp_ring *ring);
void pp_ring_commit(struct pp_ring *ring, struct pp_ring_record record);

/* Reader: the oldest record, or false. The pcs stay valid until the release.
 */
bool pp_ring_peek(struct pp_ring *ring, struct pp_ring_record *record,
                  const uint64_t **pcs);
void pp_ring_release(struct pp_ring *ring, struct pp_ring_record record);

#endif
