/* The expressions that a profile brings along. */
#include "../stacks.h"

#include "report/report.h"

static struct pp_profile *with_frames(const char *drop, const char *keep)
{
    struct pp_profile *profile = stacks_new("n", "count");
    profile->drop_frames = pp_profile_add_string(profile, pp_slice_of(drop));
    profile->keep_frames = pp_profile_add_string(profile, pp_slice_of(keep));
    stacks_add(profile, "main;malloc(int);grow;mmap", 1);
    stacks_add(profile, "main;mallocator;mallopt", 2);
    return profile;
}

static void drops_whole_names(void **state)
{
    struct pp_profile *profile = with_frames("malloc|mallo.*", "mallocator");
    (void)state;
    assert_int_equal(pp_report_drop_frames(profile, NULL), 0);
    stacks_assert(profile, "main 1\nmain;mallocator 2\n");
    pp_profile_free(profile);
}

static void nothing_to_drop(void **state)
{
    struct pp_profile *profile = with_frames("", "");
    (void)state;
    assert_int_equal(pp_report_drop_frames(profile, NULL), 0);
    stacks_assert(profile,
                  "main;malloc(int);grow;mmap 1\nmain;mallocator;mallopt 2\n");
    pp_profile_free(profile);
}

static void wrong_expressions_change_nothing(void **state)
{
    struct pp_profile *profile = with_frames("a**", "");
    struct pp_error err = {0};
    (void)state;
    assert_int_equal(pp_report_drop_frames(profile, &err), PP_E_USAGE);
    assert_non_null(strstr(err.text, "failed to compile regexp a**: "));
    stacks_assert(profile,
                  "main;malloc(int);grow;mmap 1\nmain;mallocator;mallopt 2\n");
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drops_whole_names),
        cmocka_unit_test(nothing_to_drop),
        cmocka_unit_test(wrong_expressions_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
