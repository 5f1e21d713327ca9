/* Threads: the program's, and a few of our own that it must not notice. */
#include "os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OWN_THREADS_MAX = 8 };

int (*pp_os_thread_create)(pthread_t *, const pthread_attr_t *,
                           void *(*)(void *), void *) = pthread_create;

int (*pp_os_sigaction)(int, const struct sigaction *,
                       struct sigaction *) = sigaction;

/* Thread ids of our own threads; 0: free. */
static _Atomic(pid_t) own_threads[OWN_THREADS_MAX];

pid_t pp_os_gettid(void)
{
    return (pid_t)syscall(SYS_gettid);
}

bool pp_os_is_own_thread(pid_t tid)
{
    for (int i = 0; i < OWN_THREADS_MAX; i++)
        if (atomic_load(&own_threads[i]) == tid)
            return true;
    return false;
}

void pp_os_forget_own_threads(void)
{
    for (int i = 0; i < OWN_THREADS_MAX; i++)
        atomic_store(&own_threads[i], 0);
}

int pp_os_list_threads(pid_t *tids, uint32_t max)
{
    /* getdents64 by hand: opendir would allocate in the heap that we watch. */
    struct entry {
        uint64_t inode;
        int64_t offset;
        uint16_t size;
        uint8_t type;
        char name[];
    };
    _Alignas(struct entry) char space[4096];

    int fd = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    uint32_t count = 0;
    long got;
    while ((got = syscall(SYS_getdents64, fd, space, sizeof space)) > 0) {
        for (long at = 0; at < got;) {
            const struct entry *entry = (const void *)(space + at);
            at += entry->size;
            int tid = atoi(entry->name);
            if (tid <= 0)
                continue; /* "." and ".." */
            if (count < max)
                tids[count] = tid;
            count++;
        }
    }
    int error = errno;
    close(fd);
    return got < 0 ? -error : (int)count;
}

struct start {
    void *(*run)(void *);
    void *argument;
    _Atomic(int) taken;
};

static void *run_own_thread(void *argument)
{
    struct start *start = argument;
    void *(*run)(void *) = start->run;
    void *run_argument = start->argument;
    pid_t tid = pp_os_gettid();
    int place = 0;
    for (pid_t none = 0; place < OWN_THREADS_MAX; place++, none = 0)
        if (atomic_compare_exchange_strong(&own_threads[place], &none, tid))
            break;
    atomic_store(&start->taken, 1); /* *start is gone from here on */

    void *result = run(run_argument);
    if (place < OWN_THREADS_MAX)
        atomic_store(&own_threads[place], 0);
    return result;
}

int pp_os_start_thread(const char *name, void *(*run)(void *), void *argument,
                       pthread_t *thread)
{
    enum { STACK_SIZE = 512 * 1024 };
    struct start start = {run, argument, 0};
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error)
        return -error;
    pthread_attr_setstacksize(&attributes, STACK_SIZE);

    /* The new thread inherits our mask: with all blocked, no signal of the
     * program ever ends up in it. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pp_os_thread_create(thread, &attributes, run_own_thread, &start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (error)
        return -error;
    pthread_setname_np(*thread, name);
    while (!atomic_load(&start.taken))
        sched_yield();
    return 0;
}

/* The caller must not be cancelled meanwhile: what the thread works on is on
 * its stack. */
void pp_os_run_on_own_thread(const char *name, void *(*run)(void *),
                             void *argument)
{
    pthread_t thread;
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    if (!pp_os_is_own_thread(pp_os_gettid()) &&
        pp_os_start_thread(name, run, argument, &thread) == 0)
        pthread_join(thread, NULL);
    else
        run(argument);
    pthread_setcancelstate(before, NULL);
}
