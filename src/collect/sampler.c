/* The SIGPROF handler, and the draining of what it wrote.
 *
 * Invariant: the handler writes only into the slot that the timer's cookie
 * names, and only when it runs in that slot's thread: each ring has one
 * writer. It takes no lock, allocates nothing, and keeps errno.
 *
 * Why a timer a thread and a weight a sample: the kernel's tick merges
 * expiries, and si_overrun tells how many.
 */
#include "collect/sampler.h"

#include <errno.h>
#include <signal.h>

#include "collect/slots.h"
#include "unwind/unwind.h"

/* What the program wants SIGPROF to do: what it had before us, or has set
 * since through pp_sampler_set_action. Copies are used in turn, since a handler
 * may be reading one while the next is written. */
enum { ACTION_COPIES = 16 };
static struct sigaction action_copies[ACTION_COPIES];
static _Atomic(uint32_t) action_turn;
static _Atomic(const struct sigaction *) program_action;

static __thread bool passing_on;

static void add(_Atomic(uint64_t) *counter, uint64_t value)
{
    /* One writer: no need for a locked instruction. */
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, before + value, memory_order_relaxed);
}

/* The signal was sent to the slot's thread, and the turn is that thread's: no
 * need to ask the kernel who we are, which a sandbox may forbid. */
static void take_sample(struct pp_slot *slot, const siginfo_t *info,
                        const void *context)
{
    uint32_t weight =
        1 + (uint32_t)(info->si_overrun > 0 ? info->si_overrun : 0);
    uint64_t *pcs = pp_ring_reserve(&slot->ring);
    if (!pcs) {
        add(&slot->lost, weight);
        return;
    }
    enum pp_unwind_end end;
    uint32_t depth = pp_unwind_walk(context, slot->stack_low, slot->stack_high,
                                    pcs, PP_STACK_DEPTH_MAX, &end);
    pp_ring_commit(&slot->ring, (struct pp_ring_record){weight, (uint16_t)depth,
                                                        (uint16_t)end});
    add(&slot->weight, weight);
}

/* A SIGPROF that none of our timers sent is the program's. With the default
 * action, which would end the program, it is dropped: whoever sent it may have
 * meant us. The program's handler may pass it on to the one before it, which
 * may be ours. */
static void pass_on(int signal, siginfo_t *info, void *context)
{
    const struct sigaction *action = atomic_load(&program_action);
    if (!action || passing_on)
        return;
    passing_on = true;
    if (action->sa_flags & SA_SIGINFO)
        action->sa_sigaction(signal, info, context);
    else if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN)
        action->sa_handler(signal);
    passing_on = false;
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    int saved_errno = errno;
    bool current = false;
    struct pp_slot *slot =
        info->si_code == SI_TIMER
            ? pp_slot_of_cookie((uint64_t)(uintptr_t)info->si_value.sival_ptr,
                                &current)
            : NULL;
    if (slot) {
        if (current)
            take_sample(slot, info, context);
        atomic_fetch_sub(&slot->busy, 1);
    } else {
        pass_on(signal, info, context);
    }
    errno = saved_errno;
}

static bool is_ours(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == on_signal;
}

bool pp_sampler_owns_signal(void)
{
    struct sigaction now;
    return pp_os_sigaction(SIGPROF, NULL, &now) == 0 && is_ours(&now);
}

bool pp_sampler_set_action(const struct sigaction *action,
                           struct sigaction *before)
{
    const struct sigaction *current = atomic_load(&program_action);
    if (!current)
        return false;
    if (before)
        *before = *current;
    if (action && !is_ours(action)) {
        uint32_t turn = atomic_fetch_add(&action_turn, 1) % ACTION_COPIES;
        action_copies[turn] = *action;
        atomic_store(&program_action, &action_copies[turn]);
    }
    return true;
}

/* Nothing that the program may do in a handler of its own can happen in the
 * middle of ours, nor the end of a thread that is cancelled: all bits, for
 * sigfillset leaves out the C library's own signal. Faults are told at once. */
static sigset_t all_but_faults(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL,
                                 SIGTRAP, SIGSYS, SIGABRT};
    sigset_t set;
    memset(&set, 0xff, sizeof set);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigdelset(&set, faults[i]);
    return set;
}

int pp_sampler_install(struct pp_error *err)
{
    if (pp_sampler_owns_signal())
        return PP_OK;
    struct sigaction ours = {
        .sa_sigaction = on_signal,
        .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK,
        .sa_mask = all_but_faults(),
    };
    uint32_t turn = atomic_fetch_add(&action_turn, 1) % ACTION_COPIES;
    struct sigaction *before = &action_copies[turn];
    /* Not sigaction's third argument: the handler may run before that is
     * written. */
    if (pp_os_sigaction(SIGPROF, NULL, before) < 0)
        return pp_fail_errno(err, errno, "cannot read the SIGPROF handler");
    atomic_store(&program_action, before);
    if (pp_os_sigaction(SIGPROF, &ours, NULL) < 0)
        return pp_fail_errno(err, errno, "cannot handle SIGPROF");
    return PP_OK;
}

static void drain_ring(struct pp_slot *slot, const struct pp_sampler_sink *sink)
{
    struct pp_ring_record record;
    const uint64_t *pcs;
    while (pp_ring_peek(&slot->ring, &record, &pcs)) {
        sink->take(sink->context, record, pcs);
        memcpy(slot->last_pcs, pcs, record.depth * sizeof *pcs);
        slot->last = record;
        if (record.weight > slot->weight_max)
            slot->weight_max = record.weight;
        pp_ring_release(&slot->ring, record);
    }
}

/* Periods after the last sample. A sample stands for the time since the one
 * before it; what comes after the last one is put there too, as long as it is
 * no more than has passed between samples of this thread before. */
static void tell_missed(struct pp_slot *slot, uint64_t periods,
                        const struct pp_sampler_sink *sink)
{
    if (slot->last.depth && periods <= slot->weight_max) {
        slot->last.weight = (uint32_t)periods;
        sink->take(sink->context, slot->last, slot->last_pcs);
    } else {
        sink->missed(sink->context, periods);
    }
}

static void drain_slot(struct pp_slot *slot, const struct pp_sampler_sink *sink)
{
    /* Look before draining: what is written later belongs to a later drain. */
    pp_slots_lock();
    bool unused = slot->state == PP_SLOT_FREE;
    bool over = slot->state == PP_SLOT_ENDED && !atomic_load(&slot->busy);
    uint64_t missed = slot->missed;
    slot->missed = 0;
    pp_slots_unlock();
    if (unused)
        return;

    drain_ring(slot, sink);
    uint64_t lost = atomic_load(&slot->lost);
    if (lost != slot->lost_told)
        sink->lost(sink->context, lost - slot->lost_told);
    slot->lost_told = lost;
    if (missed)
        tell_missed(slot, missed, sink);

    if (over) {
        slot->last.depth = 0;
        slot->weight_max = 0;
        pp_slots_lock();
        pp_slot_give_back(slot);
        pp_slots_unlock();
    }
}

void pp_sampler_drain(const struct pp_sampler_sink *sink)
{
    uint32_t count = pp_slot_count();
    for (uint32_t i = 0; i < count; i++)
        drain_slot(pp_slot_at(i), sink);
}
