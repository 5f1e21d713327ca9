/* -folded: a line for each stack, which splits the way it was made. */
#include "print.h"

static void equal_stacks_are_one_line(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    (void)state;
    stacks_add(profile, "main;work;inner<outer", 10);
    stacks_add(profile, "main;alpha", 1);
    stacks_add(profile, "main", 5);
    stacks_add(profile, "main;work;inner<outer", 32);
    stacks_add(profile, "", 7);
    stacks_add(profile, "zero", 0);
    assert_prints("folded", profile, &pp_options_default,
                  "main 5\n"
                  "main;alpha 1\n"
                  "main;work;outer;inner 42\n");
}

static void names_do_no_harm(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    (void)state;
    const char *const names[] = {"a;b", "a:b", "two\nlines", "\x1b[31m",
                                 "\xff\xc3\xbc"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t function = pp_profile_add_function(
            profile, pp_slice_of(names[i]), (struct pp_slice){0},
            (struct pp_slice){0}, 0);
        uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
        struct pp_line line = {.function = function};
        int64_t value = 1;
        pp_profile_set_lines(profile, location, &line, 1);
        pp_profile_add_sample(profile, &location, 1, &value);
    }
    assert_prints("folded", profile, &pp_options_default,
                  "a:b 2\n"
                  "two lines 1\n" PP_UTF8_REPLACEMENT
                  "[31m 1\n" PP_UTF8_REPLACEMENT "ü 1\n");
}

static void less_than_nothing_stays_so(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pp_profile *profile = stacks_new("cpu", "count");
        stacks_add(profile, "a", -3);
        stacks_add(profile, "b", 4);
        options.drop_negative = i;
        assert_prints("folded", profile, &options, i ? "b 4\n" : "a -3\nb 4\n");
    }
}

static void granularity_is_honoured(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_options options = pp_options_default;
    (void)state;
    stacks_add(profile, "main;read", 1);
    options.granularity = PP_GRANULARITY_LINES;
    assert_prints("folded", profile, &options,
                  "main main.c:1;read read.c:1 1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_stacks_are_one_line),
        cmocka_unit_test(names_do_no_harm),
        cmocka_unit_test(less_than_nothing_stays_so),
        cmocka_unit_test(granularity_is_honoured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
