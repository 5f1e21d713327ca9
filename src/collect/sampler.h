/* sampler: SIGPROF becomes a record in a thread's ring. cpu.c drives it. */
#ifndef PP_COLLECT_SAMPLER_H
#define PP_COLLECT_SAMPLER_H

#include <pthread.h>

#include "base/base.h"
#include "collect/ring.h"

/* Install the handler and arm a timer on every thread there is; from now on
 * also on every thread that pp_threads_create creates. */
int pp_sampler_start(int64_t period_ns, struct pp_error *err);

/* Disarm all timers. The handler stays: a late signal must not kill the
 * program. */
void pp_sampler_stop(void);

/* False when the program has put its own SIGPROF handler in place of ours. */
bool pp_sampler_owns_signal(void);

/* Where drained samples go. Numbers are periods of CPU time: `lost` found the
 * ring full, `missed` is the time of threads that could not be sampled. */
struct pp_sampler_sink {
    void (*take)(void *context, struct pp_ring_record record,
                 const uint64_t *pcs);
    void (*lost)(void *context, uint64_t periods);
    void (*missed)(void *context, uint64_t periods);
    void *context;
};

/* Empty all rings into the sink. One thread at a time. */
void pp_sampler_drain(const struct pp_sampler_sink *sink);

/* In the child after fork: there are no timers. */
void pp_sampler_after_fork(void);

/* Sampling is on, and this is its period; 0 when it is off. */
int64_t pp_sampler_period_ns(void);

#endif
