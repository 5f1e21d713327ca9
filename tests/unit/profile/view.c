/* Sample indices, totals, units of labels. */
#include "../stacks.h"

static struct pp_profile *two_types(void)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    assert_int_equal(pp_profile_add_sample_type(profile, "space", "bytes"), 1);
    return profile;
}

static int index_of(const struct pp_profile *profile, const char *wanted)
{
    return pp_profile_sample_index(profile, pp_slice_of(wanted), NULL);
}

static void assert_refused(const struct pp_profile *profile, const char *wanted,
                           const char *words)
{
    struct pp_error err = {0};
    assert_int_equal(
        pp_profile_sample_index(profile, pp_slice_of(wanted), &err),
        PP_E_USAGE);
    assert_string_equal(err.text, words);
}

static void finds_sample_types(void **state)
{
    struct pp_profile *profile = two_types();
    (void)state;
    assert_int_equal(index_of(profile, ""), 1);
    assert_int_equal(index_of(profile, "0"), 0);
    assert_int_equal(index_of(profile, "+1"), 1);
    assert_int_equal(index_of(profile, "samples"), 0);
    assert_int_equal(index_of(profile, "inuse_space"), 1);
    profile->default_sample_type = profile->sample_types.items[0].type;
    assert_int_equal(index_of(profile, ""), 0);
    profile->default_sample_type =
        pp_profile_add_string(profile, pp_slice_literal("gone"));
    assert_int_equal(index_of(profile, ""), 1);
    pp_profile_free(profile);
}

static void refuses_what_is_not_there(void **state)
{
    struct pp_profile *profile = two_types();
    (void)state;
    assert_refused(profile, "2", "sample_index 2 is outside the range [0..1]");
    assert_refused(profile, "-1",
                   "sample_index -1 is outside the range [0..1]");
    assert_refused(profile, "a\"b\n",
                   "sample_index \"a\\\"b\\n\" must be one of: "
                   "[samples space]");
    assert_refused(profile, "99999999999999999999",
                   "sample_index \"99999999999999999999\" must be one of: "
                   "[samples space]");
    pp_profile_free(profile);
    profile = pp_profile_new(0);
    assert_refused(profile, "", "profile has no samples");
    pp_profile_free(profile);
}

static void add(struct pp_profile *profile, int64_t count, int64_t value)
{
    int64_t values[] = {count, value};
    assert_int_not_equal(pp_profile_add_sample(profile, NULL, 0, values),
                         PP_NONE);
}

static void totals_add_absolute_values(void **state)
{
    struct pp_profile *profile = two_types();
    (void)state;
    add(profile, 1, 10);
    add(profile, 2, -30);
    assert_int_equal(pp_profile_total(profile, 1, false), 40);
    assert_int_equal(pp_profile_total(profile, 1, true), 13);
    add(profile, 4, 100);
    stacks_label(profile, "pprof::base", "true", 0, "");
    assert_int_equal(pp_profile_total(profile, 1, false), 100);
    assert_int_equal(pp_profile_total(profile, 1, true), 25);
    pp_profile_free(profile);
}

static void means_do_not_trap(void **state)
{
    (void)state;
    assert_int_equal(pp_mean(INT64_MIN, -1), INT64_MIN);
    assert_int_equal(pp_mean(7, -1), -7);
    assert_int_equal(pp_mean(-7, 2), -3);
    assert_int_equal(pp_mean(7, 0), 7);
}

static void assert_label_unit(struct pp_profile *profile, const char *key,
                              const char *unit)
{
    pp_string string = pp_profile_add_string(profile, pp_slice_of(key));
    assert_true(pp_slice_equal(pp_profile_label_unit(profile, string),
                               pp_slice_of(unit)));
}

static void the_first_unit_of_a_key_wins(void **state)
{
    struct pp_profile *profile = two_types();
    (void)state;
    add(profile, 1, 1);
    stacks_label(profile, "size", NULL, 5, "");
    stacks_label(profile, "size", NULL, 5, "kb");
    stacks_label(profile, "size", NULL, 5, "mb");
    assert_label_unit(profile, "size", "kb");
    assert_label_unit(profile, "request", "bytes");
    assert_label_unit(profile, "bytes", "bytes");
    assert_label_unit(profile, "latency", "latency");
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_sample_types),
        cmocka_unit_test(refuses_what_is_not_there),
        cmocka_unit_test(totals_add_absolute_values),
        cmocka_unit_test(means_do_not_trap),
        cmocka_unit_test(the_first_unit_of_a_key_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
