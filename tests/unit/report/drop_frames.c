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

/* The words say whose expression it is: the person wrote none. */
static void assert_refused(const char *drop, const char *keep,
                           const char *words)
{
    struct pp_profile *profile = with_frames(drop, keep);
    struct pp_error err = {0};
    assert_int_equal(pp_report_drop_frames(profile, &err), PP_E_USAGE);
    assert_true(
        pp_slice_starts_with(pp_slice_of(err.text), pp_slice_of(words)));
    stacks_assert(profile,
                  "main;malloc(int);grow;mmap 1\nmain;mallocator;mallopt 2\n");
    pp_profile_free(profile);
}

static void wrong_expressions_change_nothing(void **state)
{
    (void)state;
    assert_refused("a**", "",
                   "the profile's drop_frames is not applied: failed to "
                   "compile regexp a**: ");
    assert_refused("malloc", "(",
                   "the profile's keep_frames is not applied: failed to "
                   "compile regexp (: ");
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
