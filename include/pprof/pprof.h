/* pprof.h - profile the program you are in.
 *
 * Link with -lpprof, or change nothing and preload libpprof.so; then
 *
 *     PPROF_HTTP=localhost:6060    serves /debug/pprof/ (see pprof/http.h)
 *     PPROF_CPUPROFILE=FILE        writes the CPU profile of the whole run
 *     PPROF_CPUPROFILERATE=HZ      samples a second of CPU time, 100 if unset
 *     PPROF_SYMBOLIZE=DETAIL       what profiles say of their addresses: 0
 *                                  (nothing), names (of functions) or lines
 *                                  (and inlined calls), as if unset
 *     PPROF_SYMBOLIZE_MEMORY=SIZE  what that may take, 64m if unset
 *
 * Linking or preloading alone starts nothing and opens nothing.
 *
 * A child of fork starts without profile and listener, and may start its own;
 * so does a program that goes into the background. Where a thread has an
 * alternate signal stack, that needs 8 KB or more while a profile is taken, as
 * SIGPROF is delivered there.
 *
 * Profiles are gzip-compressed profile.proto (github.com/google/pprof), with
 * function names in them, and source lines where there is debug information and
 * libpprof-symbolize.so stands beside libpprof.so. `pprof FILE` and `go tool
 * pprof FILE` read them.
 *
 * Unless said otherwise: functions return 0, or a negative errno value; they
 * may be called from any thread, not from a signal handler; they never end
 * the program and never print.
 */
#ifndef PPROF_PPROF_H
#define PPROF_PPROF_H

#ifdef __cplusplus
extern "C" {
#endif

#define PPROF_VERSION "0.1.0"

/* Sample the CPU time of all threads from now on, and remember `fd`: the
 * profile is written to it when pprof_stop_cpu_profile is called. The
 * descriptor stays the caller's and must be open until then.
 *
 *     int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
 *     int status = pprof_start_cpu_profile(fd);
 *     ...
 *     pprof_stop_cpu_profile();
 *     close(fd);
 *
 * Uses SIGPROF; a handler that the program had is called for SIGPROFs that are
 * not ours. -EBUSY: a CPU profile is running already, by this call or by HTTP
 * (one by PPROF_CPUPROFILE does not count: both run side by side). -EBADF: fd
 * is not open. -EAGAIN, -ENOMEM: no thread or memory to be had. */
int pprof_start_cpu_profile(int fd);

/* Stop, and write the profile to the descriptor given at the start. Returns
 * when all bytes are written: 0, or the negative errno of the write. Does
 * nothing and returns 0 when no profile was started by that call. */
int pprof_stop_cpu_profile(void);

/* Samples per second of CPU time, 1 to 10000, for profiles that start later
 * and find none running: those that do share its rate. -EINVAL: out of range.
 * Each thread is sampled by its own CPU time; where the kernel's tick is slower
 * than the rate, a sample counts for the periods that passed, so totals stay
 * right at every rate. */
int pprof_set_cpu_profile_rate(int hz);

#ifdef __cplusplus
}
#endif
#endif
