/* Ways to end, and to be disturbed, that have hung or killed programs with a
 * profiler in them:
 *
 *     exits WAY
 *
 * Each prints and returns what it would without one.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void burn_ms(long ms)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    long long until = now.tv_sec * 1000LL + now.tv_nsec / 1000000 + ms;
    do
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    while (now.tv_sec * 1000LL + now.tv_nsec / 1000000 < until);
}

/* ---- ends --------------------------------------------------------------- */

static void *work_and_say(void *argument)
{
    burn_ms(200);
    puts("the last thread ends");
    fflush(stdout);
    return argument;
}

static int main_thread_leaves(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, work_and_say, NULL);
    pthread_exit(NULL);
    return 1;
}

static void exit_at_once(int signal)
{
    _exit(signal == SIGALRM ? 7 : 8);
}

/* In the middle of malloc, most likely. */
static int exit_in_handler(void)
{
    struct itimerval soon = {{0, 0}, {0, 60000}};
    signal(SIGALRM, exit_at_once);
    setitimer(ITIMER_REAL, &soon, NULL);
    for (unsigned i = 0;; i++)
        free(malloc(i % 4096));
    return 1;
}

static int exit_on_small_stack(void)
{
    static char space[8192];
    stack_t stack = {.ss_sp = space, .ss_size = sizeof space};
    struct sigaction action = {.sa_handler = exit_at_once,
                               .sa_flags = SA_ONSTACK};
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    burn_ms(50);
    raise(SIGSEGV);
    return 0;
}

/* ---- disturbances ------------------------------------------------------- */

/* As programs do before they go into the background. */
static int signals_are_reset(void)
{
    burn_ms(50);
    for (int i = 1; i < 32; i++)
        signal(i, SIG_DFL);
    burn_ms(200);
    puts("still there");
    return 3;
}

static volatile sig_atomic_t own_ticks;
static struct sigaction action_before;

static void count_and_pass_on(int signal, siginfo_t *info, void *context)
{
    own_ticks++;
    if (action_before.sa_flags & SA_SIGINFO)
        action_before.sa_sigaction(signal, info, context);
}

static int own_handler_passes_on(void)
{
    struct sigaction action = {.sa_sigaction = count_and_pass_on,
                               .sa_flags = SA_SIGINFO};
    sigaction(SIGPROF, &action, &action_before);
    struct itimerval often = {{0, 10000}, {0, 10000}};
    setitimer(ITIMER_PROF, &often, NULL);
    burn_ms(300);
    puts(own_ticks > 5 ? "its own ticks came" : "its own ticks are missing");
    return 4;
}

static void *spin(void *argument)
{
    pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    for (volatile long i = 0; i < (long)argument; i++)
        ;
    return NULL;
}

static int threads_are_cancelled(void)
{
    time_t until = time(NULL) + 3;
    unsigned seed = 1;
    while (time(NULL) < until) {
        pthread_t threads[8];
        for (int i = 0; i < 8; i++)
            pthread_create(&threads[i], NULL, spin,
                           (void *)(long)(rand_r(&seed) % 20000));
        for (volatile int wait = rand_r(&seed) % 30000; wait > 0; wait--)
            ;
        for (int i = 0; i < 8; i++)
            pthread_cancel(threads[i]);
        for (int i = 0; i < 8; i++)
            pthread_join(threads[i], NULL);
    }
    puts("all joined");
    return 5;
}

/* A library with a lock that its fork handlers take, and that is held while a
 * thread is created. */
static pthread_mutex_t library_lock = PTHREAD_MUTEX_INITIALIZER;

static void take_library_lock(void)
{
    pthread_mutex_lock(&library_lock);
}

static void leave_library_lock(void)
{
    pthread_mutex_unlock(&library_lock);
}

static void *nothing(void *argument)
{
    return argument;
}

static void *create_under_lock(void *argument)
{
    volatile sig_atomic_t *over = argument;
    while (!*over) {
        pthread_t thread;
        take_library_lock();
        int status = pthread_create(&thread, NULL, nothing, NULL);
        leave_library_lock();
        if (status == 0)
            pthread_join(thread, NULL);
    }
    return NULL;
}

static int forks_with_locks(void)
{
    static volatile sig_atomic_t over;
    pthread_t thread;
    time_t until = time(NULL) + 3;
    pthread_atfork(take_library_lock, leave_library_lock, leave_library_lock);
    pthread_create(&thread, NULL, create_under_lock, (void *)&over);
    while (time(NULL) < until) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        waitpid(child, NULL, 0);
    }
    over = 1;
    pthread_join(thread, NULL);
    puts("all forked");
    return 6;
}

static const struct {
    const char *name;
    int (*run)(void);
} ways[] = {
    {"main-thread-leaves", main_thread_leaves},
    {"exit-in-handler", exit_in_handler},
    {"exit-on-small-stack", exit_on_small_stack},
    {"signals-are-reset", signals_are_reset},
    {"own-handler-passes-on", own_handler_passes_on},
    {"threads-are-cancelled", threads_are_cancelled},
    {"forks-with-locks", forks_with_locks},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (argc == 2 && strcmp(argv[1], ways[i].name) == 0)
            return ways[i].run();
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        puts(ways[i].name);
    return 2;
}
