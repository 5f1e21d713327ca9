/* Edges: weights, inlining, residues. */
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

static const struct pp_edge *find_edge(const struct pp_graph *graph,
                                       const char *source, const char *target)
{
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        if (pp_slice_equal(graph->names[edge->source], pp_slice_of(source)) &&
            pp_slice_equal(graph->names[edge->target], pp_slice_of(target)))
            return edge;
    }
    return NULL;
}

enum { CALL = 0, INLINE = 1, RESIDUAL = 2 };

static void assert_edge(const struct pp_graph *graph, const char *source,
                        const char *target, int64_t weight, int kind)
{
    const struct pp_edge *edge = find_edge(graph, source, target);
    if (!edge)
        fail_msg("no edge from %s to %s", source, target);
    assert_int_equal(edge->weight, weight);
    assert_int_equal(edge->is_inline, (kind & INLINE) != 0);
    assert_int_equal(edge->residual, (kind & RESIDUAL) != 0);
}

static void calls_have_weights(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_ALL};
    (void)state;
    stacks_add(profile, "a;b;c", 5);
    stacks_add(profile, "a;b", 2);
    stacks_add(profile, "x;b", 0);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_int_equal(graph->edges.count, 2);
    assert_edge(graph, "a", "b", 7, CALL);
    assert_edge(graph, "b", "c", 5, CALL);
    pp_profile_free(profile);
}

static void recursion_counts_once(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_ALL};
    (void)state;
    stacks_add(profile, "a;a;b;a;b", 5);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_int_equal(graph->edges.count, 2);
    assert_edge(graph, "a", "b", 5, CALL);
    assert_edge(graph, "b", "a", 5, CALL);
    pp_profile_free(profile);
}

static void inlining_must_hold_each_time(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_ALL};
    (void)state;
    stacks_add(profile, "m;i<o", 5);
    stacks_add(profile, "m;j<o", 1);
    stacks_add(profile, "m;o;j", 1);
    /* The first place from the root decides. */
    stacks_add(profile, "m;k<o;o;k", 1);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_edge(graph, "o", "i", 5, INLINE);
    assert_edge(graph, "o", "j", 2, CALL);
    assert_edge(graph, "o", "k", 1, INLINE);
    assert_edge(graph, "m", "o", 8, CALL);
    pp_profile_free(profile);
}

/* Only what leads to nodes that are inlined somewhere, the same otherwise. */
static void inlined_edges_alone(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_INLINED};
    (void)state;
    stacks_add(profile, "m;i<o", 5);
    stacks_add(profile, "m;i", 2);
    stacks_add(profile, "m;x;y", 2);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_int_equal(graph->edges.count, 2);
    assert_edge(graph, "o", "i", 5, INLINE);
    assert_edge(graph, "m", "i", 2, CALL);
    pp_profile_free(profile);
}

static bool is_letter(void *letter, struct pp_slice name)
{
    return name.size == 1 && name.data[0] == *(const char *)letter;
}

/* Only what leads to some nodes or away from them, the same otherwise: through
 * locations with several frames, too. */
static void edges_of_some_nodes(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    char letter = 'i';
    struct pp_graph_options options = {.edges = PP_EDGES_MATCHING,
                                       .matching = {is_letter, &letter}};
    (void)state;
    stacks_add(profile, "m;n;i;x;y", 5);
    stacks_add(profile, "m;k<j<i<o;y", 2);
    stacks_add(profile, "m;n;y", 1);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_int_equal(graph->edges.count, 4);
    assert_edge(graph, "n", "i", 5, CALL);
    assert_edge(graph, "i", "x", 5, CALL);
    assert_edge(graph, "o", "i", 2, INLINE);
    assert_edge(graph, "i", "j", 2, INLINE);
    pp_profile_free(profile);
}

static void residues_go_over_hidden_nodes(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_ALL,
                                       .node_fraction = .6};
    (void)state;
    stacks_add(profile, "a;light1;b", 5);
    stacks_add(profile, "a;light2<b", 5);
    stacks_add(profile, "b<a;light3", 1);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_int_equal(graph->node_count, 2);
    assert_int_equal(graph->edges.count, 1);
    assert_edge(graph, "a", "b", 11, RESIDUAL);
    pp_profile_free(profile);
}

/* What a location leaves behind when its innermost node is not shown. */
static void residues_start_inside_a_location(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_ALL,
                                       .node_fraction = .5};
    (void)state;
    stacks_add(profile, "light<a;b", 5);
    stacks_add(profile, "c;b", 5);
    stacks_add(profile, "a;c", 5);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_edge(graph, "a", "b", 5, RESIDUAL);
    assert_edge(graph, "c", "b", 5, CALL);
    pp_profile_free(profile);
}

static void light_edges_are_dropped(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_ALL,
                                       .edge_fraction = .2};
    (void)state;
    stacks_add(profile, "a;b", 9);
    stacks_add(profile, "a;c", 1);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_int_equal(graph->edges.count, 1);
    assert_int_equal(graph->dropped_edges, 1);
    assert_edge(graph, "a", "b", 9, CALL);
    pp_profile_free(profile);
}

/* A node whose values cancel out is not shown, but nothing was trimmed. */
static void shadows_keep_their_edges(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_graph_options options = {.edges = PP_EDGES_ALL};
    (void)state;
    stacks_add(profile, "a;zero;b", 5);
    stacks_add(profile, "a;zero;c", -5);
    stacks_add(profile, "a", 1);
    struct pp_graph *graph = graph_of(profile, &options);
    assert_int_equal(graph->node_count, 3);
    assert_int_equal(graph->shadow_count, 1);
    assert_edge(graph, "zero", "b", 5, CALL);
    assert_null(find_edge(graph, "a", "b"));
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(calls_have_weights, release_arena),
        cmocka_unit_test_teardown(recursion_counts_once, release_arena),
        cmocka_unit_test_teardown(inlining_must_hold_each_time, release_arena),
        cmocka_unit_test_teardown(inlined_edges_alone, release_arena),
        cmocka_unit_test_teardown(edges_of_some_nodes, release_arena),
        cmocka_unit_test_teardown(residues_go_over_hidden_nodes, release_arena),
        cmocka_unit_test_teardown(residues_start_inside_a_location,
                                  release_arena),
        cmocka_unit_test_teardown(light_edges_are_dropped, release_arena),
        cmocka_unit_test_teardown(shadows_keep_their_edges, release_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
