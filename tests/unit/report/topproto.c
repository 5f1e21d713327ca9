/* -topproto: entries as samples. */
#include "print.h"

#include "wire/wire.h"

static void entries_are_samples_in_the_printed_unit(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    struct pp_profile *again;
    (void)state;
    stacks_add(profile, "main;a", 2500000);
    stacks_add(profile, "main;b", 999999);
    profile->period = 7;
    profile->duration_nanos = 9;
    struct printed printed = print("topproto", profile, &pp_options_default);
    assert_int_equal(printed.status, 0);
    assert_int_equal(
        pp_wire_decode(printed.out.data, printed.out.size, 0, &again, NULL), 0);
    assert_int_equal(again->sample_types.count, 2);
    const struct pp_value_type *flat = &again->sample_types.items[1];
    assert_true(pp_slice_equal(pp_profile_text(again, flat->type),
                               pp_slice_literal("flat")));
    assert_true(pp_slice_equal(pp_profile_text(again, flat->unit),
                               pp_slice_literal("us")));
    stacks_assert(again, "a 2500\nb 999\nmain 3499\n");
    assert_int_equal(pp_sample_values(again, 0)[1], 2500);
    assert_int_equal(pp_sample_values(again, 2)[1], 0);
    assert_int_equal(again->period, 7);
    assert_int_equal(again->duration_nanos, 9);
    pp_profile_free(again);
    printed_free(&printed);
}

static void a_function_of_two_entries_is_one(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_options options = pp_options_default;
    struct pp_profile *again;
    (void)state;
    stacks_add(profile, "a", 2);
    stacks_add(profile, "b;a<b", 1);
    options.granularity = PP_GRANULARITY_LINES;
    profile->lines.items[1].line = 5; /* of b */
    struct printed printed = print("topproto", profile, &options);
    assert_int_equal(
        pp_wire_decode(printed.out.data, printed.out.size, 0, &again, NULL), 0);
    assert_int_equal(again->locations.count, 3);
    assert_int_equal(again->functions.count, 2);
    pp_profile_free(again);
    printed_free(&printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_samples_in_the_printed_unit),
        cmocka_unit_test(a_function_of_two_entries_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
