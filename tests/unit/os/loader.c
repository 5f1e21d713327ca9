/* The loader and forks: who forks waits for who is in the loader, but not for
 * ever. */
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static void *be_in_loader(void *argument)
{
    const struct timespec *pause = argument;
    sigset_t signals;
    pp_os_enter_loader(&signals);
    nanosleep(pause, NULL);
    pp_os_leave_loader(&signals);
    return NULL;
}

/* How long a fork takes that begins while another thread is in the loader. */
static int64_t fork_beside(struct timespec pause)
{
    pthread_t thread;
    struct timespec moment = {0, 50000000};
    assert_int_equal(pthread_create(&thread, NULL, be_in_loader, &pause), 0);
    nanosleep(&moment, NULL);
    int64_t before_ns = pp_os_now_ns();
    pp_os_before_fork();
    pp_os_after_fork(false);
    int64_t took_ns = pp_os_now_ns() - before_ns;
    pthread_join(thread, NULL);
    return took_ns / 1000000;
}

static void a_fork_waits_for_the_loader(void **state)
{
    (void)state;
    int64_t took_ms = fork_beside((struct timespec){0, 300000000});
    assert_in_range(took_ms, 100, 999);
}

static void but_not_for_ever(void **state)
{
    (void)state;
    int64_t took_ms = fork_beside((struct timespec){2, 0});
    assert_in_range(took_ms, 990, 1900);
}

static void afterwards_it_is_free(void **state)
{
    sigset_t signals;
    (void)state;
    pp_os_before_fork();
    pp_os_after_fork(false);
    pp_os_enter_loader(&signals);
    pp_os_leave_loader(&signals);
    pp_os_before_fork();
    pp_os_after_fork(true);
    pp_os_enter_loader(&signals);
    pp_os_leave_loader(&signals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fork_waits_for_the_loader),
        cmocka_unit_test(but_not_for_ever),
        cmocka_unit_test(afterwards_it_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
