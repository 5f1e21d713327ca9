/* CPU sessions: who excludes whom, that the sums are the CPU time used, that
 * every thread is seen, and that stopping and starting are safe. */
#include "collect/collect.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"

static void burn_ms(int64_t ms)
{
    int64_t until = pp_os_thread_cpu_ns(pp_os_gettid()) + ms * 1000000;
    while (pp_os_thread_cpu_ns(pp_os_gettid()) < until)
        for (volatile int i = 0; i < 20000; i = i + 1)
            ;
}

static int64_t total(const struct pp_profile *profile, uint32_t type)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        sum += pp_sample_values(profile, i)[type];
    return sum;
}

static struct pp_profile *stop(enum pp_cpu_owner owner)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    assert_int_equal(pp_cpu_stop(owner, &profile, &err), PP_OK);
    assert_int_equal(pp_profile_check(profile, &err), PP_OK);
    return profile;
}

static void assert_near_ms(int64_t ns, int64_t ms)
{
    assert_in_range(ns / 1000000, ms - ms / 4, ms + ms / 4);
}

static void sums_up_to_the_time_used(void **state)
{
    (void)state;
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 1000, NULL), PP_OK);
    burn_ms(300);
    struct pp_profile *profile = stop(PP_CPU_CALLER);
    assert_int_equal(profile->sample_types.count, 2);
    assert_int_equal(profile->period, 1000000);
    assert_near_ms(total(profile, 1), 300);
    assert_int_equal(total(profile, 0) * 1000000, total(profile, 1));
    assert_true(profile->duration_nanos > 0 && profile->time_nanos > 0);
    assert_true(profile->mappings.count >= 1);
    pp_profile_free(profile);
}

static void one_caller_at_a_time(void **state)
{
    (void)state;
    struct pp_error err = {0};
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 0, NULL), PP_OK);
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 0, &err), PP_E_BUSY);
    assert_string_equal(err.text, "cpu profiling already in use");
    pp_cpu_cancel(PP_CPU_CALLER);
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 0, NULL), PP_OK);
    pp_profile_free(stop(PP_CPU_CALLER));
    struct pp_profile *profile;
    assert_int_equal(pp_cpu_stop(PP_CPU_CALLER, &profile, NULL),
                     PP_E_NOT_FOUND);
    assert_null(profile);
}

/* The whole run sees everything, the caller only his own time; the rate is
 * that of the session that was first. */
static void two_owners_side_by_side(void **state)
{
    (void)state;
    assert_int_equal(pp_cpu_start(PP_CPU_WHOLE_RUN, 500, NULL), PP_OK);
    burn_ms(200);
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 100, NULL), PP_OK);
    burn_ms(200);
    struct pp_profile *caller = stop(PP_CPU_CALLER);
    burn_ms(200);
    struct pp_profile *whole = stop(PP_CPU_WHOLE_RUN);
    assert_int_equal(caller->period, 2000000);
    assert_near_ms(total(caller, 1), 200);
    assert_near_ms(total(whole, 1), 600);
    pp_profile_free(caller);
    pp_profile_free(whole);
}

static void *burn_thread(void *argument)
{
    burn_ms((int64_t)(intptr_t)argument);
    return NULL;
}

/* Threads that were there before, that are created while it runs (in the way
 * the interposed pthread_create does it), and by bare clone unseen. */
static void sees_every_thread(void **state)
{
    (void)state;
    pthread_t before, during;
    pthread_create(&before, NULL, burn_thread, (void *)400);
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 250, NULL), PP_OK);
    pp_cpu_create_thread(&during, NULL, burn_thread, (void *)400);
    burn_ms(200);
    pthread_join(before, NULL);
    pthread_join(during, NULL);
    struct pp_profile *profile = stop(PP_CPU_CALLER);
    assert_near_ms(total(profile, 1), 1000);
    pp_profile_free(profile);
}

static void *burn_with_signal_blocked(void *argument)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    burn_ms((int64_t)(intptr_t)argument);
    return NULL;
}

static bool has_function(const struct pp_profile *profile, const char *name)
{
    for (uint32_t i = 0; i < profile->functions.count; i++)
        if (pp_slice_equal(
                pp_profile_text(profile, profile->functions.items[i].name),
                pp_slice_of(name)))
            return true;
    return false;
}

