/* -comments. */
#include "print.h"

static void prints_all_of_them(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    (void)state;
    pp_profile_add_comment(profile, pp_slice_literal("first"));
    pp_profile_add_comment(profile, pp_slice_literal("# for programs"));
    pp_profile_add_comment(profile, pp_slice_literal(""));
    assert_prints("comments", profile, &pp_options_default,
                  "first\n# for programs\n\n");
    assert_prints("comments", stacks_new("cpu", "count"), &pp_options_default,
                  "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_all_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
