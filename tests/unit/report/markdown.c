/* -md, whole, and with names that want out of their cells. */
#include "print.h"

#define COLUMNS                                                                \
    "|       flat |  flat% |   sum% |        cum |   cum% | name |\n"          \
    "|-----------:|-------:|-------:|-----------:|-------:|:-----|\n"

static void prints_a_table(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "main;b<a", 6);
    assert_prints(
        "md", profile, &pp_options_default,
        "```\n"
        "Type: n\n"
        "Showing nodes accounting for 6, 100% of 6 total\n"
        "```\n\n" COLUMNS "|          6 |   100% |   100% |          6 |   "
        "100% | `b` (inline) |\n"
        "|          0 |     0% |   100% |          6 |   100% | `a` |\n"
        "|          0 |     0% |   100% |          6 |   100% | `main` |\n");
}

static void assert_shows(const char *name, const char *cell)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_options options = pp_options_default;
    char expected[1000];
    stacks_add(profile, "main", 6);
    profile->functions.items[0].name =
        pp_profile_add_string(profile, pp_slice_of(name));
    options.compact_labels = true;
    snprintf(
        expected, sizeof expected,
        "```\nShowing nodes accounting for 6, 100%% of 6 total\n```\n\n"
        "%s|          6 |   100%% |   100%% |          6 |   100%% | %s |\n",
        COLUMNS, cell);
    assert_prints("md", profile, &options, expected);
}

static void names_stay_in_their_cells(void **state)
{
    (void)state;
    assert_shows("std::map<a, *b*>", "`std::map<a, *b*>`");
    assert_shows("a|b", "<code>a&#124;b</code>");
    assert_shows("a`<b>\\", "<code>a&#96;&#60;b&#62;&#92;</code>");
    assert_shows("two\nlines\t\x1b[0m", "`two\xef\xbf\xbdlines\xef\xbf\xbd"
                                        "\xef\xbf\xbd[0m`");
    assert_shows("\xff", "`\xef\xbf\xbd`");
}

static void nothing_closes_the_fence_or_the_value(void **state)
{
    struct pp_profile *profile = stacks_new("n", "|x");
    (void)state;
    stacks_add(profile, "a", 1);
    pp_profile_add_comment(profile, pp_slice_literal("```\n<b>"));
    assert_prints("md", profile, &pp_options_default,
                  "````\n"
                  "```\n<b>\n"
                  "Type: n\n"
                  "Showing nodes accounting for 1|x, 100% of 1|x total\n"
                  "````\n\n" COLUMNS
                  "|        1&#124;x |   100% |   100% |        1&#124;x |   "
                  "100% | `a` |\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_a_table),
        cmocka_unit_test(names_stay_in_their_cells),
        cmocka_unit_test(nothing_closes_the_fence_or_the_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
