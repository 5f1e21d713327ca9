/* collect: the live process becomes a profile.
 *
 * One profiler = one file = one descriptor (struct pp_profiler). Today: cpu.
 *
 * A CPU profile is collected in two halves. The signal handler writes stacks
 * into its thread's ring and nothing else; the collector thread empties the
 * rings, sums equal stacks up, and keeps the set of threads and the unwind
 * tables up to date.
 *
 *   timer -> SIGPROF -> ring ->\
 *   timer -> SIGPROF -> ring ---> collector thread -> session -> profile
 *                              \-> (each open session gets each sample)
 */
#ifndef PP_COLLECT_COLLECT_H
#define PP_COLLECT_COLLECT_H

#include <pthread.h>

#include "base/base.h"
#include "profile/profile.h"
#include "symbolize/symbolize.h"

/* ---- CPU sessions ------------------------------------------------------- */

/* Who wants a profile. There is one session of each kind at most. */
enum pp_cpu_owner {
    PP_CPU_WHOLE_RUN, /* PPROF_CPUPROFILE */
    PP_CPU_CALLER,    /* the API or HTTP: the two exclude each other */
    PP_CPU_OWNER_COUNT,
};

/* Open a session: samples are taken from now on. hz is used if no other
 * session is open (else that one's rate stays); 0 is the default rate.
 * PP_E_BUSY "cpu profiling already in use" when that owner has one open. */
int pp_cpu_start(enum pp_cpu_owner owner, uint32_t hz, struct pp_error *err);

/* Close it and give what it collected, to be freed with pp_profile_free;
 * locations have addresses and mappings, no names yet. NULL in *profile and
 * PP_E_NOT_FOUND when none is open. */
int pp_cpu_stop(enum pp_cpu_owner owner, struct pp_profile **profile,
                struct pp_error *err);

/* Close it and forget what it collected. */
void pp_cpu_cancel(enum pp_cpu_owner owner);

/* The rate for sessions to come. false when out of range. */
bool pp_cpu_set_rate(uint32_t hz);

/* ---- what the dispatcher can serve -------------------------------------- */

/* A profiler, as /debug/pprof/NAME serves it. */
struct pp_profiler {
    const char *name;        /* "profile": the last part of the URL */
    const char *activity;    /* "CPU profiling": what may be in use already */
    const char *description; /* one sentence for the index page */
    double default_seconds;  /* collected for, when the request names none */
    int (*start)(struct pp_error *err);
    int (*stop)(struct pp_profile **profile, struct pp_error *err);
    void (*cancel)(void);
};

/* All of them, NULL at the end. */
extern const struct pp_profiler *const pp_profilers[];

/* ---- from profile to bytes ---------------------------------------------- */

/* Give the profile names, in as much detail as is asked for, and append it to
 * out as gzip-compressed profile.proto. On a thread of our own, since it needs
 * stack. */
int pp_collect_encode(struct pp_profile *profile, enum pp_source_detail detail,
                      struct pp_buffer *out, struct pp_error *err);

/* How many bytes of memory names and lines may take: to be said before any are
 * looked for. What PP_SOURCE_DEFAULT means. */
void pp_collect_set_names_memory(size_t memory_max);
void pp_collect_set_detail(enum pp_source_detail detail);

/* Load what reads lines, which happens with the first profile otherwise.
 * PP_E_NOT_FOUND, and words, where it is absent. */
int pp_collect_load_lines(struct pp_error *err);

/* The name of the function at an address of this process, for
 * /debug/pprof/symbol: appended to out; false when unknown. For a thread of our
 * own, since it needs stack. When there are no more addresses,
 * pp_collect_end_addresses gives back memory beyond the ceiling. */
bool pp_collect_name_address(uint64_t address, struct pp_buffer *out);
void pp_collect_end_addresses(void);

/* Around fork, in the forking thread. Other threads may be in the middle of
 * anything here when the process is copied: the child starts afresh, with no
 * session, no timer and no thread of ours. */
void pp_collect_before_fork(void);
void pp_collect_after_fork(bool is_child);

/* sigaction(SIGPROF) for the program: once a session was open SIGPROF stays
 * ours, and the program's handler gets what is not. false before that. */
struct sigaction;
bool pp_cpu_set_signal_action(const struct sigaction *action,
                              struct sigaction *before);

/* pthread_create for the program: as the C library's (pp_os_thread_create),
 * and while a session is open the new thread is sampled from its first
 * instruction on. */
int pp_cpu_create_thread(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*run)(void *), void *argument);

/* The arguments the program was started with, joined by NUL. */
int pp_collect_command_line(struct pp_buffer *out, struct pp_error *err);

#endif
