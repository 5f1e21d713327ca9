/* Errors: the first one is kept, in one sentence. */
#include "base/base.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_first_failure_is_kept(void **state)
{
    (void)state;
    struct pp_error err = {0};
    assert_int_equal(pp_fail(&err, PP_E_FORMAT, "byte %d", 7), PP_E_FORMAT);
    assert_int_equal(pp_fail(&err, PP_E_MEMORY, "later"), PP_E_FORMAT);
    assert_int_equal(pp_fail_errno(&err, ENOENT, "later"), PP_E_FORMAT);
    assert_string_equal(err.text, "byte 7");
}

static void system_errors_are_spelled_as_go_spells_them(void **state)
{
    (void)state;
    struct pp_error err = {0};
    assert_int_equal(pp_fail_errno(&err, ENOENT, "open %s", "x"), PP_E_SYSTEM);
    assert_string_equal(err.text, "open x: no such file or directory");
}

static void words_can_be_put_in_front(void **state)
{
    (void)state;
    struct pp_error err = {0};
    assert_int_equal(pp_error_prefix(&err, "nothing happened"), PP_OK);
    assert_string_equal(err.text, "");
    pp_fail(&err, PP_E_USAGE, "wrong");
    assert_int_equal(pp_error_prefix(&err, "%s: ", "file"), PP_E_USAGE);
    assert_string_equal(err.text, "file: wrong");
    for (int i = 0; i < 1000; i++)
        pp_error_prefix(&err, "and more: ");
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void nobody_has_to_listen(void **state)
{
    (void)state;
    assert_int_equal(pp_fail(NULL, PP_E_FORMAT, "x"), PP_E_FORMAT);
    assert_int_equal(pp_fail_errno(NULL, ENOENT, "x"), PP_E_SYSTEM);
    assert_int_equal(pp_fail_memory(NULL), PP_E_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_is_kept),
        cmocka_unit_test(system_errors_are_spelled_as_go_spells_them),
        cmocka_unit_test(words_can_be_put_in_front),
        cmocka_unit_test(nobody_has_to_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
