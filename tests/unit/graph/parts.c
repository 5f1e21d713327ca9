/* The walks over the samples come out the same in any number of parts. */
#include "../stacks.h"

#include "graph/parts.h"

enum { FUNCTIONS = 90, SAMPLES = 4000, DEPTH_MAX = 30 };

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    return (uint32_t)(pp_hash_u64(++random_state) % limit);
}

static void add_locations(struct pp_profile *profile)
{
    char name[20];
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        snprintf(name, sizeof name, "f%u", i);
        stacks_function(profile, name);
    }
    /* One in three has inlined calls; f0 is recursive even within one. */
    for (uint32_t i = 0; i < 2 * FUNCTIONS; i++) {
        struct pp_line lines[3] = {{.function = i % FUNCTIONS},
                                   {.function = i * 7 % FUNCTIONS},
                                   {.function = i * 11 % FUNCTIONS}};
        uint32_t location = pp_profile_add_location(profile, PP_NONE, i + 1);
        assert_int_equal(pp_profile_set_lines(profile, location, lines,
                                              i % 3 ? 1 : 1 + i % 4 % 3),
                         0);
    }
}

/* Values of either sign, some 0, and some so large that sums wrap around. */
static struct pp_profile *generate(uint32_t seed, uint32_t sample_count)
{
    struct pp_profile *profile = stacks_new("n", "count");
    pp_profile_add_sample_type(profile, "t", "ns");
    random_state = seed;
    add_locations(profile);
    for (uint32_t i = 0; i < sample_count; i++) {
        uint32_t stack[DEPTH_MAX], depth = random_below(DEPTH_MAX + 1);
        int64_t values[2] = {random_below(4), (int64_t)random_below(9) - 4};
        if (random_below(20) == 0)
            values[1] *= INT64_MAX / 4;
        for (uint32_t k = 0; k < depth; k++)
            stack[k] = random_below(1 + random_below(2 * FUNCTIONS));
        assert_int_equal(pp_profile_add_sample(profile, stack, depth, values),
                         i);
    }
    return profile;
}

static struct pp_nodes weigh(const struct pp_profile *profile, bool mean,
                             uint32_t part_count)
{
    struct pp_nodes nodes;
    struct pp_node_options options = {0};
    pp_nodes_find(&nodes, &arena, profile, &options);
    pp_nodes_weigh_in_parts(&nodes, &arena, profile, 1, mean, part_count);
    return nodes;
}

/* Every fifth node is not shown. */
static struct pp_graph connect(const struct pp_profile *profile,
                               const struct pp_nodes *nodes,
                               const struct pp_graph_options *options,
                               uint32_t part_count)
{
    struct pp_graph graph = {0};
    uint32_t count = nodes->all.count;
    uint32_t *places = pp_arena_array(&arena, count, sizeof *places);
    for (uint32_t i = 0; i < count; i++)
        places[i] = i % 5 ? graph.node_count++ : PP_NONE;
    pp_graph_connect_in_parts(&graph, &arena, profile, nodes, places, options,
                              part_count);
    return graph;
}

static void assert_same_nodes(const struct pp_nodes *nodes,
                              const struct pp_nodes *expected)
{
    assert_int_equal(nodes->all.count, expected->all.count);
    for (uint32_t i = 0; i < nodes->all.count; i++) {
        const struct pp_node *a = &nodes->all.items[i];
        const struct pp_node *b = &expected->all.items[i];
        assert_int_equal(a->flat, b->flat);
        assert_int_equal(a->cum, b->cum);
        assert_int_equal(a->flat_divisor, b->flat_divisor);
        assert_int_equal(a->cum_divisor, b->cum_divisor);
    }
}

/* In the same order too. */
static void assert_same_edges(const struct pp_graph *graph,
                              const struct pp_graph *expected)
{
    assert_int_equal(graph->edges.count, expected->edges.count);
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *a = &graph->edges.items[i];
        const struct pp_edge *b = &expected->edges.items[i];
        assert_int_equal(a->source, b->source);
        assert_int_equal(a->target, b->target);
        assert_int_equal(a->weight, b->weight);
        assert_int_equal(a->weight_divisor, b->weight_divisor);
        assert_int_equal(a->residual, b->residual);
        assert_int_equal(a->is_inline, b->is_inline);
    }
}

static const uint32_t part_counts[] = {2, 3, 8};

static void compare(const struct pp_profile *profile,
                    const struct pp_graph_options *options)
{
    struct pp_nodes whole = weigh(profile, options->mean, 1);
    struct pp_graph graph = connect(profile, &whole, options, 1);
    for (size_t i = 0; i < sizeof part_counts / sizeof *part_counts; i++) {
        struct pp_nodes nodes = weigh(profile, options->mean, part_counts[i]);
        assert_same_nodes(&nodes, &whole);
        struct pp_graph other =
            connect(profile, &nodes, options, part_counts[i]);
        assert_same_edges(&other, &graph);
    }
    if (profile->samples.count == SAMPLES)
        assert_in_range(graph.edges.count, 300, 20000);
}

static void parts_do_not_show(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 4; seed++) {
        struct pp_profile *profile = generate(seed * SAMPLES, SAMPLES);
        struct pp_graph_options options = {
            .value_index = 1,
            .mean = seed % 2 == 1,
            .edges = seed < 2 ? PP_EDGES_ALL : PP_EDGES_INLINED,
        };
        compare(profile, &options);
        pp_profile_free(profile);
    }
}

static void parts_may_be_empty(void **state)
{
    (void)state;
    for (uint32_t count = 0; count < 4; count++) {
        struct pp_profile *profile = generate(count, count);
        struct pp_graph_options options = {.value_index = 1,
                                           .edges = PP_EDGES_ALL};
        compare(profile, &options);
        pp_profile_free(profile);
    }
}

static void parts_cover_the_samples(void **state)
{
    struct pp_profile profile = {.samples.count = UINT32_MAX - 1};
    (void)state;
    for (uint32_t count = 1; count <= 8; count++) {
        assert_int_equal(pp_walk_part_start(&profile, 0, count), 0);
        assert_int_equal(pp_walk_part_start(&profile, count, count),
                         UINT32_MAX - 1);
    }
    profile.stacks.count = 999999;
    assert_int_equal(pp_walk_part_count(&profile), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(parts_do_not_show, release_arena),
        cmocka_unit_test_teardown(parts_may_be_empty, release_arena),
        cmocka_unit_test(parts_cover_the_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
