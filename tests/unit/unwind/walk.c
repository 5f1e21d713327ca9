/* Walks where the truth is known: on every kind of stack, through every kind
 * of frame, and to the end where there is no way on. */
#include "shots.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>

#define NOINLINE __attribute__((noinline))

/* ---- ordinary stacks ---------------------------------------------------- */

typedef void action(void);

static void raise_shot(void)
{
    raise(SIGUSR2);
}

static NOINLINE void third(action *act)
{
    REMEMBER_CALLER();
    _Alignas(64) volatile char realigned[100] = {1};
    act();
    realigned[1] = realigned[0];
}

static NOINLINE void second(action *act, size_t size)
{
    REMEMBER_CALLER();
    volatile char *variable = __builtin_alloca(size);
    variable[0] = 1;
    third(act);
    variable[1] = variable[0];
}

static NOINLINE void first(action *act)
{
    REMEMBER_CALLER();
    volatile char plain[3000];
    plain[0] = 1;
    second(act, 100);
    plain[1] = plain[0];
}

static void the_main_stack(void **state)
{
    (void)state;
    errno = 77;
    first(raise_shot);
    assert_int_equal(errno, 77);
    assert_int_equal(shot.count, 1);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_truth_found();
}

static void a_stack_of_unknown_bounds(void **state)
{
    (void)state;
    shot.low = shot.high = 0;
    first(raise_shot);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_truth_found();
}

static void *run_first(void *unused)
{
    (void)unused;
    find_stack(&shot.low, &shot.high);
    first(raise_shot);
    return NULL;
}

static void a_threads_stack(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run_first, NULL), 0);
    pthread_join(thread, NULL);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_truth_found();
}

static void no_deeper_than_asked(void **state)
{
    (void)state;
    first(raise_shot);
    struct shot whole = shot;
    for (uint32_t max = 0; max <= whole.depth + 1; max++) {
        shot.depth_max = max;
        shot.pcs[max] = 0x5555;
        truth.count = 0;
        first(raise_shot);
        uint32_t expected = max < whole.depth ? max : whole.depth;
        assert_int_equal(shot.depth, expected);
        assert_int_equal(shot.end, max < whole.depth ? PP_UNWIND_FULL
                                                     : PP_UNWIND_COMPLETE);
        assert_int_equal(shot.pcs[max], 0x5555);
    }
}

static NOINLINE void shoot_here(void)
{
    REMEMBER_CALLER();
    shot.depth =
        pp_unwind_here(shot.low, shot.high, shot.pcs, DEPTH_MAX, &shot.end);
}

static void from_a_function(void **state)
{
    (void)state;
    first(shoot_here);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_truth_found();
    assert_int_equal(shot.pcs[1], truth.pcs[truth.count - 1]);
}

static NOINLINE uint64_t recurse(int depth)
{
    volatile uint64_t local = (uint64_t)depth;
    if (depth == 0)
        raise_shot();
    else
        local += recurse(depth - 1);
    return local;
}

static void a_deep_stack(void **state)
{
    (void)state;
    assert_int_equal(recurse(DEPTH_MAX + 50), 306 * 307 / 2);
    assert_int_equal(shot.end, PP_UNWIND_FULL);
    assert_int_equal(shot.depth, DEPTH_MAX);
}

/* ---- other stacks ------------------------------------------------------- */

static void raise_again(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    (void)info;
    (void)context;
    raise(SIGUSR2);
}

static void raise_outer(void)
{
    raise(SIGUSR1);
}

static char alternate[64 * 1024];

/* The walk begins on the alternate stack, passes the signal's frame and goes
 * on where the thread was. */
static void through_a_handler_on_an_alternate_stack(void **state)
{
    (void)state;
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate}, old;
    assert_int_equal(sigaltstack(&stack, &old), 0);
    handle(SIGUSR1, SA_ONSTACK, raise_again);
    first(raise_outer);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_truth_found();
    shot.low = shot.high = 0;
    truth.count = 0;
    first(raise_outer);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_truth_found();
    assert_int_equal(sigaltstack(&old, NULL), 0);
}

