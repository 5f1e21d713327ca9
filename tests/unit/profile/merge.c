/* Merging: the header's rules, what may be merged at all, and what goes. */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static pp_string text(struct pp_profile *profile, const char *chars)
{
    return pp_profile_add_string(profile, pp_slice_of(chars));
}

static void assert_text(const struct pp_profile *profile, pp_string string,
                        const char *expected)
{
    struct pp_slice slice = pp_profile_text(profile, string);
    assert_int_equal(slice.size, strlen(expected));
    assert_memory_equal(slice.data, expected, slice.size);
}

static struct pp_profile *profile_of(const char *type, const char *unit)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, type, unit);
    return profile;
}

static void add_sample(struct pp_profile *profile, uint64_t address,
                       int64_t value)
{
    uint32_t location = pp_profile_add_location(profile, PP_NONE, address);
    pp_profile_add_sample(profile, &location, 1, &value);
}

static struct pp_profile *merge(struct pp_profile *a, struct pp_profile *b)
{
    const struct pp_profile *sources[] = {a, b};
    struct pp_profile *merged;
    struct pp_error err = {0};
    assert_int_equal(pp_profile_merge(sources, 2, &merged, &err), PP_OK);
    assert_int_equal(pp_profile_check(merged, &err), PP_OK);
    return merged;
}

static void free_all(struct pp_profile *a, struct pp_profile *b,
                     struct pp_profile *merged)
{
    pp_profile_free(a);
    pp_profile_free(b);
    pp_profile_free(merged);
}

static void the_header_is_combined(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of("n", "count");
    struct pp_profile *b = profile_of("n", "count");
    a->time_nanos = 20, b->time_nanos = 10;
    a->duration_nanos = 3, b->duration_nanos = 4;
    a->period = 100, b->period = 200;
    a->drop_frames = text(a, "a"), b->drop_frames = text(b, "b");
    b->keep_frames = text(b, "b");
    b->default_sample_type = text(b, "n");
    b->doc_url = text(b, "doc");
    pp_profile_add_comment(a, pp_slice_of("both"));
    pp_profile_add_comment(a, pp_slice_of("both"));
    pp_profile_add_comment(b, pp_slice_of("new"));
    pp_profile_add_comment(b, pp_slice_of("both"));
    struct pp_profile *merged = merge(a, b);
    assert_int_equal(merged->time_nanos, 10);
    assert_int_equal(merged->duration_nanos, 7);
    assert_int_equal(merged->period, 200);
    assert_text(merged, merged->drop_frames, "a");
    assert_text(merged, merged->keep_frames, ""); /* from the first only */
    assert_text(merged, merged->default_sample_type, "n");
    assert_text(merged, merged->doc_url, "doc");
    assert_int_equal(merged->comments.count, 2);
    assert_text(merged, merged->comments.items[0], "both");
    assert_text(merged, merged->comments.items[1], "new");
    free_all(a, b, merged);
}

/* The reference forgets the time at a later source without one. */
static void an_unknown_time_says_nothing(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of("n", "count");
    struct pp_profile *b = profile_of("n", "count");
    a->time_nanos = 20;
    struct pp_profile *merged = merge(a, b);
    assert_int_equal(merged->time_nanos, 20);
    pp_profile_free(merged);
    merged = merge(b, a);
    assert_int_equal(merged->time_nanos, 20);
    free_all(a, b, merged);
}

static void only_one_kind_can_be_merged(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of("n", "count");
    struct pp_profile *b = profile_of("n", "bytes");
    const struct pp_profile *sources[] = {a, b};
    struct pp_profile *merged = a;
    struct pp_error err = {0};
    assert_int_equal(pp_profile_merge(sources, 2, &merged, &err), PP_E_USAGE);
    assert_string_equal(err.text, "incompatible sample types [n/count] and "
                                  "[n/bytes]");
    assert_null(merged);
    pp_profile_add_sample_type(b, "m", "");
    err = (struct pp_error){0};
    assert_int_equal(pp_profile_merge(sources, 2, &merged, &err), PP_E_USAGE);
    assert_string_equal(err.text, "incompatible sample types [n/count] and "
                                  "[n/bytes m/]");
    b->period_type.type = text(b, "cpu");
    err = (struct pp_error){0};
    assert_int_equal(pp_profile_merge(sources, 2, &merged, &err), PP_E_USAGE);
    assert_string_equal(err.text, "incompatible period types [/] and [cpu/]");
    err = (struct pp_error){0};
    assert_int_equal(pp_profile_merge(NULL, 0, &merged, &err), PP_E_USAGE);
    assert_string_equal(err.text, "no profiles to merge");
    pp_profile_free(a);
    pp_profile_free(b);
}

