/* The table of sampled threads. See slots.h.
 *
 * Invariant: a slot is used again only after its ring was drained in state
 * ENDED with `busy` 0. The handler counts `busy` up, then reads `turn`; detach
 * writes `turn`, and the drain then reads `busy` (all sequentially
 * consistent): so no handler of the last turn writes into the next one.
 */
#include "collect/slots.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { COOKIE_MARK = 0x7070 }; /* "pp", in the top 16 bits of a cookie */

static _Atomic(int64_t) period_ns; /* 0: off */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct pp_slot *slots[PP_SLOTS_MAX];
static _Atomic(uint32_t) slot_count; /* slots[0 .. this) are not NULL */
static uint32_t first_free;          /* no slot below this index is FREE */
static uint64_t refused;
static uint64_t random_state;

void pp_slots_open(int64_t wanted_period_ns)
{
    atomic_store(&period_ns, wanted_period_ns);
}

void pp_slots_close(void)
{
    pp_slots_lock();
    for (uint32_t i = 0; i < slot_count; i++)
        pp_slot_detach(slots[i]);
    atomic_store(&period_ns, 0);
    pp_slots_unlock();
}

int64_t pp_slots_period_ns(void)
{
    return atomic_load(&period_ns);
}

/* No signal comes while the lock is held, not even the C library's own that
 * ends a thread which may be cancelled at any instruction: the C library's
 * functions would leave that one out. */
static uint64_t holders_mask;

static uint64_t set_signal_mask(uint64_t mask)
{
    uint64_t before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &before, sizeof mask);
    return before;
}

void pp_slots_lock(void)
{
    uint64_t mask = set_signal_mask(UINT64_MAX);
    pthread_mutex_lock(&lock);
    holders_mask = mask;
}

void pp_slots_unlock(void)
{
    uint64_t mask = holders_mask;
    pthread_mutex_unlock(&lock);
    set_signal_mask(mask);
}

/* mark:16 turn:16 index:32 */
static uint64_t cookie_of(struct pp_slot *slot)
{
    return (uint64_t)COOKIE_MARK << 48 |
           (uint64_t)(atomic_load(&slot->turn) & 0xffff) << 32 | slot->index;
}

struct pp_slot *pp_slot_of_cookie(uint64_t cookie, bool *current)
{
    uint32_t index = (uint32_t)cookie;
    if (cookie >> 48 != COOKIE_MARK || index >= PP_SLOTS_MAX)
        return NULL;
    struct pp_slot *slot = __atomic_load_n(&slots[index], __ATOMIC_ACQUIRE);
    if (slot) {
        atomic_fetch_add(&slot->busy, 1);
        *current = cookie_of(slot) == cookie;
    }
    return slot;
}

struct pp_slot *pp_slot_take(void)
{
    while (first_free < slot_count && slots[first_free]->state != PP_SLOT_FREE)
        first_free++;
    if (first_free == PP_SLOTS_MAX)
        return NULL;
    if (first_free == slot_count) {
        struct pp_slot *slot =
            mmap(NULL, sizeof *slot, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (slot == MAP_FAILED)
            return NULL;
        slot->index = slot_count;
        __atomic_store_n(&slots[slot_count], slot, __ATOMIC_RELEASE);
        slot_count++;
    }
    struct pp_slot *slot = slots[first_free++];
    slot->state = PP_SLOT_RESERVED;
    return slot;
}

void pp_slot_give_back(struct pp_slot *slot)
{
    slot->state = PP_SLOT_FREE;
    if (slot->index < first_free)
        first_free = slot->index;
}

struct pp_slot *pp_slot_find(pid_t tid)
{
    for (uint32_t i = 0; i < slot_count; i++)
        if (slots[i]->state == PP_SLOT_RUNNING && slots[i]->tid == tid)
            return slots[i];
    return NULL;
}

/* xorshift: a thread's first expiry is a random part of the period, so that
 * threads which start together do not tick together, and one that uses less
 * than a period is seen as often as it should be. */
static int64_t random_phase_ns(void)
{
    if (!random_state)
        random_state = (uint64_t)pp_os_now_ns() | 1;
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return 1 + (int64_t)(random_state % (uint64_t)period_ns);
}

static uint64_t periods_of(struct pp_slot *slot)
{
    return atomic_load(&slot->weight) + atomic_load(&slot->lost);
}

void pp_slot_attach(struct pp_slot *slot, pid_t tid,
                    struct pp_stack_range stack)
{
    slot->state = PP_SLOT_RUNNING;
    slot->seen = true;
    slot->cpu_start_ns = pp_os_thread_cpu_ns(tid);
    slot->periods_at_start = periods_of(slot);
    atomic_store(&slot->stack_low, stack.low);
    atomic_store(&slot->stack_high, stack.high);
    atomic_store(&slot->tid, tid);
    atomic_fetch_add(&slot->turn, 1);
    slot->first_ns = random_phase_ns();
    int error = pp_os_timer_start(tid, SIGPROF, cookie_of(slot), slot->first_ns,
                                  period_ns, &slot->timer);
    slot->has_timer = error == 0;
    if (error == -EINVAL || error == -ESRCH)
        pp_slot_detach(slot); /* the thread has ended meanwhile */
    else if (error < 0)
        refused++;
}

/* Expiries that were due by now and of which no sample came: the timer was
 * refused, the thread blocks the signal, or no tick has fallen into what it
 * did last. */
static uint64_t missed_periods(struct pp_slot *slot)
{
    int64_t now_ns = pp_os_thread_cpu_ns(slot->tid);
    if (now_ns < 0 || slot->cpu_start_ns < 0)
        return 0;
    int64_t since_first_ns = now_ns - slot->cpu_start_ns - slot->first_ns;
    uint64_t due =
        since_first_ns < 0 ? 0 : (uint64_t)(since_first_ns / period_ns) + 1;
    uint64_t sampled = periods_of(slot) - slot->periods_at_start;
    return due > sampled ? due - sampled : 0;
}

void pp_slot_detach(struct pp_slot *slot)
{
    if (slot->state != PP_SLOT_RUNNING)
        return;
    slot->missed += missed_periods(slot);
    if (slot->has_timer)
        pp_os_timer_stop(slot->timer);
    slot->has_timer = false;
    atomic_fetch_add(&slot->turn, 1);
    atomic_store(&slot->tid, 0);
    slot->state = PP_SLOT_ENDED;
}

uint32_t pp_slot_count(void)
{
    return atomic_load(&slot_count);
}

struct pp_slot *pp_slot_at(uint32_t index)
{
    return slots[index];
}

uint64_t pp_slots_refused(void)
{
    return refused;
}

void pp_slots_count_refused(void)
{
    refused++;
}

/* The parent's samples in the rings are the parent's. */
static void empty(struct pp_slot *slot)
{
    slot->state = PP_SLOT_FREE;
    slot->has_timer = false;
    slot->missed = 0;
    slot->last.depth = 0;
    slot->lost_told = atomic_load(&slot->lost);
    atomic_store(&slot->tid, 0);
    atomic_store(&slot->busy, 0);
    atomic_fetch_add(&slot->turn, 1);
    atomic_store(&slot->ring.head, atomic_load(&slot->ring.tail));
}

void pp_slots_after_fork(void)
{
    for (uint32_t i = 0; i < slot_count; i++)
        empty(slots[i]);
    first_free = 0;
    random_state = 0;
    atomic_store(&period_ns, 0);
    pthread_mutex_init(&lock, NULL);
}
