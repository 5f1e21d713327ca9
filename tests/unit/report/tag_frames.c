/* tagroot and tagleaf. */
#include "print.h"

#include "report/filter.h"

static void on_exhausted(void)
{
    abort();
}

static void add_frames(struct pp_profile *profile, const char *roots,
                       const char *leaves)
{
    struct pp_arena arena;
    struct pp_options options = pp_options_default;
    struct pp_report_output output = {0};
    pp_arena_init_fatal(&arena, on_exhausted);
    options.tagroot = roots;
    options.tagleaf = leaves;
    struct pp_report_job job = {
        .profile = profile,
        .options = &options,
        .output = &output,
        .arena = &arena,
        .out_unit = pp_slice_literal("minimum"),
    };
    assert_int_equal(pp_report_add_tag_frames(&job, NULL), 0);
    pp_arena_release(&arena);
}

static void labels_become_frames(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "main;a", 1);
    stacks_label(profile, "t", "one", 0, "");
    stacks_label(profile, "t", "two", 0, "");
    stacks_label(profile, "n", NULL, 2048, "bytes");
    stacks_label(profile, "plain", NULL, 7, "");
    stacks_add(profile, "main", 2);
    stacks_label(profile, "t", "one", 0, "");
    profile->functions.items[0].id = 50;
    add_frames(profile, "t,n", ",plain,t,");
    stacks_assert(profile, "one,two;2kB;main;a;7;one,two 1\n"
                           "one;;main;;one 2\n");
    /* New ids follow the largest there was. */
    assert_int_equal(profile->functions.items[2].id, 51);
    assert_int_equal(profile->locations.items[2].id, 3);
    pp_profile_free(profile);
}

static void without_keys_nothing_happens(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "main;a", 1);
    add_frames(profile, "", ",,");
    stacks_assert(profile, "main;a 1\n");
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_become_frames),
        cmocka_unit_test(without_keys_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
