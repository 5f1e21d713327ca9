/* What capturing a stack costs: 30 frames of random layouts, by our tables,
 * by glibc's backtrace() and by libunwind's unw_backtrace() (if it is there),
 * warm, medians and ratios of one run. Then what the tables themselves cost:
 * for all objects of this process, and for the big libraries named on the
 * command line.
 *
 *     bench/unwind [LIBRARY ...]
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unwind/unwind.h"

enum {
    DEPTH = 30,
    DEPTH_MAX = 128,
    ROUNDS = 2001,
    REPEATS = 20, /* captures timed together */
    STACKS = 16,  /* random orders of the frames */
};

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* ---- the capturing functions -------------------------------------------- */

static uint64_t low, high; /* of this thread's stack */
static uint64_t pcs[DEPTH_MAX];
static int (*glibc_backtrace)(void **, int);
static int (*libunwind_backtrace)(void **, int);

static int by_tables(void)
{
    enum pp_unwind_end end;
    return (int)pp_unwind_here(low, high, pcs, DEPTH_MAX, &end);
}

static int by_tables_probing(void)
{
    enum pp_unwind_end end;
    return (int)pp_unwind_here(0, 0, pcs, DEPTH_MAX, &end);
}

static int by_glibc(void)
{
    return glibc_backtrace((void **)pcs, DEPTH_MAX);
}

static int by_libunwind(void)
{
    return libunwind_backtrace((void **)pcs, DEPTH_MAX);
}

static struct method {
    const char *name;
    int (*capture)(void);
    double ns[STACKS]; /* medians */
    int depth;
} methods[] = {
    {"tables", by_tables},
    {"tables, bounds unknown", by_tables_probing},
    {"glibc backtrace()", by_glibc},
    {"libunwind unw_backtrace()", by_libunwind},
};
enum { METHODS = sizeof methods / sizeof *methods };

/* ---- frames of many layouts --------------------------------------------- */

static unsigned seed = 1;

static unsigned draw(unsigned below)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 16) % below;
}

typedef int frame_function(struct method *method, const unsigned char *order,
                           double *ns);
static frame_function *const frames[];

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median_cost(struct method *method)
{
    static double costs[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int i = 0; i < REPEATS; i++)
            method->depth = method->capture();
        costs[round] = (now_ns() - start) / REPEATS;
    }
    qsort(costs, ROUNDS, sizeof *costs, compare);
    return costs[ROUNDS / 2];
}

/* `order` names the frames that are still to be called; 255 ends it. */
static int deeper(struct method *method, const unsigned char *order, double *ns)
{
    if (*order == 255) {
        *ns = median_cost(method);
        return 1;
    }
    return frames[*order](method, order + 1, ns) + 1;
}

#define FRAME(n, bytes)                                                        \
    __attribute__((noinline)) static int frame_##n(                            \
        struct method *method, const unsigned char *order, double *ns)         \
    {                                                                          \
        volatile char space[bytes];                                            \
        space[*order % sizeof space] = 1;                                      \
        int depth = deeper(method, order, ns);                                 \
        return depth + space[*order % sizeof space] - 1;                       \
    }
#define FRAME_ALIGNED(n, bytes)                                                \
    __attribute__((noinline)) static int frame_##n(                            \
        struct method *method, const unsigned char *order, double *ns)         \
    {                                                                          \
        _Alignas(64) volatile char space[bytes];                               \
        space[*order % sizeof space] = 1;                                      \
        int depth = deeper(method, order, ns);                                 \
        return depth + space[*order % sizeof space] - 1;                       \
    }
#define FRAME_VARIABLE(n, bytes)                                               \
    __attribute__((noinline)) static int frame_##n(                            \
        struct method *method, const unsigned char *order, double *ns)         \
    {                                                                          \
        volatile char *space = __builtin_alloca((bytes) + *order);             \
        space[*order] = 1;                                                     \
        int depth = deeper(method, order, ns);                                 \
        return depth + space[*order] - 1;                                      \
    }
/* More live values than registers that survive calls. */
#define FRAME_BUSY(n, bytes)                                                   \
    __attribute__((noinline)) static int frame_##n(                            \
        struct method *method, const unsigned char *order, double *ns)         \
    {                                                                          \
        volatile int space[bytes] = {1, 2, 3, 4, 5, 6, 7};                     \
        int a = space[0], b = space[1], c = space[2], d = space[3],            \
            e = space[4], f = space[5];                                        \
        int depth = deeper(method, order, ns);                                 \
        return depth + (a + b + c + d + e + f - 21);                           \
    }
