/* focus, ignore, hide, show, show_from, labels. */
#include "../stacks.h"

/* The set of one name, or two; "" for none. */
static pp_string_set set_of(struct pp_profile *profile, const char *a,
                            const char *b)
{
    pp_string first = pp_profile_add_string(profile, pp_slice_of(a));
    pp_string second = pp_profile_add_string(profile, pp_slice_of(b));
    uint8_t *set = pp_arena_alloc(&profile->arena, profile->strings.count);
    set[first] = set[second] = 1;
    set[0] = 0;
    return set;
}

static struct pp_profile *sample_profile(void)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    stacks_add(profile, "main;a;b", 1);
    stacks_add(profile, "main;b;c<d", 2);
    stacks_add(profile, "main;@7", 3);
    stacks_add(profile, "", 4);
    return profile;
}

static struct pp_name_matches filter(struct pp_profile *profile,
                                     const struct pp_name_filter *filter)
{
    struct pp_name_matches matches;
    assert_int_equal(pp_profile_filter_names(profile, filter, &matches), 0);
    return matches;
}

static void focus_keeps_samples(void **state)
{
    struct pp_profile *profile = sample_profile();
    (void)state;
    struct pp_name_filter wanted = {.focus = set_of(profile, "a", "c")};
    assert_true(filter(profile, &wanted).focus);
    stacks_assert(profile, "main;a;b 1\nmain;b;c<d 2\n");
    wanted.focus = set_of(profile, "nobody", "");
    assert_false(filter(profile, &wanted).focus);
    stacks_assert(profile, "");
    pp_profile_free(profile);
}

static void files_match_too(void **state)
{
    struct pp_profile *profile = sample_profile();
    (void)state;
    struct pp_name_filter wanted = {.focus = set_of(profile, "a.c", "")};
    assert_true(filter(profile, &wanted).focus);
    stacks_assert(profile, "main;a;b 1\n");
    pp_profile_free(profile);
}

static void ignore_wins_over_focus(void **state)
{
    struct pp_profile *profile = sample_profile();
    (void)state;
    struct pp_name_filter wanted = {.focus = set_of(profile, "b", ""),
                                    .ignore = set_of(profile, "d", "")};
    struct pp_name_matches matches = filter(profile, &wanted);
    assert_true(matches.ignore && matches.focus);
    stacks_assert(profile, "main;a;b 1\n");
    pp_profile_free(profile);
}

static void hide_takes_lines_out(void **state)
{
    struct pp_profile *profile = sample_profile();
    (void)state;
    struct pp_name_filter wanted = {.hide = set_of(profile, "b", "d")};
    assert_true(filter(profile, &wanted).hide);
    stacks_assert(profile, "main;a 1\nmain;c 2\nmain;@7 3\n");
    pp_profile_free(profile);
}

static void show_keeps_lines(void **state)
{
    struct pp_profile *profile = sample_profile();
    (void)state;
    struct pp_name_filter wanted = {.show = set_of(profile, "b", "c")};
    assert_true(filter(profile, &wanted).show);
    stacks_assert(profile, "b 1\nb;c 2\n");
    pp_profile_free(profile);
}

static void hide_by_mapping_empties_locations(void **state)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    (void)state;
    uint32_t mapping = pp_profile_add_mapping(
        profile, 1, 2, 0, pp_slice_literal("/lib/x"), pp_slice_literal(""));
    stacks_add(profile, "main;a<b", 1);
    profile->locations.items[1].mapping = mapping;
    struct pp_name_filter wanted = {.hide = set_of(profile, "/lib/x", "")};
    assert_true(filter(profile, &wanted).hide);
    stacks_assert(profile, "main 1\n");
    pp_profile_free(profile);
}

static void values_follow_their_samples(void **state)
{
    struct pp_profile *profile = pp_profile_new(0);
    (void)state;
    pp_profile_add_sample_type(profile, "n", "count");
    pp_profile_add_sample_type(profile, "t", "ns");
    stacks_add(profile, "a", 1);
    stacks_add(profile, "b", 2);
    stacks_add(profile, "a", 3);
    const uint8_t keep[] = {0, 1, 1};
    pp_profile_keep_samples(profile, keep);
    stacks_assert(profile, "b 2\na 3\n");
    assert_int_equal(profile->values.count, 4);
    assert_int_equal(pp_sample_values(profile, 1)[1], 3);
    pp_profile_free(profile);
}

static void show_from_cuts_callers(void **state)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    bool matched;
    (void)state;
    stacks_add(profile, "a;b;c;b", 1);
    stacks_add(profile, "a;b<x;c", 2);
    stacks_add(profile, "a;c", 3);
    assert_int_equal(
        pp_profile_show_from(profile, set_of(profile, "b", ""), &matched), 0);
    assert_true(matched);
    stacks_assert(profile, "b;c;b 1\nb;c 2\n");
    assert_int_equal(
        pp_profile_show_from(profile, set_of(profile, "z", ""), &matched), 0);
    assert_false(matched);
    stacks_assert(profile, "");
    pp_profile_free(profile);
}

static void labels_go_by_key(void **state)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    bool shown, hidden;
    (void)state;
    stacks_add(profile, "a", 1);
    stacks_label(profile, "k", "v", 0, "");
    stacks_label(profile, "n", NULL, 5, "");
    stacks_label(profile, "k", "w", 0, "");
    pp_string_set keys = set_of(profile, "k", "");
    pp_profile_filter_labels(profile, keys, NULL, &shown, &hidden);
    assert_true(shown);
    assert_false(hidden);
    assert_int_equal(profile->samples.items[0].label_count, 2);
    pp_profile_filter_labels(profile, NULL, keys, &shown, &hidden);
    assert_true(hidden);
    assert_int_equal(profile->samples.items[0].label_count, 0);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(focus_keeps_samples),
        cmocka_unit_test(files_match_too),
        cmocka_unit_test(ignore_wins_over_focus),
        cmocka_unit_test(hide_takes_lines_out),
        cmocka_unit_test(show_keeps_lines),
        cmocka_unit_test(hide_by_mapping_empties_locations),
        cmocka_unit_test(values_follow_their_samples),
        cmocka_unit_test(show_from_cuts_callers),
        cmocka_unit_test(labels_go_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
