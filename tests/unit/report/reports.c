/* The table, the order of the steps, and what the options do. */
#include "print.h"

static struct pp_profile *sample_profile(void)
{
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "main;a", 6);
    stacks_add(profile, "main;b", 4);
    return profile;
}

#define COLUMNS "      flat  flat%   sum%        cum   cum%\n"

static void reports_are_found_by_name(void **state)
{
    static const char *const names[] = {"top", "text", "raw", "proto",
                                        "flamegraph"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(pp_report_find(pp_slice_of(names[i]))->name,
                            names[i]);
    assert_null(pp_report_find(pp_slice_literal("to")));
    assert_null(pp_report_find(pp_slice_literal("")));
}

static void percentages_are_of_the_whole_or_not(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.compact_labels = true;
    options.focus = "^a$";
    assert_prints("top", sample_profile(), &options,
                  "Active filters:\n   focus=^a$\n"
                  "Showing nodes accounting for 6, 60.00% of 10 total\n" COLUMNS
                  "         6 60.00% 60.00%          6 60.00%  a\n"
                  "         0     0% 60.00%          6 60.00%  main\n");
    options.relative_percentages = true;
    assert_prints("top", sample_profile(), &options,
                  "Active filters:\n   focus=^a$\n"
                  "Showing nodes accounting for 6, 100% of 6 total\n" COLUMNS
                  "         6   100%   100%          6   100%  a\n"
                  "         0     0%   100%          6   100%  main\n");
}

static void granularity_merges_and_parts(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.compact_labels = true;
    options.granularity = PP_GRANULARITY_LINES;
    options.nodecount = 1;
    assert_prints("top", sample_profile(), &options,
                  "Showing nodes accounting for 6, 60.00% of 10 total\n"
                  "Showing top 1 nodes out of 3\n" COLUMNS
                  "         6 60.00% 60.00%          6 60.00%  a a.c:1\n");
    options.granularity = PP_GRANULARITY_FILES;
    assert_prints("top", sample_profile(), &options,
                  "Showing nodes accounting for 6, 60.00% of 10 total\n"
                  "Showing top 1 nodes out of 3\n" COLUMNS
                  "         6 60.00% 60.00%          6 60.00%  a.c\n");
}

static void ratios_divide(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.compact_labels = true;
    options.divide_by = 4;
    options.nodecount = 1;
    assert_prints("top", sample_profile(), &options,
                  "Showing nodes accounting for 1, 60.00% of 2 total\n"
                  "Showing top 1 nodes out of 3\n" COLUMNS
                  "         1 60.00% 60.00%          1 60.00%  a\n");
}

static void mistakes_are_told(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.divide_by = 0;
    assert_refuses("top", sample_profile(), &options, "zero divisor specified");
    options.sample_index = "x";
    assert_refuses("top", sample_profile(), &options,
                   "sample_index \"x\" must be one of: [n]");
    options = pp_options_default;
    options.hide = "(";
    options.ignore = "a**";
    assert_refuses("raw", sample_profile(), &options,
                   "parsing ignore regexp: error parsing regexp: invalid "
                   "nested repetition operator: `**`");
    assert_refuses("top", pp_profile_new(0), &pp_options_default,
                   "profile has no samples");
}

static void what_matches_nothing_is_told(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.focus = "x";
    options.ignore = "y";
    options.hide = "z";
    options.show = "w";
    options.show_from = "v";
    options.tagfocus = "u";
    options.tagignore = "t";
    options.tagroot = "k";
    options.tagleaf = "l";
    assert_warns(sample_profile(), &options,
                 "TagRoot expression matched no samples\n"
                 "TagLeaf expression matched no samples\n"
                 "Focus expression matched no samples\n"
                 "Ignore expression matched no samples\n"
                 "Hide expression matched no samples\n"
                 "Show expression matched no samples\n"
                 "ShowFrom expression matched no samples\n"
                 "TagFocus expression matched no samples\n"
                 "TagIgnore expression matched no samples\n");
    options = pp_options_default;
    options.focus = "a";
    assert_warns(sample_profile(), &options, "");
}

static void a_mean_divides_by_the_first_type(void **state)
{
    struct pp_profile *profile = stacks_new("contentions", "count");
    struct pp_options options = pp_options_default;
    (void)state;
    pp_profile_add_sample_type(profile, "delay", "ns");
    stacks_add(profile, "a", 4);
    profile->values.items[1] = 40;
    options.mean = true;
    assert_prints(
        "top", profile, &options,
        "Type: mean_delay\n"
        "Showing nodes accounting for 10ns, 100% of 10ns total\n" COLUMNS
        "      10ns   100%   100%       10ns   100%  a\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_are_found_by_name),
        cmocka_unit_test(percentages_are_of_the_whole_or_not),
        cmocka_unit_test(granularity_merges_and_parts),
        cmocka_unit_test(ratios_divide),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(what_matches_nothing_is_told),
        cmocka_unit_test(a_mean_divides_by_the_first_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
