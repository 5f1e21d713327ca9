/* Libraries: a table has all functions or stays as it was. */
#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct table {
    double (*cosine)(double);
    double (*root)(double);
};

static void the_first_that_is_there_is_loaded(void **state)
{
    static const char *const files[] = {"libpp-absent.so.1", "libm.so.6", NULL};
    static const struct pp_os_function functions[] = {
        {"cos", offsetof(struct table, cosine)},
        {"sqrt", offsetof(struct table, root)},
        {NULL, 0},
    };
    struct table table = {0};
    struct pp_error err = {0};
    (void)state;
    assert_int_equal(pp_os_load_library(files, functions, &table, &err), PP_OK);
    assert_true(table.cosine(0) == 1);
    assert_true(table.root(4) == 2);
}

static void an_absent_library_is_told(void **state)
{
    static const char *const files[] = {"libpp-absent.so.1", NULL};
    static const struct pp_os_function functions[] = {{NULL, 0}};
    struct pp_error err = {0};
    (void)state;
    assert_int_equal(pp_os_load_library(files, functions, NULL, &err),
                     PP_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "libpp-absent.so.1"));
}

static void a_missing_function_leaves_the_table(void **state)
{
    static const char *const files[] = {"libm.so.6", NULL};
    static const struct pp_os_function functions[] = {
        {"cos", offsetof(struct table, cosine)},
        {"pp_absent", offsetof(struct table, root)},
        {NULL, 0},
    };
    struct table table = {0};
    struct pp_error err = {0};
    (void)state;
    assert_int_equal(pp_os_load_library(files, functions, &table, &err),
                     PP_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "pp_absent"));
    assert_true(!table.cosine && !table.root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_that_is_there_is_loaded),
        cmocka_unit_test(an_absent_library_is_told),
        cmocka_unit_test(a_missing_function_leaves_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