/* What became zero goes, with all that only it needed. */
static void samples_that_cancel_out_go(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of("n", "count");
    struct pp_profile *b = profile_of("n", "count");
    add_sample(a, 1, 5);
    add_sample(a, 2, 7);
    add_sample(b, 1, -5);
    add_sample(b, 3, 0);
    struct pp_profile *merged = merge(a, b);
    assert_int_equal(merged->samples.count, 1);
    assert_int_equal(merged->values.items[0], 7);
    assert_int_equal(merged->locations.count, 1);
    assert_int_equal(merged->locations.items[0].address, 2);
    assert_int_equal(merged->locations.items[0].id, 1);
    free_all(a, b, merged);
}

/* A merged profile lives on without its sources. */
static void nothing_is_borrowed(void **state)
{
    (void)state;
    struct pp_profile *a = profile_of("type", "unit");
    add_sample(a, 1, 1);
    const struct pp_profile *source = a;
    struct pp_profile *merged;
    assert_int_equal(pp_profile_merge(&source, 1, &merged, NULL), PP_OK);
    pp_profile_free(a);
    assert_text(merged, merged->sample_types.items[0].type, "type");
    assert_text(merged, merged->sample_types.items[0].unit, "unit");
    assert_int_equal(merged->samples.count, 1);
    pp_profile_free(merged);
}

/* Some at a time is the same as all at once, also where units become finer and
 * types go on the way. */
static void some_at_a_time_is_all_at_once(void **state)
{
    (void)state;
    struct pp_error err = {0};
    struct pp_profile *a = profile_of("time", "ms");
    struct pp_profile *b = profile_of("time", "ms");
    struct pp_profile *c = profile_of("time", "us");
    add_sample(a, 1, 5);
    add_sample(b, 2, 7);
    add_sample(b, 1, -5);
    add_sample(c, 3, 1);
    add_sample(c, 1, 4);
    struct pp_profile *first[] = {a, b}, *second[] = {c}, *merged;
    struct pp_merging *merging = pp_merging_new();
    assert_non_null(merging);
    assert_int_equal(pp_merging_add(merging, first, 2, &err), PP_OK);
    pp_profile_free(a);
    pp_profile_free(b);
    assert_int_equal(pp_merging_add(merging, second, 1, &err), PP_OK);
    pp_profile_free(c);
    assert_int_equal(pp_merging_end(merging, &merged, &err), PP_OK);
    assert_string_equal(err.text, "");
    assert_int_equal(pp_profile_check(merged, &err), PP_OK);
    assert_text(merged, merged->sample_types.items[0].unit, "us");
    /* What was 0 after the first two stands where it came again. */
    static const int64_t values[] = {7000, 1, 4};
    static const uint64_t addresses[] = {2, 3, 1};
    assert_int_equal(merged->samples.count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t location = *pp_sample_stack(merged, &merged->samples.items[i]);
        assert_int_equal(merged->values.items[i], values[i]);
        assert_int_equal(merged->locations.items[location].address,
                         addresses[i]);
    }
    pp_profile_free(merged);
}

static void what_does_not_fit_ends_the_merging(void **state)
{
    (void)state;
    struct pp_error err = {0};
    struct pp_profile *a = profile_of("time", "ms");
    struct pp_profile *b = profile_of("space", "bytes");
    struct pp_profile *merged = a;
    struct pp_merging *merging = pp_merging_new();
    assert_int_equal(pp_merging_add(merging, &a, 1, &err), PP_OK);
    assert_int_equal(pp_merging_add(merging, &b, 1, &err), PP_E_USAGE);
    assert_string_equal(err.text,
                        "profiles have empty common sample type list");
    pp_merging_free(merging);
    pp_merging_free(NULL);

    err = (struct pp_error){0};
    assert_int_equal(pp_merging_end(pp_merging_new(), &merged, &err),
                     PP_E_USAGE);
    assert_string_equal(err.text, "no profiles to merge");
    assert_null(merged);
    pp_profile_free(a);
    pp_profile_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_at_a_time_is_all_at_once),
        cmocka_unit_test(what_does_not_fit_ends_the_merging),
        cmocka_unit_test(the_header_is_combined),
        cmocka_unit_test(an_unknown_time_says_nothing),
        cmocka_unit_test(only_one_kind_can_be_merged),
        cmocka_unit_test(samples_that_cancel_out_go),
        cmocka_unit_test(nothing_is_borrowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
