/* Threads of our own, the list of all, and timers on their CPU time. */
#include "os/os.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

static struct {
    pid_t tid;
    bool own;
    sigset_t mask;
    atomic_bool go;
} seen;

static void *look(void *argument)
{
    seen.tid = pp_os_gettid();
    seen.own = pp_os_is_own_thread(seen.tid);
    pthread_sigmask(SIG_SETMASK, NULL, &seen.mask);
    while (!atomic_load(&seen.go))
        sched_yield();
    return argument;
}

static bool is_listed(pid_t tid)
{
    pid_t tids[64];
    int count = pp_os_list_threads(tids, 64);
    for (int i = 0; i < count && i < 64; i++)
        if (tids[i] == tid)
            return true;
    return false;
}

static void own_threads_are_known_and_deaf(void **state)
{
    (void)state;
    pthread_t thread;
    void *result;
    assert_int_equal(pp_os_start_thread("unit", look, &seen, &thread), 0);
    atomic_store(&seen.go, true);
    pthread_join(thread, &result);
    assert_ptr_equal(result, &seen);
    assert_true(seen.own);
    assert_false(pp_os_is_own_thread(seen.tid));
    assert_false(pp_os_is_own_thread(pp_os_gettid()));
    assert_true(sigismember(&seen.mask, SIGPROF));
    assert_true(sigismember(&seen.mask, SIGTERM));
}

static void *look_from_there(void *is_same)
{
    pp_os_run_on_own_thread("another", look, NULL);
    *(bool *)is_same = seen.tid == pp_os_gettid();
    return NULL;
}

static void an_own_thread_needs_no_other(void **state)
{
    (void)state;
    atomic_store(&seen.go, true);
    pp_os_run_on_own_thread("unit", look, NULL);
    assert_true(seen.own);
    assert_int_not_equal(seen.tid, pp_os_gettid());

    bool is_same = false;
    pp_os_run_on_own_thread("unit", look_from_there, &is_same);
    assert_true(is_same);
}

static void all_threads_are_listed(void **state)
{
    (void)state;
    pthread_t thread;
    atomic_store(&seen.go, false);
    seen.tid = 0;
    assert_int_equal(pp_os_start_thread("unit", look, NULL, &thread), 0);
    while (__atomic_load_n(&seen.tid, __ATOMIC_ACQUIRE) == 0)
        sched_yield();
    assert_true(is_listed(pp_os_gettid()));
    assert_true(is_listed(seen.tid));
    atomic_store(&seen.go, true);
    pthread_join(thread, NULL);
    pid_t none[1];
    assert_true(pp_os_list_threads(none, 0) >= 1);
}

static atomic_int ticks;
static _Atomic(uint64_t) cookie;

static void on_tick(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)context;
    atomic_store(&cookie, (uint64_t)(uintptr_t)info->si_value.sival_ptr);
    atomic_fetch_add(&ticks, 1 + info->si_overrun);
}

static void timers_tick_by_cpu_time(void **state)
{
    (void)state;
    enum { PERIOD_NS = 1000000, MS = 100 };
    struct sigaction action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO};
    sigaction(SIGPROF, &action, NULL);
    pid_t tid = pp_os_gettid();
    int timer = -1;
    int64_t start_ns = pp_os_thread_cpu_ns(tid);
    assert_int_equal(pp_os_timer_start(tid, SIGPROF, 0x1234567890abcdef,
                                       PERIOD_NS, PERIOD_NS, &timer),
                     0);
    while (pp_os_thread_cpu_ns(tid) < start_ns + MS * 1000000)
        ;
    pp_os_timer_stop(timer);
    assert_int_equal(cookie, 0x1234567890abcdef);
    assert_in_range(ticks, MS - MS / 5, MS + MS / 5);
}

static void there_is_no_timer_for_nobody(void **state)
{
    (void)state;
    int timer;
    assert_true(pp_os_timer_start(1 << 22, SIGPROF, 0, 1, 1, &timer) < 0);
    assert_true(pp_os_thread_cpu_ns(1 << 22) < 0);
    assert_true(pp_os_now_ns() > 0 && pp_os_realtime_ns() > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_threads_are_known_and_deaf),
        cmocka_unit_test(an_own_thread_needs_no_other),
        cmocka_unit_test(all_threads_are_listed),
        cmocka_unit_test(timers_tick_by_cpu_time),
        cmocka_unit_test(there_is_no_timer_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
