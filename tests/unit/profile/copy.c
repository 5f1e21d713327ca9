/* A copy says the same, and what is done to it stays in it. */
#include "../stacks.h"

#include "wire/wire.h"

static struct pp_profile *profile_of(void)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    stacks_add(profile, "main;work", 3);
    struct pp_label label = {
        .key = pp_profile_add_string(profile, pp_slice_literal("bytes")),
        .number = 7};
    assert_int_equal(pp_profile_add_label(profile, label), PP_OK);
    stacks_add(profile, "main;in<out", 4);
    pp_profile_add_mapping(profile, 1, 2, 3, pp_slice_literal("/bin/x"),
                           pp_slice_literal("id"));
    pp_profile_add_comment(profile, pp_slice_literal("said"));
    profile->time_nanos = 5, profile->duration_nanos = 6, profile->period = 7;
    profile->drop_frames =
        pp_profile_add_string(profile, pp_slice_literal("drop"));
    return profile;
}

static struct pp_buffer encoded(const struct pp_profile *profile)
{
    struct pp_buffer bytes = {0};
    assert_int_equal(pp_wire_encode(profile, &bytes, NULL), PP_OK);
    return bytes;
}

static void assert_same(const struct pp_profile *a, const struct pp_profile *b)
{
    struct pp_buffer bytes_a = encoded(a), bytes_b = encoded(b);
    assert_int_equal(bytes_a.size, bytes_b.size);
    assert_memory_equal(bytes_a.data, bytes_b.data, bytes_a.size);
    pp_buffer_release(&bytes_a);
    pp_buffer_release(&bytes_b);
}

static void a_copy_says_the_same(void **state)
{
    (void)state;
    struct pp_profile *profile = profile_of();
    struct pp_profile *copy = pp_profile_copy(profile);
    assert_non_null(copy);
    assert_same(profile, copy);
    pp_profile_free(copy);
    pp_profile_free(profile);
}

static void an_empty_one_can_be_copied(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_profile *copy = pp_profile_copy(profile);
    assert_non_null(copy);
    assert_same(profile, copy);
    assert_non_null(copy->samples.items);
    assert_int_equal(pp_profile_add_sample_type(copy, "n", "count"), 0);
    assert_int_equal(profile->sample_types.count, 0);
    pp_profile_free(copy);
    pp_profile_free(profile);
}

static void what_is_done_to_a_copy_stays_there(void **state)
{
    (void)state;
    struct pp_profile *profile = profile_of(), *untouched = profile_of();
    struct pp_profile *copy = pp_profile_copy(profile);
    assert_non_null(copy);
    static const struct pp_detail nothing;
    pp_profile_aggregate(copy, &nothing);
    pp_profile_scale(copy, (const double[]){0});
    assert_int_equal(copy->samples.count, 0);
    assert_int_not_equal(pp_profile_add_string(copy, pp_slice_literal("new")),
                         PP_NONE);
    stacks_add(copy, "a;b;c", 1);
    assert_same(profile, untouched);
    pp_profile_free(copy);
    pp_profile_free(profile);
    pp_profile_free(untouched);
}

/* Strings are found again, those that the first profile had as well. */
static void a_copy_finds_its_strings(void **state)
{
    (void)state;
    struct pp_profile *profile = profile_of();
    struct pp_profile *copy = pp_profile_copy(profile);
    assert_non_null(copy);
    assert_int_equal(pp_profile_add_string(copy, pp_slice_literal("drop")),
                     profile->drop_frames);
    assert_int_equal(copy->strings.count, profile->strings.count);
    pp_profile_free(copy);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_says_the_same),
        cmocka_unit_test(an_empty_one_can_be_copied),
        cmocka_unit_test(what_is_done_to_a_copy_stays_there),
        cmocka_unit_test(a_copy_finds_its_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
