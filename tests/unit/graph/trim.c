/* Which nodes are shown. */
#include "../stacks.h"

#include "graph/graph.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_graph *graph_of(struct pp_profile *profile,
                                 const struct pp_graph_options *options)
{
    struct pp_detail detail = {.inlines = true, .functions = true};
    pp_profile_aggregate(profile, &detail);
    return pp_graph_new(&arena, profile, options);
}

/* a 100, b 60, c 30, d 10, each a leaf under main. */
static struct pp_profile *four_leaves(void)
{
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "main;d", 10);
    stacks_add(profile, "main;b", 60);
    stacks_add(profile, "main;a", 100);
    stacks_add(profile, "main;c", 30);
    return profile;
}

static void assert_shown(const struct pp_graph *graph, const char *expected)
{
    struct pp_buffer out = {0};
    for (uint32_t i = 0; i < graph->node_count; i++) {
        pp_buffer_append_text(&out, i ? " " : "");
        pp_buffer_append_slice(&out, graph->names[i]);
    }
    assert_string_equal(out.data ? out.data : "", expected);
    pp_buffer_release(&out);
}

static void all_are_shown_without_limits(void **state)
{
    struct pp_profile *profile = four_leaves();
    struct pp_graph_options options = {0};
    (void)state;
    struct pp_graph *graph = graph_of(profile, &options);
    assert_shown(graph, "a b c d main");
    assert_int_equal(graph->dropped_nodes, 0);
    assert_int_equal(graph->edges.count, 0);
    options.order = PP_ORDER_CUM;
    assert_shown(graph_of(profile, &options), "main a b c d");
    pp_profile_free(profile);
}

static void light_nodes_are_dropped(void **state)
{
    struct pp_profile *profile = four_leaves();
    struct pp_graph_options options = {.node_fraction = .15};
    (void)state;
    struct pp_graph *graph = graph_of(profile, &options);
    assert_shown(graph, "a b c main"); /* at least 30 of 200 */
    assert_int_equal(graph->dropped_nodes, 1);
    options.node_fraction = .151;
    assert_shown(graph_of(profile, &options), "a b c main");
    options.node_fraction = .156;
    assert_shown(graph_of(profile, &options), "a b main");
    pp_profile_free(profile);
}

static void the_count_cuts_off(void **state)
{
    struct pp_profile *profile = four_leaves();
    struct pp_graph_options options = {.node_fraction = .1, .node_count = 2};
    (void)state;
    struct pp_graph *graph = graph_of(profile, &options);
    assert_shown(graph, "a b");
    assert_int_equal(graph->candidate_count, 4);
    assert_int_equal(graph->dropped_nodes, 1);
    options.node_count = -1;
    assert_shown(graph_of(profile, &options), "a b c main");
    pp_profile_free(profile);
}

static void negative_nodes_may_go(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.drop_negative = true};
    (void)state;
    stacks_add(profile, "p;a", 5);
    stacks_add(profile, "p;b", -6);
    stacks_add(profile, "q;c", 5);
    stacks_add(profile, "r;d", 2);
    stacks_add(profile, "r;d", -2);
    assert_shown(graph_of(profile, &options), "a c q");
    options.drop_negative = false;
    assert_shown(graph_of(profile, &options), "b a c p q");
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_are_shown_without_limits, release_arena),
        cmocka_unit_test_teardown(light_nodes_are_dropped, release_arena),
        cmocka_unit_test_teardown(the_count_cuts_off, release_arena),
        cmocka_unit_test_teardown(negative_nodes_may_go, release_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
