/* A node for each path that leads to a place (newTree and TrimTree of the
 * reference's internal/graph).
 *
 * Invariant: callers have smaller numbers than what they call. So sums are made
 * in one walk from the last path to the first, and nodes are taken out in one
 * from the first to the last, when those above have been dealt with.
 *
 * No edge has to be weighed: what leads to a path is what the path weighs. */
#include "graph/call_tree.h"

/* ---- sums --------------------------------------------------------------- */

static void weigh_ends(struct pp_call_tree *tree,
                       const struct pp_profile *profile,
                       const struct pp_graph_options *options)
{
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        uint32_t end = tree->stacks.ends[i];
        if (end == PP_NONE)
            continue;
        const int64_t *values = pp_sample_values(profile, i);
        pp_value_add(&tree->paths[end].flat, values[options->value_index]);
        if (tree->divisors)
            pp_value_add(&tree->divisors[end][0], values[0]);
    }
}

static void sum_up(struct pp_call_tree *tree)
{
    for (uint32_t i = tree->stacks.all.count; i-- > 1;) {
        uint32_t parent = tree->stacks.all.items[i].parent;
        struct pp_call_path *path = &tree->paths[i];
        pp_value_add(&path->cum, path->flat);
        pp_value_add(&tree->paths[parent].cum, path->cum);
        if (!tree->divisors)
            continue;
        pp_value_add(&tree->divisors[i][1], tree->divisors[i][0]);
        pp_value_add(&tree->divisors[parent][1], tree->divisors[i][1]);
    }
}

static void link_paths(struct pp_call_tree *tree, bool drop_negative)
{
    for (uint32_t i = 1; i < tree->stacks.all.count; i++) {
        const struct pp_stack_node *node = &tree->stacks.all.items[i];
        struct pp_call_path *path = &tree->paths[i];
        path->source = node->parent;
        path->is_inline = !node->called;
        path->is_node = pp_is_candidate(path->flat, path->cum, drop_negative);
    }
}

struct pp_call_tree *pp_call_tree_new(struct pp_arena *arena,
                                      const struct pp_profile *profile,
                                      const struct pp_nodes *nodes,
                                      const struct pp_graph_options *options)
{
    struct pp_call_tree *tree = pp_arena_new(arena, struct pp_call_tree);
    pp_stack_tree_make(&tree->stacks, arena, profile, nodes,
                       options->value_index, options->mean);
    uint32_t count = tree->stacks.all.count;
    tree->nodes = nodes;
    tree->paths = pp_arena_array(arena, count, sizeof *tree->paths);
    tree->names = pp_arena_array(arena, nodes->all.count, sizeof *tree->names);
    if (options->mean)
        tree->divisors = pp_arena_array(arena, count, sizeof *tree->divisors);
    weigh_ends(tree, profile, options);
    sum_up(tree);
    link_paths(tree, options->drop_negative);
    return tree;
}

/* ---- nodes -------------------------------------------------------------- */

void pp_call_tree_describe(const struct pp_call_tree *tree,
                           struct pp_arena *arena,
                           struct pp_candidate *candidate)
{
    uint32_t number = candidate->number;
    uint32_t identity = tree->stacks.all.items[number].frame;
    struct pp_node *node = pp_arena_new(arena, struct pp_node);
    struct pp_slice *name = &tree->names[identity];
    *node = tree->nodes->all.items[identity];
    node->flat = tree->paths[number].flat;
    node->cum = tree->paths[number].cum;
    if (tree->divisors) {
        node->flat_divisor = tree->divisors[number][0];
        node->cum_divisor = tree->divisors[number][1];
    }
    if (!name->data)
        *name = pp_node_name(node, arena);
    candidate->node = node;
    candidate->name = *name;
    candidate->identity = identity;
}

void pp_call_tree_splice(struct pp_call_tree *tree, const uint32_t *places)
{
    for (uint32_t i = 1; i < tree->stacks.all.count; i++) {
        struct pp_call_path *path = &tree->paths[i];
        const struct pp_call_path *source = &tree->paths[path->source];
        if (!source->is_node || places[path->source] != PP_NONE)
            continue;
        path->source = source->source;
        path->residual = true;
        path->is_inline &= source->is_inline;
    }
}

/* ---- edges -------------------------------------------------------------- */

void pp_call_tree_cut_edges(struct pp_call_tree *tree, const uint32_t *places,
                            int64_t cutoff)
{
    for (uint32_t i = 1; i < tree->stacks.all.count; i++)
        if (places[i] != PP_NONE && pp_abs(tree->paths[i].cum) < cutoff)
            tree->paths[i].source = 0;
}

struct connector {
    const struct pp_call_tree *tree;
    struct pp_graph *graph;
    struct pp_arena *arena;
    uint32_t *places;
    struct {
        struct pp_candidate *items;
        uint32_t count, capacity;
    } shadows;
};

/* Has it been taken out? */
static bool is_gone(const struct connector *connector, uint32_t number)
{
    return connector->tree->paths[number].is_node &&
           connector->places[number] == PP_NONE;
}

static bool is_shown(const struct connector *connector, uint32_t number)
{
    return connector->places[number] < connector->graph->node_count;
}

static uint32_t place_of(struct connector *connector, uint32_t number)
{
    uint32_t *place = &connector->places[number];
    if (*place == PP_NONE) {
        *place = connector->graph->node_count + connector->shadows.count;
        struct pp_candidate *shadow =
            pp_vector_add(connector->arena, &connector->shadows);
        shadow->number = number;
        pp_call_tree_describe(connector->tree, connector->arena, shadow);
    }
    return *place;
}

static void add_edge(struct connector *connector, uint32_t number)
{
    const struct pp_call_tree *tree = connector->tree;
    const struct pp_call_path *path = &tree->paths[number];
    uint32_t source = place_of(connector, path->source);
    uint32_t target = place_of(connector, number);
    *pp_vector_add(connector->arena, &connector->graph->edges) =
        (struct pp_edge){
            .source = source,
            .target = target,
            .weight = path->cum,
            .weight_divisor = tree->divisors ? tree->divisors[number][1] : 0,
            .residual = path->residual,
            .is_inline = path->is_inline,
        };
}

void pp_call_tree_connect(const struct pp_call_tree *tree,
                          struct pp_graph *graph, struct pp_arena *arena,
                          uint32_t *places)
{
    struct connector connector = {
        .tree = tree, .graph = graph, .arena = arena, .places = places};
    for (uint32_t i = 1; i < tree->stacks.all.count; i++) {
        uint32_t source = tree->paths[i].source;
        if (source && !is_gone(&connector, i) &&
            (is_shown(&connector, source) || is_shown(&connector, i)))
            add_edge(&connector, i);
    }
    pp_graph_add_shadows(graph, arena, connector.shadows.items,
                         connector.shadows.count);
}
