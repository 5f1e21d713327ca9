/* What is forgotten, and what stays. */
#include "../stacks.h"

static struct pp_profile *detailed(void)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    uint32_t mapping = pp_profile_add_mapping(
        profile, 1, 2, 0, pp_slice_literal("/lib/x"), pp_slice_literal(""));
    struct pp_mapping *first = &profile->mappings.items[mapping];
    first->has_functions = first->has_filenames = true;
    first->has_line_numbers = first->has_inline_frames = true;
    stacks_add(profile, "in<out", 1);
    profile->locations.items[0].address = 77;
    profile->lines.items[0].column = 5;
    return profile;
}

static void everything_may_go(void **state)
{
    struct pp_profile *profile = detailed();
    (void)state;
    struct pp_detail nothing = {0};
    profile->functions.items[0].start_line = 7;
    profile->functions.items[0].is_start_found = true;
    profile->functions.items[1].start_line = 8;
    pp_profile_aggregate(profile, &nothing);
    const struct pp_location *location = &profile->locations.items[0];
    assert_int_equal(location->line_count, 1);
    assert_int_equal(location->address, 0);
    const struct pp_line *line = &profile->lines.items[location->line_start];
    assert_int_equal(line->line, 0);
    assert_int_equal(profile->functions.items[line->function].name, 0);
    assert_int_equal(profile->functions.items[line->function].filename, 0);
    assert_int_equal(profile->functions.items[0].start_line, 0);
    assert_int_equal(profile->functions.items[1].start_line, 8);
    const struct pp_mapping *mapping = &profile->mappings.items[0];
    assert_false(mapping->has_functions || mapping->has_filenames ||
                 mapping->has_line_numbers || mapping->has_inline_frames);
    pp_profile_free(profile);
}

static void noinlines_keeps_the_outermost(void **state)
{
    struct pp_profile *profile = detailed();
    (void)state;
    struct pp_detail detail = {.functions = true};
    pp_profile_aggregate(profile, &detail);
    stacks_assert(profile, "out 1\n");
    pp_profile_free(profile);
}

static void columns_need_lines(void **state)
{
    struct pp_profile *profile = detailed();
    (void)state;
    struct pp_detail detail = {.inlines = true,
                               .functions = true,
                               .line_numbers = true,
                               .columns = true,
                               .addresses = true};
    pp_profile_aggregate(profile, &detail);
    assert_int_equal(profile->lines.items[0].column, 5);
    assert_int_equal(profile->locations.items[0].address, 77);
    assert_true(profile->mappings.items[0].has_inline_frames);
    detail.line_numbers = false;
    pp_profile_aggregate(profile, &detail);
    assert_int_equal(profile->lines.items[0].column, 0);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_may_go),
        cmocka_unit_test(noinlines_keeps_the_outermost),
        cmocka_unit_test(columns_need_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
