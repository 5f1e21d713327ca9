/* The ring: order, wrapping, fullness, and a writer that interrupts the
 * reader at any instruction. */
#include "collect/ring.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/time.h>

#include <cmocka.h>

static bool put(struct pp_ring *ring, uint32_t weight, uint16_t depth)
{
    uint64_t *pcs = pp_ring_reserve(ring);
    if (!pcs)
        return false;
    for (uint16_t i = 0; i < depth; i++)
        pcs[i] = (uint64_t)weight << 16 | i;
    pp_ring_commit(ring, (struct pp_ring_record){weight, depth, 0});
    return true;
}

static bool take(struct pp_ring *ring, uint32_t *weight, uint16_t *depth)
{
    struct pp_ring_record record;
    const uint64_t *pcs;
    if (!pp_ring_peek(ring, &record, &pcs))
        return false;
    *weight = record.weight;
    *depth = record.depth;
    for (uint16_t i = 0; i < record.depth; i++)
        assert_int_equal(pcs[i], (uint64_t)record.weight << 16 | i);
    pp_ring_release(ring, record);
    return true;
}

static void empty_ring_has_nothing(void **state)
{
    (void)state;
    struct pp_ring *ring = calloc(1, sizeof *ring);
    uint32_t weight;
    uint16_t depth;
    assert_false(take(ring, &weight, &depth));
    free(ring);
}

/* Many times round, with every depth there is: what comes out is what went
 * in, in order. */
static void keeps_order_across_the_end(void **state)
{
    (void)state;
    struct pp_ring *ring = calloc(1, sizeof *ring);
    uint32_t written = 0, read = 0, weight;
    uint16_t depth;
    for (int round = 0; round < 20000; round++) {
        for (int i = 0; i < 1 + round % 7; i++) {
            uint16_t wanted = (uint16_t)(written % (PP_STACK_DEPTH_MAX + 1));
            if (put(ring, written, wanted))
                written++;
        }
        while (take(ring, &weight, &depth)) {
            assert_int_equal(weight, read);
            assert_int_equal(depth, read % (PP_STACK_DEPTH_MAX + 1));
            read++;
        }
    }
    assert_int_equal(written, read);
    assert_true(written > 20000);
    free(ring);
}

static void full_ring_refuses_and_loses_nothing(void **state)
{
    (void)state;
    struct pp_ring *ring = calloc(1, sizeof *ring);
    uint32_t written = 0, read = 0, weight;
    uint16_t depth;
    while (put(ring, written, PP_STACK_DEPTH_MAX))
        written++;
    assert_true(written >= 60);
    assert_false(put(ring, written, 1));
    while (take(ring, &weight, &depth))
        assert_int_equal(weight, read++);
    assert_int_equal(read, written);
    assert_true(put(ring, written, PP_STACK_DEPTH_MAX));
    free(ring);
}

static struct pp_ring *shared;
static uint32_t signals_written;

static void write_in_signal(int signal)
{
    (void)signal;
    if (put(shared, signals_written,
            (uint16_t)(signals_written % PP_STACK_DEPTH_MAX)))
        signals_written++;
}

static void reader_may_be_interrupted_anywhere(void **state)
{
    (void)state;
    enum { WANTED = 3000 };
    shared = calloc(1, sizeof *shared);
    signal(SIGALRM, write_in_signal);
    struct itimerval often = {{0, 50}, {0, 50}};
    setitimer(ITIMER_REAL, &often, NULL);
    uint32_t read = 0, weight;
    uint16_t depth;
    while (read < WANTED)
        if (take(shared, &weight, &depth)) {
            assert_int_equal(weight, read);
            read++;
        }
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    signal(SIGALRM, SIG_IGN);
    free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_ring_has_nothing),
        cmocka_unit_test(keeps_order_across_the_end),
        cmocka_unit_test(full_ring_refuses_and_loses_nothing),
        cmocka_unit_test(reader_may_be_interrupted_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