static void time_that_cannot_be_sampled_is_told(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 100, NULL), PP_OK);
    pp_cpu_create_thread(&thread, NULL, burn_with_signal_blocked, (void *)300);
    pthread_join(thread, NULL);
    struct pp_profile *profile = stop(PP_CPU_CALLER);
    assert_true(has_function(profile, "[not sampled]"));
    assert_near_ms(total(profile, 1), 300);
    pp_profile_free(profile);
}

static bool has_comment(const struct pp_profile *profile, const char *part)
{
    for (uint32_t i = 0; i < profile->comments.count; i++)
        if (pp_slice_contains(
                pp_profile_text(profile, profile->comments.items[i]),
                pp_slice_of(part)))
            return true;
    return false;
}

/* The kernel counts timers as signals that may be pending. */
static void refused_timers_are_told(void **state)
{
    (void)state;
    struct rlimit before, none;
    getrlimit(RLIMIT_SIGPENDING, &before);
    none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_SIGPENDING, &none);
    int status = pp_cpu_start(PP_CPU_CALLER, 100, NULL);
    setrlimit(RLIMIT_SIGPENDING, &before);
    assert_int_equal(status, PP_OK);
    burn_ms(200);
    struct pp_profile *profile = stop(PP_CPU_CALLER);
    assert_true(has_function(profile, "[not sampled]"));
    assert_true(has_comment(profile, "refused a timer: 1."));
    assert_near_ms(total(profile, 1), 200);
    pp_profile_free(profile);
}

static volatile sig_atomic_t foreign_signals;

static void on_foreign_signal(int signal)
{
    (void)signal;
    foreign_signals++;
}

static void foreign_signals_are_passed_on(void **state)
{
    (void)state;
    /* Our handler is installed by now: put the program's in first. */
    struct sigaction action = {.sa_handler = on_foreign_signal};
    struct sigaction ours;
    sigaction(SIGPROF, &action, &ours);
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 1000, NULL), PP_OK);
    raise(SIGPROF);
    burn_ms(50);
    struct pp_profile *profile = stop(PP_CPU_CALLER);
    assert_int_equal(foreign_signals, 1);
    assert_near_ms(total(profile, 1), 50);
    pp_profile_free(profile);
}

static void starts_and_stops_many_times(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 10000, NULL), PP_OK);
        if (i % 3 == 0)
            burn_ms(1);
        if (i % 2)
            pp_cpu_cancel(PP_CPU_CALLER);
        else
            pp_profile_free(stop(PP_CPU_CALLER));
    }
}

static void the_child_of_a_fork_can_profile_itself(void **state)
{
    (void)state;
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 1000, NULL), PP_OK);
    burn_ms(20);
    pp_collect_before_fork();
    pid_t child = fork();
    pp_collect_after_fork(child == 0);
    if (child == 0) {
        struct pp_profile *profile;
        if (pp_cpu_stop(PP_CPU_CALLER, &profile, NULL) != PP_E_NOT_FOUND)
            _exit(1);
        if (pp_cpu_start(PP_CPU_CALLER, 1000, NULL) != PP_OK)
            _exit(2);
        burn_ms(100);
        if (pp_cpu_stop(PP_CPU_CALLER, &profile, NULL) != PP_OK)
            _exit(3);
        int64_t ms = total(profile, 1) / 1000000;
        _exit(ms < 75 || ms > 125 ? 4 : 0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    burn_ms(100);
    struct pp_profile *profile = stop(PP_CPU_CALLER);
    assert_near_ms(total(profile, 1), 120);
    pp_profile_free(profile);
}

static void rates_are_checked(void **state)
{
    (void)state;
    assert_false(pp_cpu_set_rate(0));
    assert_false(pp_cpu_set_rate(10001));
    assert_true(pp_cpu_set_rate(250));
    assert_int_equal(pp_cpu_start(PP_CPU_CALLER, 0, NULL), PP_OK);
    struct pp_profile *profile = stop(PP_CPU_CALLER);
    assert_int_equal(profile->period, 4000000);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_up_to_the_time_used),
        cmocka_unit_test(one_caller_at_a_time),
        cmocka_unit_test(two_owners_side_by_side),
        cmocka_unit_test(sees_every_thread),
        cmocka_unit_test(time_that_cannot_be_sampled_is_told),
        cmocka_unit_test(refused_timers_are_told),
        cmocka_unit_test(foreign_signals_are_passed_on),
        cmocka_unit_test(starts_and_stops_many_times),
        cmocka_unit_test(the_child_of_a_fork_can_profile_itself),
        cmocka_unit_test(rates_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
