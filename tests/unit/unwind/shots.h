/* Walks taken by signal handlers, and what is true about the stack that they
 * should have found. */
#ifndef TESTS_UNWIND_SHOTS_H
#define TESTS_UNWIND_SHOTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "unwind/unwind.h"

enum { DEPTH_MAX = 256 };

/* The last walk, and the bounds that the next will be given. */
static struct shot {
    uint64_t low, high;
    uint64_t pcs[DEPTH_MAX];
    uint32_t depth_max, depth;
    enum pp_unwind_end end;
    int count;
} shot = {.depth_max = DEPTH_MAX};

/* The return addresses that are on the stack, the latest last. */
static struct {
    uint64_t pcs[DEPTH_MAX];
    uint32_t count;
} truth;

/* In a function whose caller ought to be found. */
#define REMEMBER_CALLER()                                                      \
    (truth.pcs[truth.count++] = (uint64_t)__builtin_return_address(0))

static inline void take_shot(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    (void)info;
    shot.depth = pp_unwind_walk(context, shot.low, shot.high, shot.pcs,
                                shot.depth_max, &shot.end);
    shot.count++;
}

static inline void handle(int signal_number, int flags,
                          void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | flags};
    assert_int_equal(sigaction(signal_number, &action, NULL), 0);
}

static inline void find_stack(uint64_t *low, uint64_t *high)
{
    pthread_attr_t attributes;
    void *start;
    size_t size;
    assert_int_equal(pthread_getattr_np(pthread_self(), &attributes), 0);
    pthread_attr_getstack(&attributes, &start, &size);
    pthread_attr_destroy(&attributes);
    *low = (uint64_t)start;
    *high = *low + size;
}

/* The remembered callers follow one another in the walk, from somewhere on. */
static inline void assert_truth_found(void)
{
    uint32_t first = 0;
    assert_true(truth.count > 0);
    while (first < shot.depth && shot.pcs[first] != truth.pcs[truth.count - 1])
        first++;
    assert_true(first + truth.count <= shot.depth);
    for (uint32_t i = 0; i < truth.count; i++)
        assert_int_equal(shot.pcs[first + i], truth.pcs[truth.count - 1 - i]);
}

static inline int fresh_shot(void **state)
{
    (void)state;
    memset(&shot, 0, sizeof shot);
    memset(&truth, 0, sizeof truth);
    shot.depth_max = DEPTH_MAX;
    find_stack(&shot.low, &shot.high);
    return 0;
}

static inline int refresh_tables(void **state)
{
    (void)state;
    struct pp_error err = {0};
    assert_int_equal(pp_unwind_refresh(&err), PP_OK);
    return 0;
}

#endif
