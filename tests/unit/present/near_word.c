#include "present/near_word.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void slips_are_understood(void **state)
{
    static const char *const rows[][2] = {
        {"tpo", "top"},
        {"topp", "top"},
        {"trace", "traces"},
        {"fcous", "focus"},
        {"flamegraf", "flamegraph"},
        {"optoins", "options"},
        {"granularty", "granularity"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_string_equal(pp_near_word(pp_slice_of(rows[i][0])), rows[i][1]);
    (void)state;
}

static void nothing_is_made_up(void **state)
{
    static const char *const words[] = {
        "",      "x",
        "xyzzy", "elephant",
        "=",     "a_word_that_is_longer_than_any_that_we_have_in_our_tables"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        assert_null(pp_near_word(pp_slice_of(words[i])));
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_are_understood),
        cmocka_unit_test(nothing_is_made_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
