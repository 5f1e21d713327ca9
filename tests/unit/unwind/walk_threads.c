/* Everything at once: threads that sort, print, throw, load and unload
 * libraries, start and end, each interrupted at random moments and walked,
 * while another refreshes the tables. Nothing may hang, crash or lie. */
#include "shots.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "os/os.h"

int throw_and_catch(int depth);

enum {
    WORKERS = 6,
    WALKS = 20000,
    SECONDS_MAX = 60, /* on a very busy machine fewer walks have to do ... */
    WALKS_MIN = 2000, /* ... but not fewer than these */
    COMPLETE_PERCENT_MIN = 95,
};

static atomic_bool stop;
static atomic_ulong walks, ended[4], lies, work;

/* Each worker's first function returns here; a walk that calls itself complete
 * has passed it. */
static __thread uint64_t bottom;
static __thread uint64_t low, high;

static void walk(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    (void)info;
    uint64_t pcs[DEPTH_MAX];
    enum pp_unwind_end end;
    int saved_errno = errno;
    uint32_t depth = pp_unwind_walk(context, low, high, pcs, DEPTH_MAX, &end);
    atomic_fetch_add(&walks, 1);
    atomic_fetch_add(&ended[end], 1);
    bool passed = false;
    for (uint32_t i = 0; i < depth; i++)
        passed |= pcs[i] == bottom;
    if (bottom && end == PP_UNWIND_COMPLETE && !passed)
        atomic_fetch_add(&lies, 1);
    if (errno != saved_errno)
        abort();
}

/* ---- the work ----------------------------------------------------------- */

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void sort(void)
{
    int numbers[300];
    for (int i = 0; i < 300; i++)
        numbers[i] = i * 7919 % 1013;
    qsort(numbers, 300, sizeof *numbers, compare_ints);
    if (numbers[0] > numbers[299])
        abort();
}

static void print(void)
{
    char text[256];
    snprintf(text, sizeof text, "%d %s %.10f", 12345, "text", 2.0 / 3);
    if (strcmp(text, "12345 text 0.6666666667") != 0)
        abort();
}

static void throw(void)
{
    if (throw_and_catch(12) != 13)
        abort();
}

static void load(void)
{
    static atomic_uint turn;
    char path[4096];
    unsigned (*spin)(unsigned);
    snprintf(path, sizeof path, "%s/plugin_%c.so", getenv("UNWIND_PLUGINS"),
             atomic_fetch_add(&turn, 1) % 2 ? 'a' : 'b');
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        abort();
    *(void **)&spin = dlsym(library, "plugin_spin");
    spin(2000);
    dlclose(library);
}

static int count_object(struct dl_phdr_info *info, size_t size, void *count)
{
    (void)info;
    (void)size;
    ++*(int *)count;
    return 0;
}

static void iterate(void)
{
    int count = 0;
    dl_iterate_phdr(count_object, &count);
    if (count < 4)
        abort();
}

static void *end_at_once(void *unused)
{
    return unused;
}

static void start_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_at_once, NULL) == 0)
        pthread_join(thread, NULL);
}

static void (*const works[WORKERS])(void) = {sort, print,   throw,
                                             load, iterate, start_thread};

/* ---- the threads -------------------------------------------------------- */

static __attribute__((noinline)) void work_until_stopped(
    void (*work_once)(void))
{
    bottom = (uint64_t)__builtin_return_address(0);
    while (!atomic_load(&stop)) {
        work_once();
        atomic_fetch_add(&work, 1);
    }
    bottom = 0;
}

static void *run_worker(void *work_once)
{
    find_stack(&low, &high);
    work_until_stopped((void (*)(void))work_once);
    __asm__ volatile("");
    return NULL;
}

static void *refresh(void *unused)
{
    (void)unused;
    while (!atomic_load(&stop)) {
        if (pp_unwind_refresh(NULL) < 0)
            abort();
        usleep(500);
    }
    return NULL;
}

/* Signals to one worker after another, at moments that nobody chose. */
static void interrupt_at_random(const pthread_t *threads)
{
    int64_t end_ns = pp_os_now_ns() + SECONDS_MAX * 1000000000ll;
    for (unsigned i = 0; atomic_load(&walks) < WALKS && pp_os_now_ns() < end_ns;
         i++) {
        pthread_kill(threads[i % WORKERS], SIGPROF);
        struct timespec pause = {0, (long)(i * 7919 % 60000)};
        nanosleep(&pause, NULL);
    }
}

static void everything_at_once(void **state)
{
    (void)state;
    pthread_t threads[WORKERS], refresher;
    alarm(120);
    handle(SIGPROF, SA_RESTART, walk);
    pthread_create(&refresher, NULL, refresh, NULL);
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, run_worker, (void *)works[i]), 0);
    interrupt_at_random(threads);
    atomic_store(&stop, true);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    pthread_join(refresher, NULL);
    printf("%lu walks: %lu complete, %lu full, %lu without rule, %lu bad\n",
           walks, ended[PP_UNWIND_COMPLETE], ended[PP_UNWIND_FULL],
           ended[PP_UNWIND_NO_RULE], ended[PP_UNWIND_BAD_STACK]);
    assert_int_equal(lies, 0);
    assert_true(walks >= WALKS_MIN);
    assert_true(ended[PP_UNWIND_COMPLETE] * 100 >=
                walks * COMPLETE_PERCENT_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_at_once),
    };
    return cmocka_run_group_tests(tests, refresh_tables, NULL);
}