#define FRAMES(kind, n)                                                        \
    kind(n##0, 16) kind(n##1, 40) kind(n##2, 120) kind(n##3, 264)              \
        kind(n##4, 1000) kind(n##5, 3000) kind(n##6, 72) kind(n##7, 500)
#define NAMES(n)                                                               \
    frame_##n##0, frame_##n##1, frame_##n##2, frame_##n##3, frame_##n##4,      \
        frame_##n##5, frame_##n##6, frame_##n##7

FRAMES(FRAME, 1)
FRAMES(FRAME_BUSY, 2)
FRAMES(FRAME_ALIGNED, 3)
FRAMES(FRAME_VARIABLE, 4)

static frame_function *const frames[] = {NAMES(1), NAMES(2), NAMES(1),
                                         NAMES(2), NAMES(3), NAMES(4)};
enum { FRAME_COUNT = sizeof frames / sizeof *frames };

/* ---- the tables --------------------------------------------------------- */

/* main itself and what calls it make up the rest of the 30. */
static void measure(struct method *method)
{
    if (!method->capture)
        return;
    seed = 1;
    for (int stack = 0; stack < STACKS; stack++) {
        unsigned char order[DEPTH];
        memset(order, 255, sizeof order);
        for (int i = 0; i < DEPTH / 2 - 3; i++)
            order[i] = (unsigned char)draw(FRAME_COUNT);
        deeper(method, order, &method->ns[stack]);
    }
    qsort(method->ns, STACKS, sizeof *method->ns, compare);
}

static void print_costs(void)
{
    double ours = methods[0].ns[STACKS / 2];
    printf("%-28s %7s %12s %10s %8s\n", "capture (warm)", "frames", "median ns",
           "ns/frame", "ratio");
    for (int i = 0; i < METHODS; i++) {
        const struct method *method = &methods[i];
        double ns = method->ns[STACKS / 2];
        if (method->depth)
            printf("%-28s %7d %12.0f %10.1f %8.2f\n", method->name,
                   method->depth, ns, ns / method->depth, ns / ours);
    }
}

static void print_tables(const char *what, const struct pp_unwind_stats *before)
{
    struct pp_unwind_stats now;
    pp_unwind_stats(&now);
    double text = (double)(now.text_bytes - before->text_bytes);
    double table = (double)(now.table_bytes - before->table_bytes);
    double rows = (double)(now.rows - before->rows);
    double ns = (double)(now.build_ns - before->build_ns);
    printf("%-28s %9.0f %9.0f %6.2f%% %9.0f %6.2f%% %8.2f %7.1f\n", what,
           text / 1024, table / 1024, 100 * table / text, rows,
           100 * (double)(now.rows_unsupported - before->rows_unsupported) /
               rows,
           ns / 1e6, ns / rows);
}

static void refresh(void)
{
    struct pp_error err = {0};
    if (pp_unwind_refresh(&err) < 0)
        fprintf(stderr, "unwind: %s\n", err.text);
}

static void print_library(const char *name)
{
    struct pp_unwind_stats before;
    pp_unwind_stats(&before);
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        printf("%-28s not there\n", name);
        return;
    }
    refresh();
    print_tables(name, &before);
}

int main(int argc, char **argv)
{
    struct pp_unwind_stats none = {0};
    refresh();
    low = (uint64_t)(uintptr_t)&argc - 0x100000;
    high = (uint64_t)(uintptr_t)argv; /* above main, below the environment */
    void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
    void *libunwind = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    if (libc)
        *(void **)&glibc_backtrace = dlsym(libc, "backtrace");
    if (libunwind)
        *(void **)&libunwind_backtrace = dlsym(libunwind, "unw_backtrace");
    if (!glibc_backtrace)
        methods[2].capture = NULL;
    if (!libunwind_backtrace)
        methods[3].capture = NULL;
    refresh();
    for (int i = 0; i < METHODS; i++)
        measure(&methods[i]);
    print_costs();

    printf("\n%-28s %9s %9s %7s %9s %7s %8s %7s\n", "tables of", "text KB",
           "table KB", "of text", "rows", "no rule", "ms", "ns/row");
    print_tables("this process", &none);
    for (int i = 1; i < argc; i++)
        print_library(argv[i]);
    return 0;
}
