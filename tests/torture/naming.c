/* What a program does, or is, while its profile gets names and lines: things
 * that have hung it, crashed it or cost it its files:
 *
 *     naming WAY
 *
 * Each returns 0 if the program came to no harm, and is killed by its alarm
 * when it hangs.
 */
#include <fcntl.h>
#include <pprof/pprof.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SECONDS_MAX = 60 };

/* ---- a profile ---------------------------------------------------------- */

/* A name as C++ compilers make them, with functions that take functions that
 * take functions: demangling it takes stack. */
#define FOUR(text) text text text text
#define LONG_NAME "_Z4work" FOUR(FOUR("PFvPFvPFv")) "v" FOUR(FOUR("EEE"))
static void work(void) __asm__(LONG_NAME);

static volatile unsigned sink;

__attribute__((noinline)) static void work(void)
{
    for (unsigned i = 0; i < 100000; i++)
        sink += i;
}

static void work_ms(long ms)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    long long until = now.tv_sec * 1000LL + now.tv_nsec / 1000000 + ms;
    do {
        work();
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while (now.tv_sec * 1000LL + now.tv_nsec / 1000000 < until);
}

/* Take one of so much work, of which nobody wants to see anything. */
static int take_profile(long ms)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int status = pprof_start_cpu_profile(fd);
    if (status == 0) {
        work_ms(ms);
        status = pprof_stop_cpu_profile();
    }
    close(fd);
    return status;
}

static int told(bool is_good, const char *what)
{
    if (!is_good)
        fprintf(stderr, "FAILED: %s\n", what);
    return is_good ? 0 : 1;
}

/* ---- forks -------------------------------------------------------------- */

static volatile int over;

static int fork_and_wait(void (*child)(void))
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        alarm(10);
        child();
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return status;
}

static void nothing(void)
{
}

static void *fork_until_over(void *argument)
{
    while (!over)
        fork_and_wait(nothing);
    return argument;
}

/* The C library runs the fork handlers of several threads at once. */
static int forks_at_once(void)
{
    enum { THREAD_COUNT = 3 };
    pthread_t threads[THREAD_COUNT];
    int failures = 0;
    for (int i = 0; i < THREAD_COUNT; i++)
        pthread_create(&threads[i], NULL, fork_until_over, NULL);
    for (int i = 0; i < 20; i++)
        failures += take_profile(10) != 0;
    over = 1;
    for (int i = 0; i < THREAD_COUNT; i++)
        pthread_join(threads[i], NULL);
    return told(failures == 0, "a profile could not be had");
}

/* ---- descriptors -------------------------------------------------------- */

static int count_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* Nothing stays open: it would be missing, or closed by who closes all. */
static int descriptors_stay(void)
{
    int before = count_descriptors();
    int status = take_profile(20);
    return told(status == 0 && count_descriptors() == before,
                "a descriptor was left open");
}

/* ---- stacks ------------------------------------------------------------- */

static void *take_profile_there(void *status)
{
    *(int *)status = take_profile(50);
    return NULL;
}

/* The smallest stack there can be, and below it a page that nobody may touch.
 */
static int stack_is_small(void)
{
    size_t size = (size_t)sysconf(_SC_THREAD_STACK_MIN);
    pthread_attr_t attributes;
    pthread_t thread;
    int status = -1;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size);
    pthread_create(&thread, &attributes, take_profile_there, &status);
    pthread_join(thread, NULL);
    return told(status == 0, "no profile from a small stack");
}

/* ---- the list ----------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(void);
} ways[] = {
    {"forks-at-once", forks_at_once},
    {"descriptors-stay", descriptors_stay},
    {"stack-is-small", stack_is_small},
};

int main(int argc, char **argv)
{
    alarm(SECONDS_MAX);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (argc == 2 && strcmp(argv[1], ways[i].name) == 0)
            return ways[i].run();
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        puts(ways[i].name);
    return 2;
}
