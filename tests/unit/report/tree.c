/* -tree and -peek, whole. */
#include "print.h"

#define RULE                                                                   \
    "----------------------------------------------------------+------------"  \
    "-\n"
#define LEGEND                                                                 \
    "      flat  flat%   sum%        cum   cum%   calls calls% + context "     \
    "\t \t \n"

static struct pp_profile *sample_profile(void)
{
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "main;a;c", 6);
    stacks_add(profile, "main;b<a", 4);
    return profile;
}

static const struct pp_options *compact(void)
{
    static struct pp_options options;
    options = pp_options_default;
    options.compact_labels = true;
    return &options;
}

static void each_node_stands_between_callers_and_callees(void **state)
{
    (void)state;
    assert_prints(
        "tree", sample_profile(), compact(),
        "Showing nodes accounting for 10, 100% of 10 total\n" RULE LEGEND RULE
        "                                                 6   100% |   a\n"
        "         6 60.00% 60.00%          6 60.00%                | c\n" RULE
        "                                                 4   100% |   a "
        "(inline)\n"
        "         4 40.00%   100%          4 40.00%                | b\n" RULE
        "                                                10   100% |   main\n"
        "         0     0%   100%         10   100%                | a\n"
        "                                                 6 60.00% |   c\n"
        "                                                 4 40.00% |   b "
        "(inline)\n" RULE
        "         0     0%   100%         10   100%                | main\n"
        "                                                10   100% |   "
        "a\n" RULE);
}

static void only_what_matches_is_peeked_at(void **state)
{
    struct pp_options options = *compact();
    (void)state;
    options.pattern = "^b$";
    assert_prints(
        "peek", sample_profile(), &options,
        "Showing nodes accounting for 10, 100% of 10 total\n" RULE LEGEND RULE
        "                                                 4   100% |   a "
        "(inline)\n"
        "         4 40.00% 40.00%          4 40.00%                | b\n" RULE);
}

static void mistakes_in_the_pattern_are_told(void **state)
{
    struct pp_options options = *compact();
    (void)state;
    options.pattern = "nobody";
    assert_refuses("peek", sample_profile(), &options,
                   "no matches found for regexp: nobody");
    options.pattern = "a)";
    assert_refuses("peek", sample_profile(), &options,
                   "parsing argument regexp a): error parsing regexp: "
                   "unexpected ): `a)`");
}

static void calls_are_not_divided(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_options options = *compact();
    (void)state;
    pp_profile_add_sample_type(profile, "delay", "count");
    stacks_add(profile, "main;a", 4);
    profile->values.items[1] = 40;
    options.mean = true;
    options.pattern = "^a$";
    assert_prints(
        "peek", profile, &options,
        "Showing nodes accounting for 10, 100% of 10 total\n" RULE LEGEND RULE
        "                                                40 400.00% |   main\n"
        "        10   100%   100%         10   100%                | a\n" RULE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_node_stands_between_callers_and_callees),
        cmocka_unit_test(only_what_matches_is_peeked_at),
        cmocka_unit_test(mistakes_in_the_pattern_are_told),
        cmocka_unit_test(calls_are_not_divided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
