/* Clocks, and CPU-time timers of single threads. Everything that a signal
 * handler may call is a bare system call or the vDSO. See os.h. */
#include "os/os.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* glibc 2.36 names this member only through a private union. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) < 0)
        return -errno;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t pp_os_now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t pp_os_realtime_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

/* The kernel's encoding of "the CPU time of thread tid" (include/linux/
 * posix-timers.h: the id inverted, then CPUCLOCK_PERTHREAD | CPUCLOCK_SCHED).
 * pthread_getcpuclockid computes the same, but only from a pthread_t. */
static clockid_t thread_clock(pid_t tid)
{
    return (clockid_t)(~(unsigned)tid << 3 | 6);
}

int64_t pp_os_thread_cpu_ns(pid_t tid)
{
    return read_clock(thread_clock(tid));
}

static struct timespec timespec_of(int64_t ns)
{
    return (struct timespec){ns / 1000000000, ns % 1000000000};
}

/* Bare system calls, since glibc's timer_create takes no foreign thread's
 * clock. */
int pp_os_timer_start(pid_t tid, int signal, uint64_t cookie, int64_t first_ns,
                      int64_t period_ns, int *timer)
{
    struct sigevent event = {
        .sigev_notify = SIGEV_THREAD_ID,
        .sigev_signo = signal,
        .sigev_value.sival_ptr = (void *)(uintptr_t)cookie,
    };
    event.sigev_notify_thread_id = tid;
    if (syscall(SYS_timer_create, thread_clock(tid), &event, timer) < 0)
        return -errno;

    struct itimerspec times = {
        .it_value = timespec_of(first_ns),
        .it_interval = timespec_of(period_ns),
    };
    if (syscall(SYS_timer_settime, *timer, 0, &times, NULL) < 0) {
        int error = errno;
        syscall(SYS_timer_delete, *timer);
        return -error;
    }
    return 0;
}

void pp_os_timer_stop(int timer)
{
    syscall(SYS_timer_delete, timer);
}
