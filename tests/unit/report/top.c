/* -top, whole: header, columns, suffixes. */
#include "print.h"

static struct pp_profile *sample_profile(void)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    stacks_add(profile, "main;work;read", 1500000000);
    stacks_add(profile, "main;work;hot<work", 400000000);
    stacks_add(profile, "main;hot", 99000000);
    stacks_add(profile, "main", 1000000);
    return profile;
}

#define COLUMNS "      flat  flat%   sum%        cum   cum%\n"

static void prints_the_heaviest_first(void **state)
{
    (void)state;
    assert_prints(
        "top", sample_profile(), &pp_options_default,
        "Type: cpu\n"
        "Showing nodes accounting for 2000ms, 100% of 2000ms total\n" COLUMNS
        "    1500ms 75.00% 75.00%     1500ms 75.00%  read\n"
        "     499ms 24.95%   100%      499ms 24.95%  hot "
        "(partial-inline)\n"
        "       1ms  0.05%   100%     2000ms   100%  main\n"
        "         0     0%   100%     1900ms 95.00%  work\n");
}

static void counts_and_fractions_are_told(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.compact_labels = true;
    options.nodecount = 1;
    options.nodefraction = .3;
    options.unit = "s";
    assert_prints("text", sample_profile(), &options,
                  "Showing nodes accounting for 1.50s, 75.00% of 2s total\n"
                  "Dropped 1 node (cum <= 0.60s)\n"
                  "Showing top 1 nodes out of 3\n" COLUMNS
                  "     1.50s 75.00% 75.00%      1.50s 75.00%  read\n");
}

static void the_header_says_what_it_is(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    struct pp_options options = pp_options_default;
    (void)state;
    pp_profile_add_mapping(profile, 1, 2, 0, pp_slice_literal("/usr/bin/x"),
                           pp_slice_literal("abc"));
    pp_profile_add_comment(profile, pp_slice_literal("a comment"));
    pp_profile_add_comment(profile, pp_slice_literal("#hidden"));
    profile->time_nanos = 1700000000999999999;
    profile->duration_nanos = 2000000000;
    stacks_add(profile, "a", 1000000000);
    options.focus = "a";
    options.ignore =
        "0123456789012345678901234567890123456789012345678901234567890123456"
        "789xyz";
    setenv("TZ", "UTC", 1);
    assert_prints(
        "top", profile, &options,
        "File: x\n"
        "Build ID: abc\n"
        "a comment\n"
        "Type: cpu\n"
        "Time: 2023-11-14 22:13:20 UTC\n"
        "Duration: 2s, Total samples = 1s (50.00%)\n"
        "Active filters:\n"
        "   focus=a\n"
        "   ignore=012345678901234567890123456789012345678901234567890123456"
        "7890123456789xyz\n"
        "Showing nodes accounting for 1s, 100% of 1s total\n" COLUMNS
        "        1s   100%   100%         1s   100%  a\n");
}

static void an_empty_profile_is_one_too(void **state)
{
    (void)state;
    assert_prints("top", stacks_new("objects", "count"), &pp_options_default,
                  "Type: objects\n"
                  "Showing nodes accounting for 0, 0% of 0 total\n" COLUMNS);
}

static void columns_are_as_wide_as_their_characters(void **state)
{
    struct pp_profile *degrees = stacks_new("heat", "°C");
    struct pp_profile *broken = stacks_new("heat", "\xe2\x82");
    struct pp_options options = pp_options_default;
    (void)state;
    options.compact_labels = true;
    stacks_add(degrees, "main", 37);
    stacks_add(broken, "main", 37);
    assert_prints(
        "top", degrees, &options,
        "Showing nodes accounting for 37°C, 100% of 37°C total\n" COLUMNS
        "      37°C   100%   100%       37°C   100%  main\n");
    assert_prints("top", broken, &options,
                  "Showing nodes accounting for 37\xe2\x82, 100% of "
                  "37\xe2\x82 total\n" COLUMNS
                  "      37\xe2\x82   100%   100%       37\xe2\x82   100%  "
                  "main\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_the_heaviest_first),
        cmocka_unit_test(counts_and_fractions_are_told),
        cmocka_unit_test(the_header_says_what_it_is),
        cmocka_unit_test(an_empty_profile_is_one_too),
        cmocka_unit_test(columns_are_as_wide_as_their_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
