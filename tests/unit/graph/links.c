/* Edges in order: heaviest first, then by the names at their ends. */
#include "../stacks.h"

#include "graph/graph.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_graph *graph_of(struct pp_profile *profile)
{
    static const struct pp_graph_options options = {.edges = PP_EDGES_ALL};
    struct pp_detail detail = {.inlines = true, .functions = true};
    pp_profile_aggregate(profile, &detail);
    return pp_graph_new(&arena, profile, &options);
}

static void append_edge(struct pp_buffer *out, const struct pp_graph *graph,
                        uint32_t index)
{
    const struct pp_edge *edge = &graph->edges.items[index];
    pp_buffer_append_slice(out, graph->names[edge->source]);
    pp_buffer_append_char(out, '>');
    pp_buffer_append_slice(out, graph->names[edge->target]);
    pp_buffer_format(out, "=%lld ", (long long)edge->weight);
}

static void assert_sorted(const struct pp_graph *graph, const char *expected)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 0; i < graph->edges.count; i++)
        append_edge(&text, graph, i);
    assert_string_equal(text.data, expected);
    pp_buffer_release(&text);
}

static void assert_links(const struct pp_graph *graph,
                         const struct pp_links *links, const char *name,
                         const char *expected)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 0; i < graph->node_count + graph->shadow_count; i++)
        if (pp_slice_equal(graph->names[i], pp_slice_of(name)))
            for (uint32_t k = links->starts[i]; k < links->starts[i + 1]; k++)
                append_edge(&text, graph, links->edges[k]);
    assert_string_equal(text.data ? text.data : "", expected);
    pp_buffer_release(&text);
}

static void heaviest_come_first(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;x", 1);
    stacks_add(profile, "b;x", -5000000000);
    stacks_add(profile, "c;x", 3);
    stacks_add(profile, "d;x", 70000);
    struct pp_graph *graph = graph_of(profile);
    pp_graph_sort_edges(graph, &arena, NULL, NULL);
    assert_sorted(graph, "b>x=-5000000000 d>x=70000 c>x=3 a>x=1 ");
    pp_profile_free(profile);
}

static void names_decide_among_equals(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "b;z", 2);
    stacks_add(profile, "b;y", -2);
    stacks_add(profile, "a;z", 2);
    stacks_add(profile, "a;zz", 2);
    stacks_add(profile, "B;a", 2);
    struct pp_graph *graph = graph_of(profile);
    pp_graph_sort_edges(graph, &arena, NULL, NULL);
    assert_sorted(graph, "B>a=2 a>z=2 a>zz=2 b>y=-2 b>z=2 ");
    pp_profile_free(profile);
}

static void each_node_has_its_own(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_links callers, callees;
    (void)state;
    stacks_add(profile, "a;b;c", 5);
    stacks_add(profile, "d;b;e", 7);
    stacks_add(profile, "f", 7);
    struct pp_graph *graph = graph_of(profile);
    pp_graph_sort_edges(graph, &arena, &callers, &callees);
    assert_links(graph, &callers, "b", "d>b=7 a>b=5 ");
    assert_links(graph, &callees, "b", "b>e=7 b>c=5 ");
    assert_links(graph, &callers, "a", "");
    assert_links(graph, &callees, "a", "a>b=5 ");
    assert_links(graph, &callers, "f", "");
    assert_links(graph, &callees, "f", "");
    pp_profile_free(profile);
}

/* Nodes whose values cancel out are not shown, but edges touch them. */
static void shadows_have_links_too(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_links callers, callees;
    (void)state;
    stacks_add(profile, "a;gone;b", 5);
    stacks_add(profile, "c;gone;d", -5);
    struct pp_graph *graph = graph_of(profile);
    assert_int_equal(graph->shadow_count, 1);
    pp_graph_sort_edges(graph, &arena, &callers, &callees);
    assert_links(graph, &callers, "gone", "a>gone=5 c>gone=-5 ");
    assert_links(graph, &callees, "gone", "gone>b=5 gone>d=-5 ");
    pp_profile_free(profile);
}

static void a_graph_may_have_no_edges(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_links callers, callees;
    (void)state;
    struct pp_graph *graph = graph_of(profile);
    pp_graph_sort_edges(graph, &arena, &callers, &callees);
    assert_int_equal(graph->edges.count, 0);
    assert_int_equal(callers.starts[0], 0);
    pp_profile_free(profile);
}

/* The same callees, in the same order, whether edges are moved or not. */
static void callees_can_be_had_alone(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_links all, alone;
    (void)state;
    stacks_add(profile, "a;b;c", 5);
    stacks_add(profile, "a;d", 5);
    stacks_add(profile, "a;c", 300);
    stacks_add(profile, "a;gone;e", 70000);
    stacks_add(profile, "b;gone;f", -70000);
    struct pp_graph *graph = graph_of(profile);
    pp_graph_sort_callees(graph, &arena, &alone);
    assert_links(graph, &alone, "a", "a>gone=70000 a>c=300 a>b=5 a>d=5 ");
    assert_links(graph, &alone, "b", "b>gone=-70000 b>c=5 ");
    assert_links(graph, &alone, "gone", "gone>e=70000 gone>f=-70000 ");
    assert_links(graph, &alone, "f", "");
    pp_graph_sort_edges(graph, &arena, NULL, &all);
    assert_links(graph, &all, "a", "a>gone=70000 a>c=300 a>b=5 a>d=5 ");
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heaviest_come_first),
        cmocka_unit_test(names_decide_among_equals),
        cmocka_unit_test(each_node_has_its_own),
        cmocka_unit_test(shadows_have_links_too),
        cmocka_unit_test(a_graph_may_have_no_edges),
        cmocka_unit_test(callees_can_be_had_alone),
    };
    return cmocka_run_group_tests(tests, NULL, release_arena);
}
