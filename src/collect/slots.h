/* slots: one account for each sampled thread: its timer, its ring, its
 * counters. sampler.c writes samples into it, threads.c gives it to threads,
 * cpu.c empties it.
 *
 *            take             attach              detach          drained
 *    FREE ---------> RESERVED --------> RUNNING ----------> ENDED -------->
 * FREE
 *
 * Slots are never unmapped, only used again. A timer's cookie names a slot and
 * its turn, so a signal that comes late finds memory that is there and a turn
 * that is over.
 */
#ifndef PP_COLLECT_SLOTS_H
#define PP_COLLECT_SLOTS_H

#include <stdatomic.h>

#include "base/base.h"
#include "collect/ring.h"
#include "os/os.h"

enum { PP_SLOTS_MAX = 65536 }; /* threads at once; more are counted only */

enum pp_slot_state {
    PP_SLOT_FREE,
    PP_SLOT_RESERVED, /* for a thread that is being created */
    PP_SLOT_RUNNING,
    PP_SLOT_ENDED, /* its thread is gone; the ring may hold samples yet */
};

struct pp_slot {
    /* Set when the slot is made, or atomic: the handler reads these. */
    uint32_t index;
    _Atomic(uint32_t) turn; /* grows whenever the slot changes hands */
    _Atomic(pid_t) tid;
    _Atomic(uint32_t) busy;      /* handlers at work in it */
    _Atomic(uint64_t) stack_low; /* of the thread; 0, 0 when unknown */
    _Atomic(uint64_t) stack_high;
    /* Written by the handler alone, never reset: periods of CPU time, kept and
     * dropped since the ring was full. */
    _Atomic(uint64_t) weight, lost;

    /* Under the lock. */
    enum pp_slot_state state;
    bool seen; /* by the scan of threads under way */
    bool has_timer;
    int timer;
    int64_t cpu_start_ns;      /* the thread's CPU clock when it was attached */
    int64_t first_ns;          /* of its CPU time until the first expiry */
    uint64_t periods_at_start; /* weight + lost then */
    uint64_t missed;           /* periods that nobody sampled, not yet told */
    void *(*run)(void *);      /* what the thread shall do, if we create it */
    void *run_argument;
    uint64_t stack_size; /* bytes, 0 when unknown */

    struct pp_ring ring;

    /* The collector's own: what it has told, and the last sample it took. */
    uint64_t lost_told;
    uint32_t weight_max;        /* of the samples of this turn */
    struct pp_ring_record last; /* depth 0: none in this turn */
    uint64_t last_pcs[PP_STACK_DEPTH_MAX];
};

/* Sampling is on from open to close, which ends the turns of all slots. The
 * period is in nanoseconds of a thread's CPU time; 0 while it is off. */
void pp_slots_open(int64_t period_ns);
void pp_slots_close(void);
int64_t pp_slots_period_ns(void);

/* The lock of the table. Never held while allocating or taking another; no
 * signal is handled in a thread that holds it. */
void pp_slots_lock(void);
void pp_slots_unlock(void);

/* Async-signal-safe: the slot that a cookie names, NULL if none; *current
 * tells whether the cookie is of its present turn. The slot's `busy` is counted
 * up; the caller counts it down. */
struct pp_slot *pp_slot_of_cookie(uint64_t cookie, bool *current);

/* All with the lock held. take gives a RESERVED slot, or NULL when there are
 * no more; give_back undoes it. */
struct pp_slot *pp_slot_take(void);
void pp_slot_give_back(struct pp_slot *slot);
struct pp_slot *pp_slot_find(pid_t tid);

/* The slot becomes thread tid's, and its timer ticks once a period. Where the
 * kernel has no timer for it (RLIMIT_SIGPENDING, seccomp), the thread's CPU
 * time is told as missed when it ends. */
struct pp_stack_range {
    uint64_t low, high;
};
void pp_slot_attach(struct pp_slot *slot, pid_t tid,
                    struct pp_stack_range stack);

/* The thread ended, or sampling does. */
void pp_slot_detach(struct pp_slot *slot);

/* How many slots there are, whatever their state, and the i-th. */
uint32_t pp_slot_count(void);
struct pp_slot *pp_slot_at(uint32_t index);

/* Threads for which the kernel refused a timer, or there was no slot. */
uint64_t pp_slots_refused(void);
void pp_slots_count_refused(void);

/* In the child after fork: no thread, no timer is left, nobody has the lock. */
void pp_slots_after_fork(void);

#endif