static ucontext_t outside, inside;
static char *coroutine_stack;
enum { COROUTINE_SIZE = 128 * 1024 };

static void run_coroutine(void (*run)(void))
{
    coroutine_stack = mmap(NULL, COROUTINE_SIZE, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(coroutine_stack, MAP_FAILED);
    assert_int_equal(getcontext(&inside), 0);
    inside.uc_stack.ss_sp = coroutine_stack;
    inside.uc_stack.ss_size = COROUTINE_SIZE;
    inside.uc_link = &outside;
    makecontext(&inside, run, 0);
    assert_int_equal(swapcontext(&outside, &inside), 0);
    munmap(coroutine_stack, COROUTINE_SIZE);
}

static void coroutine(void)
{
    first(raise_shot);
}

static void a_coroutines_stack(void **state)
{
    (void)state;
    run_coroutine(coroutine);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_truth_found();
}

/* The upper half of the stack goes away while the walk is taken. */
static NOINLINE void raise_without_upper_half(void)
{
    char *half = coroutine_stack + COROUTINE_SIZE / 2;
    assert_int_equal(mprotect(half, COROUTINE_SIZE / 2, PROT_NONE), 0);
    raise(SIGUSR2);
    assert_int_equal(mprotect(half, COROUTINE_SIZE / 2, PROT_READ | PROT_WRITE),
                     0);
}

static NOINLINE void fill_upper_half(void)
{
    char filler[COROUTINE_SIZE / 2];
    __asm__ volatile("" : : "r"(filler) : "memory");
    raise_without_upper_half();
    __asm__ volatile("" : : "r"(filler) : "memory");
}

static void a_stack_with_a_hole(void **state)
{
    (void)state;
    run_coroutine(fill_upper_half);
    assert_int_equal(shot.count, 1);
    assert_int_equal(shot.end, PP_UNWIND_BAD_STACK);
    assert_in_range(shot.depth, 2, 6);
}

/* ---- stack consumption -------------------------------------------------- */

enum {
    PAINTED = 4096,
    MEMSET_NEEDS = 512, /* of stack that cannot be painted by calling it */
};

static void paint_and_shoot(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    (void)info;
    (void)context;
    uint8_t *here = __builtin_frame_address(0);
    uint8_t *painted = here - PAINTED;
    memset(painted, 0xa5, PAINTED - MEMSET_NEEDS);
    shot.depth = pp_unwind_walk(context, 0, 0, shot.pcs, DEPTH_MAX, &shot.end);
    uint8_t *deepest = painted;
    while (*deepest == 0xa5)
        deepest++;
    shot.count = (int)(here - deepest);
}

__attribute__((unused)) static void a_walk_needs_little_stack(void **state)
{
    (void)state;
    handle(SIGUSR1, 0, paint_and_shoot);
    first(raise_outer);
    assert_int_equal(shot.end, PP_UNWIND_COMPLETE);
    assert_in_range(shot.count, 1, MEMSET_NEEDS + 128); /* the handler's too */
}

int main(void)
{
    handle(SIGUSR2, 0, take_shot);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_main_stack, fresh_shot),
        cmocka_unit_test_setup(a_stack_of_unknown_bounds, fresh_shot),
        cmocka_unit_test_setup(a_threads_stack, fresh_shot),
        cmocka_unit_test_setup(no_deeper_than_asked, fresh_shot),
        cmocka_unit_test_setup(from_a_function, fresh_shot),
        cmocka_unit_test_setup(a_deep_stack, fresh_shot),
        cmocka_unit_test_setup(through_a_handler_on_an_alternate_stack,
                               fresh_shot),
        cmocka_unit_test_setup(a_coroutines_stack, fresh_shot),
        cmocka_unit_test_setup(a_stack_with_a_hole, fresh_shot),
#ifndef __SANITIZE_ADDRESS__ /* it makes every frame larger */
        cmocka_unit_test_setup(a_walk_needs_little_stack, fresh_shot),
#endif
    };
    return cmocka_run_group_tests(tests, refresh_tables, NULL);
}
