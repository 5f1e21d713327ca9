/* Forks and the dynamic loader. See os.h.
 *
 * The C library copies the loader's locks and lists into the child of a fork as
 * they are. When another thread is in the middle of them the child hangs in its
 * next dlopen, or at its exit, or the loader finds itself inconsistent and ends
 * it. What the program does to itself is its own affair, but threads of ours
 * must not do that to it. */
#include "os/os.h"

#include <time.h>

enum { FORK_WAIT_MS = 1000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Whether this thread, which forks, has the lock. Several may fork at once. */
static __thread bool has_lock __attribute__((tls_model("initial-exec")));

/* A signal's handler may fork: none comes here. */
void pp_os_enter_loader(sigset_t *signals)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, signals);
    pthread_mutex_lock(&lock);
}

void pp_os_leave_loader(const sigset_t *signals)
{
    pthread_mutex_unlock(&lock);
    pthread_sigmask(SIG_SETMASK, signals, NULL);
}

/* Not for ever: the constructor of an object that is being loaded may fork, and
 * then it is we who wait for the loader. */
void pp_os_before_fork(void)
{
    int64_t until_ns = pp_os_now_ns() + FORK_WAIT_MS * (int64_t)1000000;
    struct timespec until = {until_ns / 1000000000, until_ns % 1000000000};
    has_lock = pthread_mutex_clocklock(&lock, CLOCK_MONOTONIC, &until) == 0;
}

void pp_os_after_fork(bool is_child)
{
    if (has_lock)
        pthread_mutex_unlock(&lock);
    else if (is_child)
        pthread_mutex_init(&lock, NULL);
}
