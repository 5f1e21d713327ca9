/* Ctrl-C while something waits. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"

static volatile sig_atomic_t flag;

static void (*handler(void))(int)
{
    struct sigaction action;
    sigaction(SIGINT, NULL, &action);
    return action.sa_handler;
}

/* Noted once, which is all; then the default is back. */
static void test_noted(void **state)
{
    struct pp_os_interrupt before;
    (void)state;
    signal(SIGINT, SIG_DFL);
    flag = 0;
    pp_os_catch_interrupt(&flag, &before);
    assert_int_equal(flag, 0);
    raise(SIGINT);
    assert_int_equal(flag, 1);
    assert_true(handler() == SIG_DFL);
    pp_os_leave_interrupt(&before);
    assert_true(handler() == SIG_DFL);
}

static void test_put_back(void **state)
{
    struct pp_os_interrupt before;
    (void)state;
    pp_os_catch_interrupt(&flag, &before);
    assert_true(handler() != SIG_DFL);
    pp_os_leave_interrupt(&before);
    assert_true(handler() == SIG_DFL);
}

/* The inner one of two has it first, and then the outer one again. */
static void test_within_each_other(void **state)
{
    volatile sig_atomic_t inner = 0;
    struct pp_os_interrupt before, between;
    (void)state;
    signal(SIGINT, SIG_DFL);
    flag = 0;
    pp_os_catch_interrupt(&flag, &before);
    pp_os_catch_interrupt(&inner, &between);
    raise(SIGINT);
    assert_int_equal(inner, 1);
    assert_int_equal(flag, 0);
    pp_os_leave_interrupt(&between);
    raise(SIGINT);
    assert_int_equal(flag, 1);
    pp_os_leave_interrupt(&before);
}

/* As in the background of a script. */
static void test_ignored(void **state)
{
    struct pp_os_interrupt before;
    (void)state;
    signal(SIGINT, SIG_IGN);
    flag = 0;
    pp_os_catch_interrupt(&flag, &before);
    raise(SIGINT);
    assert_int_equal(flag, 0);
    pp_os_leave_interrupt(&before);
    assert_true(handler() == SIG_IGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_noted),
        cmocka_unit_test(test_put_back),
        cmocka_unit_test(test_within_each_other),
        cmocka_unit_test(test_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
