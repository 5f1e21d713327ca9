/* A program that is profiled, with calls that are inlined, and that counts what
 * it allocates:
 *
 *     at-source-host serve             works until it is killed
 *     at-source-host profiles COUNT FILE
 *         takes COUNT profiles of itself; prints a line "ALLOCATIONS RSS_KB"
 *         for each, counted while the profile is written. FILE is the last.
 */
#include <fcntl.h>
#include <pprof/pprof.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- counting ----------------------------------------------------------- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_int allocations;

__attribute__((visibility("default"))) void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}

__attribute__((visibility("default"))) void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}

__attribute__((visibility("default"))) int posix_memalign(void **out,
                                                          size_t alignment,
                                                          size_t size)
{
    allocations++;
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : 12;
}

static int resident_kb(void)
{
    char line[256];
    int kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmRSS: %d", &kb);
    if (status)
        fclose(status);
    return kb;
}

/* ---- the work ----------------------------------------------------------- */

static volatile unsigned sink;

static inline __attribute__((always_inline)) unsigned mix(unsigned value)
{
    for (int i = 0; i < 300; i++)
        value = value * 1664525 + (value >> 7) + sink;
    return value;
}

static inline __attribute__((always_inline)) unsigned mix_twice(unsigned value)
{
    return mix(mix(value) + 1);
}

__attribute__((noinline)) static void turn(void)
{
    for (unsigned i = 0; i < 200; i++)
        sink += mix_twice(i);
}

static void work_ms(int ms)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    long long end = now.tv_sec * 1000000000LL + now.tv_nsec + ms * 1000000LL;
    do {
        turn();
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    } while (now.tv_sec * 1000000000LL + now.tv_nsec < end);
}

/* ---- what is asked for -------------------------------------------------- */

static int take_profile(const char *file)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int status = fd < 0 ? -1 : pprof_start_cpu_profile(fd);
    if (status < 0)
        return status;
    work_ms(60);
    int before = allocations;
    status = pprof_stop_cpu_profile();
    int allocated = allocations - before;
    close(fd);
    printf("%d %d\n", allocated, resident_kb());
    return status;
}

int main(int argc, char **argv)
{
    while (argc == 2 && strcmp(argv[1], "serve") == 0)
        work_ms(100);
    if (argc != 4 || strcmp(argv[1], "profiles") != 0)
        return 2;
    for (int i = atoi(argv[2]); i > 0; i--)
        if (take_profile(argv[3]) < 0)
            return 1;
    return 0;
}
