/* Values times ratios, and what is left of the samples. */
#include "../stacks.h"

static struct pp_profile *profile_of(const int64_t (*values)[2], uint32_t count)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "n", "count");
    pp_profile_add_sample_type(profile, "space", "bytes");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t location = pp_profile_add_location(profile, PP_NONE, i + 1);
        pp_profile_add_sample(profile, &location, 1, values[i]);
    }
    return profile;
}

static void assert_values(const struct pp_profile *profile,
                          const int64_t (*values)[2], uint32_t count)
{
    assert_int_equal(profile->samples.count, count);
    assert_int_equal(profile->values.count, 2 * count);
    assert_memory_equal(profile->values.items, values, count * sizeof *values);
}

static void values_are_rounded_away_from_zero(void **state)
{
    (void)state;
    struct pp_profile *profile =
        profile_of((const int64_t[][2]){{1, 3}, {-1, -3}, {5, INT64_MAX}}, 3);
    pp_profile_scale(profile, (const double[]){0.5, -1.5});
    /* What is too large is INT64_MIN, as Go's conversion has it on amd64. */
    assert_values(profile,
                  (const int64_t[][2]){{1, -5}, {-1, 5}, {3, INT64_MIN}}, 3);
    pp_profile_free(profile);
}

/* Only samples of zeros go, and take their values along; the reference drops
 * {0, 7} too, whose ratio is 1. */
static void samples_of_zeros_go(void **state)
{
    (void)state;
    struct pp_profile *profile =
        profile_of((const int64_t[][2]){{1, 0}, {0, 7}, {8, 0}, {0, 0}}, 4);
    pp_profile_scale(profile, (const double[]){0.25, 1});
    assert_values(profile, (const int64_t[][2]){{0, 7}, {2, 0}}, 2);
    assert_int_equal(*pp_sample_stack(profile, &profile->samples.items[0]), 1);
    assert_int_equal(*pp_sample_stack(profile, &profile->samples.items[1]), 2);
    pp_profile_free(profile);
}

static void ratios_of_one_change_nothing(void **state)
{
    (void)state;
    static const int64_t values[][2] = {{0, 0}, {INT64_MAX, INT64_MIN}};
    struct pp_profile *profile = profile_of(values, 2);
    pp_profile_scale(profile, (const double[]){1, 1});
    assert_values(profile, values, 2);
    pp_profile_free(profile);
}

/* {2, 1} + {6, 1} become as much as {4, 5}; {.., 1 - 1} have no ratio. */
static void sums_become_those_of_the_base(void **state)
{
    (void)state;
    struct pp_error err = {0};
    struct pp_profile *profile =
        profile_of((const int64_t[][2]){{2, 1}, {6, -1}}, 2);
    struct pp_profile *base = profile_of((const int64_t[][2]){{4, 5}}, 1);
    assert_int_equal(pp_profile_normalize(profile, base, &err), PP_OK);
    assert_values(profile, (const int64_t[][2]){{1, 0}, {3, 0}}, 2);
    assert_values(base, (const int64_t[][2]){{4, 5}}, 1);
    pp_profile_free(profile);
    pp_profile_free(base);
}

static void only_one_kind_can_be_normalized(void **state)
{
    (void)state;
    struct pp_error err = {0};
    struct pp_profile *profile = profile_of((const int64_t[][2]){{2, 1}}, 1);
    struct pp_profile *base = stacks_new("n", "count");
    assert_int_equal(pp_profile_normalize(profile, base, &err), PP_E_USAGE);
    assert_string_equal(err.text, "incompatible sample types [n/count "
                                  "space/bytes] and [n/count]");
    assert_values(profile, (const int64_t[][2]){{2, 1}}, 1);
    pp_profile_free(profile);
    pp_profile_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_rounded_away_from_zero),
        cmocka_unit_test(samples_of_zeros_go),
        cmocka_unit_test(ratios_of_one_change_nothing),
        cmocka_unit_test(sums_become_those_of_the_base),
        cmocka_unit_test(only_one_kind_can_be_normalized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
