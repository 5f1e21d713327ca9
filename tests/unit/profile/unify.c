/* Making profiles fit to be merged: common types, finest units. */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_text(const struct pp_profile *profile, pp_string string,
                        const char *expected)
{
    struct pp_slice text = pp_profile_text(profile, string);
    assert_int_equal(text.size, strlen(expected));
    assert_memory_equal(text.data, expected, text.size);
}

/* One sample of the values 10, 20, 30, ... of those types; ends with NULL. */
static struct pp_profile *profile_of(const char *const *types,
                                     const char *const *units)
{
    struct pp_profile *profile = pp_profile_new(0);
    int64_t values[8];
    for (uint32_t i = 0; types[i]; i++) {
        pp_profile_add_sample_type(profile, types[i], units[i]);
        values[i] = 10 * (i + 1);
    }
    pp_profile_add_sample(profile, NULL, 0, values);
    return profile;
}

#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int unify(struct pp_profile *a, struct pp_profile *b,
                 struct pp_error *err)
{
    struct pp_profile *both[] = {a, b};
    return pp_profile_unify(both, 2, err);
}

static void common_types_stay_in_the_order_of_the_first(void **state)
{
    (void)state;
    struct pp_profile *a =
        profile_of(TEXTS("x", "only", "y"), TEXTS("u", "u", "u"));
    struct pp_profile *b =
        profile_of(TEXTS("y", "x", "other"), TEXTS("u", "u", "u"));
    a->default_sample_type = pp_profile_add_string(a, pp_slice_of("only"));
    b->default_sample_type = pp_profile_add_string(b, pp_slice_of("y"));
    assert_int_equal(unify(a, b, NULL), PP_OK);
    struct pp_profile *both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(both[i]->sample_types.count, 2);
        assert_int_equal(both[i]->values.count, 2);
        assert_text(both[i], both[i]->sample_types.items[0].type, "x");
        assert_text(both[i], both[i]->sample_types.items[1].type, "y");
    }
    assert_int_equal(pp_sample_values(a, 0)[0], 10);
    assert_int_equal(pp_sample_values(a, 0)[1], 30);
    assert_int_equal(pp_sample_values(b, 0)[0], 20);
    assert_int_equal(pp_sample_values(b, 0)[1], 10);
    assert_text(a, a->default_sample_type, "x"); /* its own is gone */
    assert_text(b, b->default_sample_type, "y");
    pp_profile_free(a);
    pp_profile_free(b);
}

static void nothing_in_common_is_refused(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of(TEXTS("x"), TEXTS("u"));
    struct pp_profile *b = profile_of(TEXTS("y"), TEXTS("u"));
    struct pp_error err = {0};
    assert_int_equal(unify(a, b, &err), PP_E_USAGE);
    assert_string_equal(err.text,
                        "profiles have empty common sample type list");
    pp_profile_free(a);
    pp_profile_free(b);
}

/* The reference counts it for two profiles. */
static void a_type_that_is_there_twice_counts_once(void **state)
{
    (void)state;
    struct pp_profile *a =
        profile_of(TEXTS("x", "x", "y"), TEXTS("u", "u", "u"));
    struct pp_profile *b = profile_of(TEXTS("y"), TEXTS("u"));
    assert_int_equal(unify(a, b, NULL), PP_OK);
    assert_int_equal(a->sample_types.count, 1);
    assert_int_equal(pp_sample_values(a, 0)[0], 30);
    pp_profile_free(a);
    pp_profile_free(b);
}

static void values_are_told_in_the_finest_unit(void **state)
{
    (void)state;
    struct pp_profile *a =
        profile_of(TEXTS("n", "t"), TEXTS("count", "milliseconds"));
    struct pp_profile *b =
        profile_of(TEXTS("n", "t"), TEXTS("count", "microseconds"));
    a->period_type = a->sample_types.items[1];
    b->period_type = b->sample_types.items[1];
    a->period = b->period = 3;
    assert_int_equal(unify(a, b, NULL), PP_OK);
    assert_int_equal(pp_sample_values(a, 0)[0], 10);
    assert_int_equal(pp_sample_values(a, 0)[1], 20000);
    assert_int_equal(pp_sample_values(b, 0)[1], 20);
    assert_int_equal(a->period, 3000);
    assert_int_equal(b->period, 3);
    assert_text(a, a->sample_types.items[1].unit, "microseconds");
    assert_text(a, a->period_type.unit, "microseconds");
    pp_profile_free(a);
    pp_profile_free(b);
}

/* A sample that counts 0 in the scaled column stays, unlike in the reference,
 * while it counts in another. */
static void scaling_drops_nothing(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of(TEXTS("n", "t"), TEXTS("count", "s"));
    struct pp_profile *b = profile_of(TEXTS("n", "t"), TEXTS("count", "ms"));
    a->values.items[1] = 0;
    assert_int_equal(unify(a, b, NULL), PP_OK);
    assert_int_equal(a->samples.count, 1);
    assert_int_equal(pp_sample_values(a, 0)[0], 10);
    pp_profile_free(a);
    pp_profile_free(b);
}

static void assert_units_clash(const char *unit, const char *other,
                               const char *words)
{
    struct pp_profile *a = profile_of(TEXTS("t"), TEXTS(unit));
    struct pp_profile *b = profile_of(TEXTS("t"), TEXTS(other));
    struct pp_error err = {0};
    assert_int_equal(unify(a, b, &err), PP_E_USAGE);
    assert_string_equal(err.text, words);
    pp_profile_free(a);
    pp_profile_free(b);
}

static void units_of_two_kinds_are_refused(void **state)
{
    (void)state;
    assert_units_clash("ms", "kB",
                       "sample types: incompatible types: {t ms} {t kB}");
    assert_units_clash("ms", "apples",
                       "sample types: incompatible types: {t ms} {t apples}");
    assert_units_clash("apples", "ms",
                       "sample types: incompatible types: {t apples} {t ms}");
    assert_units_clash("apples", "pears",
                       "sample types: incompatible types: {t apples} "
                       "{t pears}");
    assert_units_clash("count", "unit",
                       "sample types: incompatible types: {t count} {t unit}");
}

static void period_types_of_two_kinds_are_refused(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of(TEXTS("t"), TEXTS("ms"));
    struct pp_profile *b = profile_of(TEXTS("t"), TEXTS("ms"));
    struct pp_error err = {0};
    a->period_type = a->sample_types.items[0];
    assert_int_equal(unify(a, b, &err), PP_E_USAGE);
    assert_string_equal(err.text,
                        "period type: incompatible types: {t ms} { }");
    pp_profile_free(a);
    pp_profile_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_types_stay_in_the_order_of_the_first),
        cmocka_unit_test(nothing_in_common_is_refused),
        cmocka_unit_test(a_type_that_is_there_twice_counts_once),
        cmocka_unit_test(values_are_told_in_the_finest_unit),
        cmocka_unit_test(scaling_drops_nothing),
        cmocka_unit_test(units_of_two_kinds_are_refused),
        cmocka_unit_test(period_types_of_two_kinds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
