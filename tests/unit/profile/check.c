/* Checking: each thing that can be wrong, in the reference's words. */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pp_profile *valid_profile(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_slice none = {0};
    pp_profile_add_sample_type(profile, "n", "count");
    for (uint32_t i = 0; i < 5; i++) {
        pp_profile_add_mapping(profile, 0, 0, 0, none, none);
        pp_profile_add_function(profile, none, none, none, 0);
        pp_profile_add_location(profile, i, i);
        pp_profile_set_lines(profile, i, &(struct pp_line){i, 1, 1}, 1);
    }
    pp_profile_add_sample(profile, (uint32_t[]){0}, 1, (int64_t[]){1});
    return profile;
}

/* Frees the profile. */
static void assert_wrong(struct pp_profile *profile, const char *words)
{
    struct pp_error err = {0};
    int status = pp_profile_check(profile, &err);
    assert_string_equal(err.text, words);
    assert_int_equal(status, PP_E_FORMAT);
    pp_profile_free(profile);
}

static void a_valid_profile_passes(void **state)
{
    (void)state;
    struct pp_profile *profile = valid_profile();
    assert_int_equal(pp_profile_check(profile, NULL), PP_OK);
    profile->locations.items[1].id = 1ull << 60; /* not ascending */
    assert_int_equal(pp_profile_check(profile, NULL), PP_OK);
    pp_profile_free(profile);
    profile = pp_profile_new(0);
    assert_int_equal(pp_profile_check(profile, NULL), PP_OK);
    pp_profile_free(profile);
}

static void samples_need_types(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample(profile, NULL, 0, NULL);
    assert_wrong(profile, "missing sample type information");
}

static void ids_are_not_zero(void **state)
{
    (void)state;
    struct pp_profile *profile = valid_profile();
    profile->mappings.items[4].id = 0;
    assert_wrong(profile, "found mapping with reserved ID=0");
    profile = valid_profile();
    profile->functions.items[0].id = 0;
    assert_wrong(profile, "found function with reserved ID=0");
    profile = valid_profile();
    profile->locations.items[2].id = 0;
    assert_wrong(profile, "found location with reserved id=0");
}

static void ids_are_not_given_twice(void **state)
{
    (void)state;
    struct pp_profile *profile = valid_profile();
    profile->mappings.items[4].id = 1;
    assert_wrong(profile, "multiple mappings with same id: 1");
    profile = valid_profile();
    profile->functions.items[1].id = UINT64_MAX;
    profile->functions.items[3].id = UINT64_MAX;
    assert_wrong(profile,
                 "multiple functions with same id: 18446744073709551615");
    profile = valid_profile();
    profile->locations.items[0].id = 2;
    assert_wrong(profile, "multiple locations with same id: 2");
}

static void lines_have_functions(void **state)
{
    (void)state;
    struct pp_profile *profile = valid_profile();
    profile->lines.items[3].function = PP_NONE;
    assert_wrong(profile, "location id: 4 has a line with nil function");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_profile_passes),
        cmocka_unit_test(samples_need_types),
        cmocka_unit_test(ids_are_not_zero),
        cmocka_unit_test(ids_are_not_given_twice),
        cmocka_unit_test(lines_have_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
