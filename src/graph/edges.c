/* Edges: who called whom, among the nodes that are shown. The second walk over
 * the samples, taken only for reports that show edges or inlining.
 *
 * Invariant: an edge's stamp is the number of the last sample that counted for
 * it, so an edge that recurs on a stack counts once, as it is at its first
 * place from the root. An edge to itself is none. */
#include "graph/edges.h"

#include "graph/order.h"

struct connector {
    struct pp_graph *graph;
    struct pp_arena *arena;
    const struct pp_nodes *nodes;
    const uint32_t *places;
    const uint8_t *wanted; /* by shown node: edges to it; NULL: to all */
    struct pp_table table; /* from source and target to edges */
    struct {
        uint32_t *items;
        uint32_t count, capacity;
    } stamps; /* of each edge */
};

/* Where the walk down a stack stands. */
struct step {
    uint32_t parent; /* the last shown node, or PP_NONE */
    bool residual;   /* nodes that are not shown came after it */
    uint32_t stamp;
    uint64_t value, divisor;
};

static uint32_t find_or_add_edge(struct connector *connector, uint32_t source,
                                 uint32_t target)
{
    struct pp_graph *graph = connector->graph;
    uint64_t hash = pp_hash_u64((uint64_t)source << 32 | target);
    uint32_t at, index;
    pp_table_each (&connector->table, hash, at, index) {
        const struct pp_edge *edge = &graph->edges.items[index];
        if (edge->source == source && edge->target == target)
            return index;
    }
    index = graph->edges.count;
    *pp_vector_add(connector->arena, &graph->edges) = (struct pp_edge){
        .source = source,
        .target = target,
        .is_inline = true,
    };
    *pp_vector_add(connector->arena, &connector->stamps) = 0;
    pp_table_insert(&connector->table, connector->arena, hash, index);
    return index;
}

static void add_call(struct connector *connector, const struct step *step,
                     uint32_t target, bool is_inline)
{
    uint32_t index = find_or_add_edge(connector, step->parent, target);
    if (connector->stamps.items[index] == step->stamp)
        return;
    connector->stamps.items[index] = step->stamp;
    struct pp_edge *edge = &connector->graph->edges.items[index];
    edge->weight = (int64_t)((uint64_t)edge->weight + step->value);
    edge->weight_divisor =
        (int64_t)((uint64_t)edge->weight_divisor + step->divisor);
    edge->residual |= step->residual;
    edge->is_inline &= is_inline;
}

/* The frames of one location, from the outermost in. */
static void walk_location(struct connector *connector, uint32_t location,
                          struct step *step)
{
    uint32_t first = connector->nodes->starts[location];
    uint32_t last = connector->nodes->starts[location + 1] - 1;
    for (uint32_t k = last + 1; k-- > first;) {
        uint32_t target = connector->places[connector->nodes->frames[k]];
        if (target == PP_NONE) {
            step->residual = true;
            continue;
        }
        if (step->parent != PP_NONE && step->parent != target &&
            (!connector->wanted || connector->wanted[target]))
            add_call(connector, step, target, k != last);
        step->parent = target;
        step->residual = false;
    }
}

/* Which shown nodes stand somewhere in a location as inlined callees: only to
 * them can an inlined edge lead. */
static const uint8_t *find_inlined(const struct connector *connector,
                                   uint32_t location_count)
{
    const struct pp_nodes *nodes = connector->nodes;
    uint8_t *inlined =
        pp_arena_alloc(connector->arena, connector->graph->node_count +
                                             connector->graph->shadow_count);
    for (uint32_t i = 0; i < location_count; i++)
        for (uint32_t k = nodes->starts[i]; k + 1 < nodes->starts[i + 1]; k++) {
            uint32_t node = connector->places[nodes->frames[k]];
            if (node != PP_NONE)
                inlined[node] = 1;
        }
    return inlined;
}

/* What leads to a shadow is not looked at, as the reference has it. */
static void drop_light_edges(struct pp_graph *graph, int64_t cutoff)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        if (edge->target >= graph->node_count || pp_abs(edge->weight) >= cutoff)
            graph->edges.items[kept++] = *edge;
    }
    graph->dropped_edges = graph->edges.count - kept;
    graph->edges.count = kept;
}

void pp_graph_connect(struct pp_graph *graph, struct pp_arena *arena,
                      const struct pp_profile *profile,
                      const struct pp_nodes *nodes, const uint32_t *places,
                      const struct pp_graph_options *options, int64_t cutoff)
{
    struct connector connector = {
        .graph = graph,
        .arena = arena,
        .nodes = nodes,
        .places = places,
    };
    if (options->edges == PP_EDGES_INLINED)
        connector.wanted = find_inlined(&connector, profile->locations.count);
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        const int64_t *values = pp_sample_values(profile, i);
        const uint32_t *stack = pp_sample_stack(profile, sample);
        struct step step = {
            .parent = PP_NONE,
            .stamp = i + 1,
            .value = (uint64_t)values[options->value_index],
            .divisor = options->mean ? (uint64_t)values[0] : 0,
        };
        if (step.value == 0 && step.divisor == 0)
            continue;
        for (uint32_t k = sample->stack_depth; k-- > 0;)
            walk_location(&connector, stack[k], &step);
    }
    drop_light_edges(graph, cutoff);
}
