/* Parts: each runs once, also where there are no threads to be had. */
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void count_run(void *context, uint32_t index)
{
    atomic_uint *runs = context;
    atomic_fetch_add(&runs[index], 1);
}

static void each_part_runs_once(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 8; count++) {
        atomic_uint runs[8] = {0};
        pp_os_run_parts(count, count_run, runs);
        for (uint32_t i = 0; i < 8; i++)
            assert_int_equal(runs[i], i < count);
    }
}

/* In a process of its own, as a user who may have no more threads. */
static void parts_run_without_threads_too(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        atomic_uint runs[8] = {0};
        int good = setrlimit(RLIMIT_NPROC, &none) == 0 &&
                   (getuid() != 0 || setuid(65534) == 0);
        pp_os_run_parts(4, count_run, runs);
        for (int i = 0; i < 4; i++)
            good = good && runs[i] == 1;
        _exit(good ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

static void little_work_is_not_divided(void **state)
{
    (void)state;
    assert_int_equal(pp_os_part_count(0, 100), 1);
    assert_int_equal(pp_os_part_count(99, 100), 1);
    assert_int_equal(pp_os_part_count(199, 100), 1);
    assert_in_range(pp_os_part_count(UINT64_MAX, 1), 1, 8);
    assert_in_range(pp_os_part_count(5, 0), 1, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_runs_once),
        cmocka_unit_test(parts_run_without_threads_too),
        cmocka_unit_test(little_work_is_not_divided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
