/* os: the one door to the system: clocks, files, threads, timers, /proc.
 * Everything here is Linux. Functions return 0 or more, or a negative errno
 * (not a pp_status: os does not know what the caller was doing). */
#ifndef PP_OS_OS_H
#define PP_OS_OS_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/base.h"

/* ---- clocks ------------------------------------------------------------- */

int64_t pp_os_now_ns(void);      /* CLOCK_MONOTONIC; async-signal-safe */
int64_t pp_os_realtime_ns(void); /* since 1970; async-signal-safe */

/* CPU time that thread tid of this process has used, or -errno. */
int64_t pp_os_thread_cpu_ns(pid_t tid);

/* ---- files -------------------------------------------------------------- */

/* Append the whole file to out. Refuses directories, and files of more than
 * out->ceiling bytes (-EFBIG). */
int pp_os_read_file(const char *path, struct pp_buffer *out);

/* The same of a file that somebody else chose: what is no regular file is not
 * even opened, so that nothing waits or starts (-EINVAL; directories: -EISDIR).
 */
int pp_os_read_regular_file(const char *path, struct pp_buffer *out);

/* Write all of it, whatever short writes and EINTR there are. */
int pp_os_write_all(int fd, const void *bytes, size_t size);

/* ---- threads ------------------------------------------------------------ */

pid_t pp_os_gettid(void); /* async-signal-safe */

/* The ids of all threads of this process, into tids (room for max). Returns
 * how many there are (which may be more than max) or -errno. */
int pp_os_list_threads(pid_t *tids, uint32_t max);

/* A thread of our own: all signals are blocked in it, its stack is 512 KB,
 * its name has 15 bytes at most. Joinable. pp_os_is_own_thread knows it until
 * it ends, so that it is not sampled as one of the program's. -errno. */
int pp_os_start_thread(const char *name, void *(*run)(void *), void *argument,
                       pthread_t *thread);
bool pp_os_is_own_thread(pid_t tid);

/* Run it where there is stack enough, and wait for it: here, if this is a
 * thread of our own, or none can be had; else on a new one. */
void pp_os_run_on_own_thread(const char *name, void *(*run)(void *),
                             void *argument);

/* In the child after fork: our threads are not there. */
void pp_os_forget_own_threads(void);

/* What libpprof sets signal handlers with, likewise: the C library's. */
extern int (*pp_os_sigaction)(int, const struct sigaction *,
                              struct sigaction *);

/* What pp_os_start_thread creates threads with: pthread_create, unless that
 * is libpprof's own, which then puts the C library's here. */
extern int (*pp_os_thread_create)(pthread_t *, const pthread_attr_t *,
                                  void *(*)(void *), void *);

/* ---- Ctrl-C ------------------------------------------------------------- */

/* What was done with it before. */
struct pp_os_interrupt {
    struct sigaction action;
    volatile sig_atomic_t *flag;
};

/* Set *flag at the first Ctrl-C from now on; the second one kills. Where the
 * signal is ignored it stays so. Until pp_os_leave_interrupt, which is told
 * what was done before; in between others may do the same. */
void pp_os_catch_interrupt(volatile sig_atomic_t *flag,
                           struct pp_os_interrupt *before);
void pp_os_leave_interrupt(const struct pp_os_interrupt *before);

/* ---- several processors ------------------------------------------------- */

/* Into how many parts to divide `work` units: as many as there are processors
 * for us (8 at most), but none smaller than `enough`; 1 where it is not worth
 * it. */
uint32_t pp_os_part_count(uint64_t work, uint64_t enough);

/* Run all parts, 0 to count - 1 (8 at most), each on a thread of its own, the
 * first on the caller's, and wait for them. Where no thread can be had a part
 * runs on the caller's after the others. All signals are blocked in them. */
void pp_os_run_parts(uint32_t count, void (*run)(void *context, uint32_t index),
                     void *context);

/* ---- per-thread CPU timers ---------------------------------------------- */

/* A timer on the CPU clock of thread tid that sends it `signal` with `cookie`
 * in si_value, first after first_ns, then every period_ns of CPU time. Gives
 * the kernel's timer id (0 is a valid one). -errno. */
int pp_os_timer_start(pid_t tid, int signal, uint64_t cookie, int64_t first_ns,
                      int64_t period_ns, int *timer);
void pp_os_timer_stop(int timer);

/* ---- the dynamic loader, and forks -------------------------------------- */

/* Around all that a thread of the measured program does with the loader for
 * us: signals wait, and forks do, a second at most. Not to be nested. */
void pp_os_enter_loader(sigset_t *signals);
void pp_os_leave_loader(const sigset_t *signals);

/* Around fork, in the forking thread, before any other lock is taken. */
void pp_os_before_fork(void);
void pp_os_after_fork(bool is_child);

/* ---- objects beside libpprof.so ----------------------------------------- */

/* Load one of them, for good, and give the table that it exports as `symbol`,
 * whose first member is a uint32_t: its version, which must be ours. NULL and
 * words for a person when it is absent, broken, or of another version. */
const void *pp_os_load_companion(const char *file, const char *symbol,
                                 uint32_t version, struct pp_error *err);

/* ---- libraries that most runs do without -------------------------------- */

/* A function of a library, and where its address goes in the caller's table.
 * A list of them ends with one that has no name. */
struct pp_os_function {
    const char *name;
    size_t offset;
};

/* Load, for good, the first of the files (NULL at the end) that can be, and put
 * the addresses of its functions into `table`. PP_E_NOT_FOUND and the loader's
 * words when there is no such file, or a function is missing. */
int pp_os_load_library(const char *const *files,
                       const struct pp_os_function *functions, void *table,
                       struct pp_error *err);

#endif
