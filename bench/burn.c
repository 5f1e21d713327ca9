/* Burns CPU in named functions and says how much the kernel counted.
 *
 *     burn THREADS SECONDS
 *
 * Prints a line a thread: the name of the function that it began with, and the
 * thread's CPU time in nanoseconds by CLOCK_THREAD_CPUTIME_ID. The second
 * thread is idle half of the time, the third runs in short bursts.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS_MAX = 8 };

static double seconds;

static int64_t cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double wall(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void pause_ms(long ms)
{
    struct timespec time = {0, ms * 1000000};
    nanosleep(&time, NULL);
}

__attribute__((noinline)) static uint64_t work(uint64_t rounds)
{
    volatile uint64_t sum = 0;
    for (uint64_t i = 0; i < rounds; i++)
        sum = sum * 31 + i;
    return sum;
}

static int64_t used_ns[THREADS_MAX];

__attribute__((noinline)) static void run(int index)
{
    int64_t start_ns = cpu_ns();
    double until = wall() + seconds;
    for (int round = 0; wall() < until; round++) {
        work(index == 2 ? 200000 : 2000000);
        if (index == 1 && round % 2)
            pause_ms(8);
        if (index == 2)
            pause_ms(1);
    }
    used_ns[index] = cpu_ns() - start_ns;
}

/* Readers of gperftools' format take up to two frames that all samples share
 * for the profiler's own: let these be it. */
__attribute__((noinline)) static void begin(int index)
{
    run(index);
}

/* Each thread is under a name of its own in the profile. */
#define BURN(n)                                                                \
    static void *burn_##n(void *unused)                                        \
    {                                                                          \
        (void)unused;                                                          \
        begin(n);                                                              \
        return NULL;                                                           \
    }
BURN(0)
BURN(1)
BURN(2)
BURN(3)
BURN(4)
BURN(5)
BURN(6)
BURN(7)

static void *(*const burn[THREADS_MAX])(void *) = {
    burn_0, burn_1, burn_2, burn_3, burn_4, burn_5, burn_6, burn_7};

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 4;
    seconds = argc > 2 ? atof(argv[2]) : 5;
    if (count < 1 || count > THREADS_MAX)
        return 2;
    pthread_t threads[THREADS_MAX];
    for (int i = 0; i < count; i++)
        pthread_create(&threads[i], NULL, burn[i], NULL);
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < count; i++)
        printf("burn_%d %lld\n", i, (long long)used_ns[i]);
    return 0;
}
