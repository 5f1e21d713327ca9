/* The graph of a report: the nodes worth showing, in order, and their edges.
 *
 * Invariant: which nodes are shown follows the reference's newTrimmedGraph
 * step by step: cutoffs are fractions of the sum of flat values before
 * trimming, light nodes go first, then the order is found, then the count cuts
 * it off. The values of a node are the same in every step. */
#include "graph/edges.h"
#include "graph/order.h"

struct candidates {
    struct pp_candidate *items;
    uint32_t count;
};

static bool is_negative(const struct pp_node *node)
{
    return node->flat < 0 || (node->flat == 0 && node->cum < 0);
}

/* The nodes that have any weight. */
static struct candidates find_candidates(const struct pp_nodes *nodes,
                                         struct pp_arena *arena,
                                         bool drop_negative)
{
    struct candidates candidates = {
        .items = pp_arena_array(arena, nodes->all.count,
                                sizeof(struct pp_candidate)),
    };
    for (uint32_t i = 0; i < nodes->all.count; i++) {
        const struct pp_node *node = &nodes->all.items[i];
        if ((node->cum || node->flat) && !(drop_negative && is_negative(node)))
            candidates.items[candidates.count++].node = node;
    }
    return candidates;
}

static int64_t sum_of_flat(const struct candidates *candidates)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < candidates->count; i++)
        sum += (uint64_t)candidates->items[i].node->flat;
    return (int64_t)sum;
}

static int64_t cutoff_of(int64_t sum, double fraction)
{
    return pp_abs(pp_unit_truncate((double)sum * fraction));
}

/* How many went. */
static uint32_t drop_light_nodes(struct candidates *candidates, int64_t cutoff)
{
    uint32_t before = candidates->count;
    uint32_t kept = 0;
    if (cutoff <= 0)
        return 0;
    for (uint32_t i = 0; i < before; i++)
        if (pp_abs(candidates->items[i].node->cum) >= cutoff)
            candidates->items[kept++] = candidates->items[i];
    candidates->count = kept;
    return before - kept;
}

static void name_candidates(struct candidates *candidates,
                            struct pp_arena *arena)
{
    for (uint32_t i = 0; i < candidates->count; i++) {
        struct pp_candidate *candidate = &candidates->items[i];
        candidate->name = pp_node_name(candidate->node, arena);
    }
}

static void show(struct pp_graph *graph, struct pp_arena *arena,
                 const struct candidates *candidates)
{
    uint32_t count = graph->node_count;
    graph->nodes = pp_arena_array(arena, count, sizeof *graph->nodes);
    graph->names = pp_arena_array(arena, count, sizeof *graph->names);
    for (uint32_t i = 0; i < count; i++) {
        graph->nodes[i] = candidates->items[i].node;
        graph->names[i] = candidates->items[i].name;
    }
}

/* By number of a node: its place in the graph, or PP_NONE. */
static uint32_t *find_places(const struct pp_graph *graph,
                             struct pp_arena *arena,
                             const struct pp_nodes *nodes)
{
    size_t size = nodes->all.count * sizeof(uint32_t);
    uint32_t *places = pp_arena_alloc(arena, size);
    memset(places, 0xff, size);
    for (uint32_t i = 0; i < graph->node_count; i++)
        places[graph->nodes[i] - nodes->all.items] = i;
    return places;
}

/* Where nothing was trimmed the reference has not built its graph anew, and
 * edges still touch the nodes without weight. */
static void add_shadows(struct pp_graph *graph, struct pp_arena *arena,
                        const struct pp_nodes *nodes, uint32_t *places)
{
    uint32_t count = nodes->all.count;
    uint32_t shown = graph->node_count;
    graph->nodes =
        pp_arena_grow(arena, graph->nodes, shown * sizeof *graph->nodes,
                      count * sizeof *graph->nodes);
    graph->names =
        pp_arena_grow(arena, graph->names, shown * sizeof *graph->names,
                      count * sizeof *graph->names);
    for (uint32_t i = 0; i < count; i++) {
        if (places[i] != PP_NONE)
            continue;
        places[i] = shown + graph->shadow_count++;
        graph->nodes[places[i]] = &nodes->all.items[i];
        graph->names[places[i]] = pp_node_name(&nodes->all.items[i], arena);
    }
}

static void connect(struct pp_graph *graph, struct pp_arena *arena,
                    const struct pp_profile *profile,
                    const struct pp_nodes *nodes,
                    const struct pp_graph_options *options, int64_t cutoff)
{
    uint32_t *places = find_places(graph, arena, nodes);
    if (graph->dropped_nodes == 0 &&
        graph->node_count == graph->candidate_count)
        add_shadows(graph, arena, nodes, places);
    pp_graph_connect(graph, arena, profile, nodes, places, options, cutoff);
}

struct pp_graph *pp_graph_new(struct pp_arena *arena,
                              const struct pp_profile *profile,
                              const struct pp_graph_options *options)
{
    struct pp_graph *graph = pp_arena_new(arena, struct pp_graph);
    struct pp_nodes nodes;
    pp_nodes_find(&nodes, arena, profile, &options->nodes);
    pp_nodes_weigh(&nodes, arena, profile, options->value_index, options->mean);

    struct candidates candidates =
        find_candidates(&nodes, arena, options->drop_negative);
    int64_t sum = sum_of_flat(&candidates);
    graph->dropped_nodes =
        drop_light_nodes(&candidates, cutoff_of(sum, options->node_fraction));
    graph->candidate_count = graph->node_count = candidates.count;
    name_candidates(&candidates, arena);
    pp_candidates_sort(candidates.items, candidates.count, options->order);
    if (options->node_count > 0 && options->node_count < graph->node_count)
        graph->node_count = (uint32_t)options->node_count;
    show(graph, arena, &candidates);

    bool wanted = options->edges == PP_EDGES_ALL ||
                  (options->edges == PP_EDGES_INLINED && nodes.has_inlines);
    if (wanted)
        connect(graph, arena, profile, &nodes, options,
                cutoff_of(sum, options->edge_fraction));
    return graph;
}
