/* -proto: what is left of the profile, to be read again. */
#include "print.h"

#include "wire/wire.h"

static void filters_and_ratios_apply(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_options options = pp_options_default;
    struct pp_profile *again;
    (void)state;
    stacks_add(profile, "main;a", 10);
    stacks_add(profile, "main;b;b", 7);
    options.focus = "b";
    options.divide_by = 2;
    struct printed printed = print("proto", profile, &options);
    assert_int_equal(printed.status, 0);
    assert_int_equal(
        pp_wire_decode(printed.out.data, printed.out.size, 0, &again, NULL), 0);
    stacks_assert(again, "main;b;b 3\n");
    assert_int_equal(again->locations.count, 3);
    pp_profile_free(again);
    printed_free(&printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_and_ratios_apply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
