/* flat and cum. */
#include "../stacks.h"

#include "graph/graph.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_nodes weigh(const struct pp_profile *profile,
                             uint32_t value_index, bool mean)
{
    struct pp_nodes nodes;
    struct pp_node_options options = {0};
    pp_nodes_find(&nodes, &arena, profile, &options);
    pp_nodes_weigh(&nodes, &arena, profile, value_index, mean);
    return nodes;
}

static const struct pp_node *node_named(const struct pp_nodes *nodes,
                                        const char *name)
{
    for (uint32_t i = 0; i < nodes->all.count; i++)
        if (pp_slice_equal(nodes->all.items[i].name, pp_slice_of(name)))
            return &nodes->all.items[i];
    fail_msg("no node %s", name);
    return NULL;
}

static void assert_weights(const struct pp_nodes *nodes, const char *name,
                           int64_t flat, int64_t cum)
{
    const struct pp_node *node = node_named(nodes, name);
    assert_int_equal(node->flat, flat);
    assert_int_equal(node->cum, cum);
}

static void recursion_counts_once(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;b;a;b", 5);
    stacks_add(profile, "a;a<b", 2);
    stacks_add(profile, "b", 0);
    stacks_add(profile, "", 9);
    struct pp_nodes nodes = weigh(profile, 0, false);
    assert_weights(&nodes, "a", 2, 7);
    assert_weights(&nodes, "b", 5, 7);
    pp_profile_free(profile);
}

static void negative_values_cancel_out(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;b", 5);
    stacks_add(profile, "a;c", -5);
    struct pp_nodes nodes = weigh(profile, 0, false);
    assert_weights(&nodes, "a", 0, 0);
    assert_weights(&nodes, "b", 5, 5);
    assert_weights(&nodes, "c", -5, -5);
    pp_profile_free(profile);
}

static void sums_wrap_around(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a", INT64_MAX);
    stacks_add(profile, "a", 2);
    struct pp_nodes nodes = weigh(profile, 0, false);
    assert_weights(&nodes, "a", INT64_MIN + 1, INT64_MIN + 1);
    pp_profile_free(profile);
}

static void means_divide_by_the_first_value(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    pp_profile_add_sample_type(profile, "t", "ns");
    stacks_add(profile, "a;b", 4);
    profile->values.items[1] = 40;
    stacks_add(profile, "a", 1);
    profile->values.items[3] = 5;
    struct pp_nodes nodes = weigh(profile, 1, true);
    const struct pp_node *a = node_named(&nodes, "a");
    assert_int_equal(a->cum_divisor, 5);
    assert_int_equal(a->flat_divisor, 1);
    assert_int_equal(pp_node_cum(a), 9);
    assert_int_equal(pp_node_flat(a), 5);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(recursion_counts_once, release_arena),
        cmocka_unit_test_teardown(negative_values_cancel_out, release_arena),
        cmocka_unit_test_teardown(sums_wrap_around, release_arena),
        cmocka_unit_test_teardown(means_divide_by_the_first_value,
                                  release_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
