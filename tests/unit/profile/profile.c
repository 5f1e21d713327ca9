/* Building a profile: what is added is there, in order, and survives a lack of
 * memory at any step. */
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

static void a_new_profile_is_empty(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    assert_int_equal(profile->strings.count, 1);
    assert_text(profile, 0, "");
    assert_int_equal(profile->samples.count, 0);
    assert_non_null(profile->samples.items);
    assert_non_null(profile->lines.items);
    pp_profile_free(profile);
    pp_profile_free(NULL);
}

static void strings_are_kept_once_and_copied(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    char text[] = "some";
    pp_string some = pp_profile_add_string(profile, pp_slice_of(text));
    text[0] = 'S';
    assert_text(profile, some, "some");
    assert_int_equal(pp_profile_add_string(profile, pp_slice_of("some")), some);
    assert_int_equal(pp_profile_add_string(profile, pp_slice_of("Some")),
                     some + 1);
    assert_int_equal(pp_profile_add_string(profile, (struct pp_slice){0}), 0);
    assert_int_equal(
        pp_profile_add_string(profile, (struct pp_slice){"so\0me", 5}),
        some + 2);
    pp_profile_free(profile);
}

static void ids_are_given_out_from_one(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_slice none = {0};
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(
            pp_profile_add_mapping(profile, i, i + 1, 0, none, none), i);
        assert_int_equal(pp_profile_add_function(profile, none, none, none, 0),
                         i);
        assert_int_equal(pp_profile_add_location(profile, i, 7), i);
        assert_int_equal(profile->mappings.items[i].id, i + 1);
        assert_int_equal(profile->functions.items[i].id, i + 1);
        assert_int_equal(profile->locations.items[i].id, i + 1);
    }
    pp_profile_free(profile);
}

