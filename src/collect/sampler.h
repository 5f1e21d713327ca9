/* sampler: SIGPROF becomes a record in a thread's ring. cpu.c drives it. */
#ifndef PP_COLLECT_SAMPLER_H
#define PP_COLLECT_SAMPLER_H

#include "base/base.h"
#include "collect/ring.h"

/* Handle SIGPROF from now on. The handler stays for good: a late signal must
 * not kill the program. */
int pp_sampler_install(struct pp_error *err);

/* The program's own sigaction for SIGPROF, once we handle that: `action` (may
 * be NULL) is what gets the SIGPROFs that are not ours from now on, *before
 * (may be NULL) what did. false while we do not: ask the kernel then. */
struct sigaction;
bool pp_sampler_set_action(const struct sigaction *action,
                           struct sigaction *before);

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

#endif
