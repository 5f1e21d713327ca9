/* Objects beside libpprof.so: the C library's mathematics play one, with a
 * number for a table. */
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_found_where_the_system_looks(void **state)
{
    struct pp_error err = {0};
    (void)state;
    const int *table = pp_os_load_companion("libm.so.6", "signgam", 0, &err);
    assert_non_null(table);
    assert_int_equal(*table, 0);
    assert_int_equal(err.status, PP_OK);
}

static void check_refused(const char *file, const char *symbol,
                          uint32_t version, const char *words)
{
    struct pp_error err = {0};
    assert_null(pp_os_load_companion(file, symbol, version, &err));
    assert_int_equal(err.status, PP_E_NOT_FOUND);
    if (!pp_slice_contains(pp_slice_of(err.text), pp_slice_of(words)))
        fail_msg("\"%s\" is not in \"%s\"", words, err.text);
}

static void test_refused(void **state)
{
    (void)state;
    check_refused("libm.so.6", "signgam", 7,
                  "libm.so.6 is of another version than libpprof.so");
    check_refused("libm.so.6", "no_such_table", 0, "of another version");
    check_refused("libpprof-absent.so", "table", 1,
                  "libpprof-absent.so was not found in /");
    check_refused("libpprof-absent.so", "table", 1,
                  ": it belongs beside libpprof.so");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found_where_the_system_looks),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
