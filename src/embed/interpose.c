/* The C library's names that libpprof takes. Each does what the C library's
 * does, and
 *
 *   pthread_create  samples the new thread from its first instruction
 *   pthread_exit    ends the process when the main thread left by it and only
 *                   threads of our own are left: the C library counts those
 *   _exit, _Exit    write the profile of the whole run first
 *   sigaction,      leave SIGPROF to us once a profile was taken, and give the
 *   signal          program's handler what is not ours: a program that resets
 *                   all signals must not be killed by the next tick
 */
#include "embed/embed.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "collect/collect.h"
#include "os/os.h"

static struct {
    int (*pthread_create)(pthread_t *, const pthread_attr_t *,
                          void *(*)(void *), void *);
    void (*pthread_exit)(void *);
    int (*sigaction)(int, const struct sigaction *, struct sigaction *);
    void (*(*signal)(int, void (*)(int)))(int);
} libc;

static void find(void *function, const char *name)
{
    *(void **)function = dlsym(RTLD_NEXT, name);
}

/* Also on first use: other libraries' constructors may run before ours. */
void pp_interpose_init(void)
{
    if (libc.signal)
        return;
    find(&libc.pthread_create, "pthread_create");
    find(&libc.pthread_exit, "pthread_exit");
    find(&libc.sigaction, "sigaction");
    find(&libc.signal, "signal");
    pp_os_thread_create = libc.pthread_create;
    pp_os_sigaction = libc.sigaction;
}

/* ---- threads ------------------------------------------------------------ */

PP_EXPORT int pthread_create(pthread_t *restrict thread,
                             const pthread_attr_t *restrict attributes,
                             void *(*run)(void *), void *restrict argument)
{
    pp_interpose_init();
    return pp_cpu_create_thread(thread, attributes, run, argument);
}

static bool is_program_running(void)
{
    enum { TIDS_MAX = 64 };
    pid_t tids[TIDS_MAX];
    int count = pp_os_list_threads(tids, TIDS_MAX);
    if (count < 0 || count > TIDS_MAX)
        return true;
    for (int i = 0; i < count; i++)
        if (tids[i] != getpid() && !pp_os_is_own_thread(tids[i]))
            return true;
    return false;
}

static void *end_with_last_thread(void *unused)
{
    (void)unused;
    struct timespec pause = {0, 50000000};
    while (is_program_running())
        nanosleep(&pause, NULL);
    exit(0); /* as the C library does after the last pthread_exit */
}

PP_EXPORT void pthread_exit(void *result)
{
    pp_interpose_init();
    pthread_t watcher;
    if (pp_os_gettid() == getpid() &&
        pp_os_start_thread("pprof-last", end_with_last_thread, NULL,
                           &watcher) == 0)
        pthread_detach(watcher);
    for (;;)
        libc.pthread_exit(result);
}

/* ---- the ways out that pass by the destructors -------------------------- */

PP_EXPORT void _exit(int status)
{
    pp_whole_run_finish_anywhere();
    for (;;)
        syscall(SYS_exit_group, status);
}

PP_EXPORT void _Exit(int status)
{
    _exit(status);
}

/* ---- signals ------------------------------------------------------------ */

PP_EXPORT int sigaction(int signal, const struct sigaction *restrict action,
                        struct sigaction *restrict before)
{
    pp_interpose_init();
    if (signal == SIGPROF && pp_cpu_set_signal_action(action, before))
        return 0;
    return libc.sigaction(signal, action, before);
}

PP_EXPORT void (*signal(int signal, void (*handler)(int)))(int)
{
    pp_interpose_init();
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction before;
    sigemptyset(&action.sa_mask);
    if (signal == SIGPROF && pp_cpu_set_signal_action(&action, &before))
        return before.sa_handler;
    return libc.signal(signal, handler);
}
