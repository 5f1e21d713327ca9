/* Pictures: which nodes come first, and which edges are left out. */
#include "../stacks.h"

#include "graph/graph.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_graph *picture_of(struct pp_profile *profile,
                                   struct pp_graph_options options)
{
    struct pp_detail detail = {.inlines = true, .functions = true};
    options.order = PP_ORDER_PICTURE;
    options.edges = PP_EDGES_ALL;
    pp_profile_aggregate(profile, &detail);
    return pp_graph_new(&arena, profile, &options);
}

static void assert_names(const struct pp_graph *graph, const char *expected)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 0; i < graph->node_count; i++) {
        pp_buffer_append_slice(&text, graph->names[i]);
        pp_buffer_append_char(&text, ' ');
    }
    assert_string_equal(text.data, expected);
    pp_buffer_release(&text);
}

static void assert_edges(const struct pp_graph *graph, const char *expected)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        pp_buffer_append_slice(&text, graph->names[edge->source]);
        pp_buffer_append_text(&text, edge->residual ? "..." : ">");
        pp_buffer_append_slice(&text, graph->names[edge->target]);
        pp_buffer_format(&text, "=%lld ", (long long)edge->weight);
    }
    assert_string_equal(text.data ? text.data : "", expected);
    pp_buffer_release(&text);
}

/* root: (1 + H(.8, .2)) * 10 = 17; forked: (0 + 1) * 8 = 8; x and y: 1 * 4 +
 * 4 = 8; z: 1 * 2 + 2 = 4; through: nothing. */
static struct pp_profile *forked(void)
{
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "root;through;forked;x", 4);
    stacks_add(profile, "root;through;forked;y", 4);
    stacks_add(profile, "root;z", 2);
    return profile;
}

static void what_falls_through_comes_last(void **state)
{
    struct pp_profile *profile = forked();
    (void)state;
    struct pp_graph *graph = picture_of(profile, (struct pp_graph_options){0});
    assert_names(graph, "root forked x y z through ");
    pp_profile_free(profile);
}

/* Through is not worth a place among five. */
static void the_first_are_chosen(void **state)
{
    struct pp_profile *profile = forked();
    (void)state;
    struct pp_graph *graph =
        picture_of(profile, (struct pp_graph_options){.node_count = 5});
    assert_names(graph, "root forked x y z ");
    assert_edges(graph, "root...forked=8 forked>x=4 forked>y=4 root>z=2 ");
    assert_int_equal(graph->candidate_count, 6);
    pp_profile_free(profile);
}

static void other_ways_make_residues_redundant(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a;b;c", 50);
    stacks_add(profile, "a;light;c", 3);
    stacks_add(profile, "b;light;a", 4);
    struct pp_graph *graph =
        picture_of(profile, (struct pp_graph_options){.node_fraction = .2});
    assert_int_equal(graph->dropped_nodes, 1);
    /* From a there is another way to c, from b none to a. */
    assert_edges(graph, "a>b=50 b>c=50 b...a=4 ");
    pp_profile_free(profile);
}

/* They went before, except where the graph is made anew. */
static void edges_are_counted_when_they_go_last(void **state)
{
    struct pp_profile *profile = forked();
    struct pp_graph_options options = {.edge_fraction = .3};
    (void)state;
    assert_int_equal(picture_of(profile, options)->dropped_edges, 1);
    options.node_count = 10;
    assert_int_equal(picture_of(profile, options)->dropped_edges, 0);
    options.node_count = 5;
    assert_int_equal(picture_of(profile, options)->dropped_edges, 1);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_falls_through_comes_last),
        cmocka_unit_test(the_first_are_chosen),
        cmocka_unit_test(other_ways_make_residues_redundant),
        cmocka_unit_test(edges_are_counted_when_they_go_last),
    };
    return cmocka_run_group_tests(tests, NULL, release_arena);
}
