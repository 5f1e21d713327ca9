/* A node for each path; what is taken out; equal nodes. */
#include "../stacks.h"

#include "graph/graph.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_graph *tree_of(struct pp_profile *profile,
                                struct pp_graph_options options)
{
    struct pp_detail detail = {.inlines = true, .functions = true};
    options.call_tree = true;
    options.edges = PP_EDGES_ALL;
    pp_profile_aggregate(profile, &detail);
    struct pp_graph *graph = pp_graph_new(&arena, profile, &options);
    pp_graph_sort_edges(graph, &arena, NULL, NULL);
    return graph;
}

static void assert_nodes(const struct pp_graph *graph, const char *expected)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 0; i < graph->node_count; i++) {
        pp_buffer_append_slice(&text, graph->names[i]);
        pp_buffer_format(&text, "=%lld/%lld ", (long long)graph->nodes[i]->flat,
                         (long long)graph->nodes[i]->cum);
    }
    assert_string_equal(text.data, expected);
    pp_buffer_release(&text);
}

/* "0>1=5", "..." where it is residual, "!" where it is inline. */
static void assert_edges(const struct pp_graph *graph, const char *expected)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        pp_buffer_format(&text, "%u%s%u=%lld%s ", edge->source,
                         edge->residual ? "..." : ">", edge->target,
                         (long long)edge->weight, edge->is_inline ? "!" : "");
    }
    assert_string_equal(text.data ? text.data : "", expected);
    pp_buffer_release(&text);
}

static void paths_are_told_apart(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;b;c", 5);
    stacks_add(profile, "a;c", 3);
    stacks_add(profile, "a;c;c", 1);
    struct pp_graph *graph =
        tree_of(profile, (struct pp_graph_options){.order = PP_ORDER_CUM});
    assert_nodes(graph, "a=0/9 b=0/5 c=5/5 c=3/4 c=1/1 ");
    assert_edges(graph, "0>1=5 1>2=5 0>3=4 3>4=1 ");
    pp_profile_free(profile);
}

static void light_paths_are_spliced(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;up", 20);
    stacks_add(profile, "a;up;down", -19); /* so up weighs 1 */
    struct pp_graph *graph =
        tree_of(profile, (struct pp_graph_options){.order = PP_ORDER_CUM});
    assert_nodes(graph, "down=-19/-19 a=0/1 up=20/1 ");
    graph = tree_of(profile, (struct pp_graph_options){.order = PP_ORDER_CUM,
                                                       .node_fraction = 3});
    assert_nodes(graph, "down=-19/-19 ");
    assert_edges(graph, "");
    assert_int_equal(graph->dropped_nodes, 2);
    pp_profile_free(profile);
}

static void what_is_cut_off_is_spliced(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;mid;leaf", 7);
    stacks_add(profile, "a;i<j;k", 3);
    struct pp_graph *graph =
        tree_of(profile, (struct pp_graph_options){.order = PP_ORDER_FLAT,
                                                   .node_count = 3});
    /* Of equal weight by name: a is there, mid, j and i are not. */
    assert_nodes(graph, "leaf=7/7 k=3/3 a=0/10 ");
    assert_edges(graph, "2...0=7 2...1=3 ");
    pp_profile_free(profile);
}

static void inlining_outlasts_splicing(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "x<y<z", 7);
    struct pp_graph *graph =
        tree_of(profile, (struct pp_graph_options){.order = PP_ORDER_PICTURE,
                                                   .node_count = 3});
    assert_int_equal(graph->edges.count, 2);
    for (uint32_t i = 0; i < graph->edges.count; i++)
        assert_true(graph->edges.items[i].is_inline);
    pp_profile_free(profile);
}

static void shadows_keep_their_edges(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;gone;b", 5);
    stacks_add(profile, "a;gone;c", -5);
    stacks_add(profile, "a", 1);
    struct pp_graph *graph =
        tree_of(profile, (struct pp_graph_options){.order = PP_ORDER_CUM});
    assert_nodes(graph, "b=5/5 c=-5/-5 a=1/1 ");
    assert_int_equal(graph->shadow_count, 1);
    assert_edges(graph, "3>0=5 3>1=-5 2>3=0 ");
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_told_apart),
        cmocka_unit_test(light_paths_are_spliced),
        cmocka_unit_test(what_is_cut_off_is_spliced),
        cmocka_unit_test(inlining_outlasts_splicing),
        cmocka_unit_test(shadows_keep_their_edges),
    };
    return cmocka_run_group_tests(tests, NULL, release_arena);
}
