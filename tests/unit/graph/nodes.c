/* Which frames are one node. */
#include "../stacks.h"

#include "graph/graph.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_nodes find(const struct pp_profile *profile, bool object_names)
{
    struct pp_nodes nodes;
    struct pp_node_options options = {.object_names = object_names};
    pp_nodes_find(&nodes, &arena, profile, &options);
    return nodes;
}

static void equal_frames_are_one_node(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "main;a<b;b;@5", 1);
    struct pp_nodes nodes = find(profile, false);
    assert_int_equal(nodes.all.count, 4);
    assert_true(nodes.has_inlines);
    /* Location 1 is a<b, innermost first; location 2 is b. */
    assert_int_equal(nodes.starts[2] - nodes.starts[1], 2);
    assert_int_equal(nodes.frames[nodes.starts[1] + 1],
                     nodes.frames[nodes.starts[2]]);
    const struct pp_node *unknown =
        &nodes.all.items[nodes.frames[nodes.starts[3]]];
    assert_int_equal(unknown->address, 5);
    assert_int_equal(unknown->name.size, 0);
    pp_profile_free(profile);
}

static void every_part_tells_apart(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;b", 1);
    profile->functions.items[1].name = profile->functions.items[0].name;
    assert_int_equal(find(profile, false).all.count, 2); /* by file */
    profile->functions.items[1].filename =
        pp_profile_add_string(profile, pp_slice_literal("./x/../a.c"));
    assert_int_equal(find(profile, false).all.count, 1); /* cleaned */
    profile->lines.items[1].line = 2;
    assert_int_equal(find(profile, false).all.count, 2);
    profile->lines.items[1].line = 1;
    profile->lines.items[1].column = 2;
    assert_int_equal(find(profile, false).all.count, 2);
    profile->lines.items[1].column = 0;
    profile->locations.items[1].address = 9;
    assert_int_equal(find(profile, false).all.count, 2);
    pp_profile_free(profile);
}

static void objects_count_where_names_lack(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;b", 1);
    profile->functions.items[1] = profile->functions.items[0];
    profile->functions.items[1].start_line = 7;
    profile->locations.items[1].mapping = pp_profile_add_mapping(
        profile, 1, 2, 0, pp_slice_literal("/lib/x"), pp_slice_literal(""));
    assert_int_equal(find(profile, false).all.count, 1);
    assert_int_equal(find(profile, true).all.count, 2);
    profile->functions.items[0].name = profile->functions.items[1].name = 0;
    assert_int_equal(find(profile, false).all.count, 2);
    pp_profile_free(profile);
}

static void texts_are_compared_not_numbers(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;b", 1);
    /* The same name twice in the table, as files may have it. */
    profile->strings.items[profile->functions.items[1].name] =
        pp_slice_literal("a");
    profile->functions.items[1].filename = profile->functions.items[0].filename;
    assert_int_equal(find(profile, false).all.count, 1);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(equal_frames_are_one_node, release_arena),
        cmocka_unit_test_teardown(every_part_tells_apart, release_arena),
        cmocka_unit_test_teardown(objects_count_where_names_lack,
                                  release_arena),
        cmocka_unit_test_teardown(texts_are_compared_not_numbers,
                                  release_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
