#include "present/history_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_path(const char *state_home, const char *home,
                        const char *wanted)
{
    char *path = pp_history_path(state_home, home);
    assert_string_equal(path, wanted);
    free(path);
}

static void the_place_is_xdgs(void **state)
{
    assert_path("/state", "/home/me", "/state/pprof/history");
    assert_path(NULL, "/home/me", "/home/me/.local/state/pprof/history");
    assert_path("", "/home/me", "/home/me/.local/state/pprof/history");
    assert_path("relative", "/home/me", "/home/me/.local/state/pprof/history");
    assert_path(NULL, NULL, "");
    (void)state;
}

static void directories_are_made_for_nobody_else(void **state)
{
    char root[] = "/tmp/pprof-unit-XXXXXX", path[100];
    struct stat status;
    assert_non_null(mkdtemp(root));
    snprintf(path, sizeof(path), "%s/a/pprof/history", root);
    assert_true(pp_history_make_directories(path));
    assert_true(pp_history_make_directories(path));
    assert_int_equal(access(path, F_OK), -1);
    snprintf(path, sizeof(path), "%s/a/pprof", root);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(rmdir(path), 0);
    snprintf(path, sizeof(path), "%s/a", root);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(root), 0);
    assert_false(pp_history_make_directories("/dev/null/x/history"));
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_is_xdgs),
        cmocka_unit_test(directories_are_made_for_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