static void lines_are_replaced(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_line lines[] = {{0, 1, 0}, {0, 2, 0}, {0, 3, 0}};
    uint32_t a = pp_profile_add_location(profile, PP_NONE, 1);
    uint32_t b = pp_profile_add_location(profile, PP_NONE, 2);
    assert_int_equal(pp_profile_set_lines(profile, a, lines, 2), PP_OK);
    assert_int_equal(pp_profile_set_lines(profile, b, lines, 1), PP_OK);
    assert_int_equal(pp_profile_set_lines(profile, a, lines + 2, 1), PP_OK);
    assert_int_equal(profile->locations.items[a].line_count, 1);
    assert_int_equal(profile->lines.count, 3);
    assert_int_equal(pp_profile_set_lines(profile, a, lines, 3), PP_OK);
    const struct pp_location *changed = &profile->locations.items[a];
    assert_int_equal(changed->line_count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(profile->lines.items[changed->line_start + i].line,
                         i + 1);
    const struct pp_location *other = &profile->locations.items[b];
    assert_int_equal(profile->lines.items[other->line_start].line, 1);
    assert_int_equal(pp_profile_set_lines(profile, a, NULL, 0), PP_OK);
    assert_int_equal(profile->locations.items[a].line_count, 0);
    pp_profile_free(profile);
}

static void samples_keep_stack_values_and_labels(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    uint32_t stack[] = {pp_profile_add_location(profile, PP_NONE, 1),
                        pp_profile_add_location(profile, PP_NONE, 2)};
    for (uint32_t i = 0; i < 3; i++) {
        int64_t values[] = {i, -(int64_t)i};
        assert_int_equal(pp_profile_add_sample(profile, stack, i, values), i);
        for (uint32_t j = 0; j < i; j++)
            assert_int_equal(
                pp_profile_add_label(profile, (struct pp_label){.number = j}),
                PP_OK);
    }
    const struct pp_sample *last = &profile->samples.items[2];
    assert_int_equal(last->stack_depth, 2);
    assert_memory_equal(pp_sample_stack(profile, last), stack, sizeof stack);
    assert_int_equal(pp_sample_values(profile, 2)[0], 2);
    assert_int_equal(pp_sample_values(profile, 2)[1], -2);
    assert_int_equal(last->label_count, 2);
    assert_int_equal(profile->labels.items[last->label_start + 1].number, 1);
    assert_int_equal(pp_profile_label_count_max(profile), 2);
    pp_profile_free(profile);
}

static void labels_are_told_text_first_by_key(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    pp_string b = pp_profile_add_string(profile, pp_slice_of("b"));
    pp_string a = pp_profile_add_string(profile, pp_slice_of("a"));
    const struct pp_label labels[] = {
        {.key = b, .number = 1}, {.key = a, .number = 9},
        {.key = b, .string = b}, {.key = a, .string = b},
        {.key = b, .string = a}, {.key = a, .number = 2},
    };
    static const uint32_t expected[] = {3, 2, 4, 1, 5, 0};
    uint32_t order[6];
    pp_profile_add_sample(profile, NULL, 0, NULL);
    for (size_t i = 0; i < 6; i++)
        pp_profile_add_label(profile, labels[i]);
    pp_sample_order_labels(profile, profile->samples.items, order);
    assert_memory_equal(order, expected, sizeof expected);
    pp_profile_free(profile);
}

/* Whether all went well. However far it gets, the profile stays valid. */
static bool build_much(struct pp_profile *profile)
{
    static char text[500];
    bool well = true;
    well &= pp_profile_add_sample_type(profile, "n", "count") != PP_NONE;
    for (uint32_t i = 0; i < 2000 && well; i++) {
        struct pp_slice name = {text, 100 + i % 400};
        memcpy(text, &i, sizeof i);
        struct pp_line line = {
            .function = pp_profile_add_function(profile, name, name, name, i)};
        uint32_t mapping = pp_profile_add_mapping(profile, i, i, 0, name, name);
        uint32_t location = pp_profile_add_location(profile, mapping, i);
        well &= mapping != PP_NONE && location != PP_NONE &&
                line.function != PP_NONE;
        if (!well)
            break;
        uint32_t stack[] = {location, location, 0};
        well &= pp_profile_set_lines(profile, location, &line, 1) == PP_OK;
        well &=
            pp_profile_add_sample(profile, stack, 3, (int64_t[]){1}) != PP_NONE;
        well = well &&
               pp_profile_add_label(profile, (struct pp_label){.number = i}) ==
                   PP_OK &&
               pp_profile_add_comment(profile, name) == PP_OK;
    }
    return well;
}

static void assert_in_range_all(const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        for (uint32_t j = 0; j < sample->stack_depth; j++)
            assert_true(pp_sample_stack(profile, sample)[j] <
                        profile->locations.count);
    }
    for (uint32_t i = 0; i < profile->functions.count; i++)
        assert_true(profile->functions.items[i].name < profile->strings.count);
    assert_int_equal(profile->values.count,
                     profile->samples.count * profile->sample_types.count);
    assert_true(profile->interned.count == profile->strings.count);
}

static void any_ceiling_is_survived(void **state)
{
    (void)state;
    size_t failures = 0;
    bool well = false;
    for (size_t ceiling = 1 << 10; !well; ceiling += 32 << 10) {
        struct pp_profile *profile = pp_profile_new(ceiling);
        well = profile && build_much(profile);
        failures += !well;
        if (profile) {
            assert_true(profile->arena.used <= ceiling);
            assert_in_range_all(profile);
        }
        pp_profile_free(profile);
    }
    assert_in_range(failures, 10, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_profile_is_empty),
        cmocka_unit_test(strings_are_kept_once_and_copied),
        cmocka_unit_test(ids_are_given_out_from_one),
        cmocka_unit_test(lines_are_replaced),
        cmocka_unit_test(samples_keep_stack_values_and_labels),
        cmocka_unit_test(labels_are_told_text_first_by_key),
        cmocka_unit_test(any_ceiling_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
