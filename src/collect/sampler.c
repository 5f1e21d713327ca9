/* The SIGPROF handler, and the draining of what it wrote.
 *
 * Invariant: the handler writes only into the slot that the timer's cookie
 * names, and only when it runs in that slot's thread: each ring has one
 * writer. It takes no lock, allocates nothing, and keeps errno.
 *
 * Why a timer a thread and a weight a sample: the kernel's tick merges
 * expiries, and si_overrun tells how many (reference/native-profilers.md
 * section 1).
 */
#include "collect/sampler.h"

#include <errno.h>
#include <signal.h>

#include "collect/slots.h"
#include "unwind/unwind.h"

static struct sigaction previous_action;

static void add(_Atomic(uint64_t) *counter, uint64_t value)
{
    /* One writer: no need for a locked instruction. */
    uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, before + value, memory_order_relaxed);
}

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
    add(&slot->samples, 1);
    add(&slot->weight, weight);
    if (end != PP_UNWIND_COMPLETE)
        add(&slot->truncated, 1);
}

/* A SIGPROF that none of our timers sent goes where it went before us. With
 * the default action there, which ends the program, it is dropped: the program
 * would not have ended had we not been here to be signalled late. */
static void pass_on(int signal, siginfo_t *info, void *context)
{
    if (previous_action.sa_flags & SA_SIGINFO)
        previous_action.sa_sigaction(signal, info, context);
    else if (previous_action.sa_handler != SIG_DFL &&
             previous_action.sa_handler != SIG_IGN)
        previous_action.sa_handler(signal);
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
        if (current && atomic_load(&slot->tid) == pp_os_gettid())
            take_sample(slot, info, context);
        atomic_store(&slot->busy, false);
    } else {
        pass_on(signal, info, context);
    }
    errno = saved_errno;
}

bool pp_sampler_owns_signal(void)
{
    struct sigaction now;
    return sigaction(SIGPROF, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) &&
           now.sa_sigaction == on_signal;
}

int pp_sampler_install(struct pp_error *err)
{
    if (pp_sampler_owns_signal())
        return PP_OK;
    struct sigaction action = {
        .sa_sigaction = on_signal,
        .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK,
    };
    sigemptyset(&action.sa_mask);
    /* Not sigaction's third argument: the handler may run before that is
     * written. */
    if (sigaction(SIGPROF, NULL, &previous_action) < 0 ||
        sigaction(SIGPROF, &action, NULL) < 0)
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
