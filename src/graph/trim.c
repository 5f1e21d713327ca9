/* The graph of a report: the nodes worth showing, in order, and their edges.
 *
 * Invariant: which nodes are shown follows the reference's newTrimmedGraph
 * step by step: cutoffs are fractions of the sum of flat values before
 * trimming, light nodes go first, then the order is found, then the count cuts
 * it off. The values of a node are the same in every step; its edges, and so
 * how much it tells in a picture, are not. */
#include "graph/call_tree.h"
#include "graph/edges.h"
#include "graph/picture.h"
#include "graph/tags.h"

struct trimmer {
    struct pp_arena *arena;
    const struct pp_profile *profile;
    const struct pp_graph_options *options;
    struct pp_nodes nodes;
    struct pp_call_tree *tree; /* NULL: a graph */
    struct pp_candidates candidates;
    int64_t node_cutoff, edge_cutoff;
    struct pp_graph *graph;
};

/* ---- candidates --------------------------------------------------------- */

static uint32_t number_count(const struct trimmer *trimmer)
{
    return trimmer->tree ? trimmer->tree->stacks.all.count
                         : trimmer->nodes.all.count;
}

static int64_t flat_of(const struct trimmer *trimmer, uint32_t number)
{
    return trimmer->tree ? trimmer->tree->paths[number].flat
                         : trimmer->nodes.all.items[number].flat;
}

static int64_t cum_of(const struct trimmer *trimmer, uint32_t number)
{
    return trimmer->tree ? trimmer->tree->paths[number].cum
                         : trimmer->nodes.all.items[number].cum;
}

/* The nodes that have any weight: so far their numbers only. */
static void find_candidates(struct trimmer *trimmer)
{
    struct pp_candidates *candidates = &trimmer->candidates;
    uint32_t first = trimmer->tree ? 1 : 0; /* the root is no node */
    candidates->items = pp_arena_array(trimmer->arena, number_count(trimmer),
                                       sizeof *candidates->items);
    for (uint32_t i = first; i < number_count(trimmer); i++)
        if (pp_is_candidate(flat_of(trimmer, i), cum_of(trimmer, i),
                            trimmer->options->drop_negative))
            candidates->items[candidates->count++].number = i;
}

static int64_t cutoff_of(int64_t sum, double fraction)
{
    return pp_abs(pp_unit_truncate((double)sum * fraction));
}

static void find_cutoffs(struct trimmer *trimmer)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < trimmer->candidates.count; i++)
        sum += (uint64_t)flat_of(trimmer, trimmer->candidates.items[i].number);
    trimmer->node_cutoff =
        cutoff_of((int64_t)sum, trimmer->options->node_fraction);
    trimmer->edge_cutoff =
        cutoff_of((int64_t)sum, trimmer->options->edge_fraction);
}

/* How many went. */
static uint32_t drop_light_nodes(struct trimmer *trimmer)
{
    struct pp_candidates *candidates = &trimmer->candidates;
    uint32_t before = candidates->count;
    uint32_t kept = 0;
    if (trimmer->node_cutoff <= 0)
        return 0;
    for (uint32_t i = 0; i < before; i++)
        if (pp_abs(cum_of(trimmer, candidates->items[i].number)) >=
            trimmer->node_cutoff)
            candidates->items[kept++] = candidates->items[i];
    candidates->count = kept;
    return before - kept;
}

static void describe(const struct trimmer *trimmer,
                     struct pp_candidate *candidate)
{
    if (trimmer->tree) {
        pp_call_tree_describe(trimmer->tree, trimmer->arena, candidate);
        return;
    }
    candidate->identity = candidate->number;
    candidate->node = &trimmer->nodes.all.items[candidate->number];
    candidate->name = pp_node_name(candidate->node, trimmer->arena);
}

static uint32_t *places_of(const struct trimmer *trimmer)
{
    return pp_candidates_places(&trimmer->candidates, trimmer->arena,
                                number_count(trimmer));
}

/* Leave out what came behind the first `count`. */
static void cut_candidates(struct trimmer *trimmer, uint32_t count)
{
    if (count == trimmer->candidates.count)
        return;
    trimmer->candidates.count = count;
    if (trimmer->tree)
        pp_call_tree_splice(trimmer->tree, places_of(trimmer));
}

/* ---- the graph ---------------------------------------------------------- */

static void show(struct trimmer *trimmer)
{
    struct pp_graph *graph = trimmer->graph;
    struct pp_arena *arena = trimmer->arena;
    uint32_t count = trimmer->candidates.count;
    graph->node_count = count;
    graph->nodes = pp_arena_array(arena, count, sizeof *graph->nodes);
    graph->names = pp_arena_array(arena, count, sizeof *graph->names);
    for (uint32_t i = 0; i < count; i++) {
        trimmer->candidates.items[i].place = i;
        graph->nodes[i] = trimmer->candidates.items[i].node;
        graph->names[i] = trimmer->candidates.items[i].name;
    }
}

/* Where nothing was trimmed the reference has not built its graph anew, and
 * edges still touch the nodes without weight. */
static void add_shadows(struct trimmer *trimmer, uint32_t *places)
{
    uint32_t total = trimmer->nodes.all.count;
    uint32_t count = 0;
    struct pp_candidate *shadows = pp_arena_array(
        trimmer->arena, total - trimmer->candidates.count, sizeof *shadows);
    for (uint32_t i = 0; i < total; i++) {
        if (places[i] != PP_NONE)
            continue;
        places[i] = trimmer->candidates.count + count;
        shadows[count].number = i;
        describe(trimmer, &shadows[count++]);
    }
    pp_graph_add_shadows(trimmer->graph, trimmer->arena, shadows, count);
}

/* Show the candidates, with all edges between them. */
static void connect(struct trimmer *trimmer)
{
    struct pp_graph *graph = trimmer->graph;
    uint32_t *places = places_of(trimmer);
    show(trimmer);
    graph->edges.count = graph->shadow_count = 0;
    if (trimmer->tree) {
        pp_call_tree_connect(trimmer->tree, graph, trimmer->arena, places);
        return;
    }
    if (graph->dropped_nodes == 0 &&
        graph->node_count == graph->candidate_count)
        add_shadows(trimmer, places);
    pp_graph_connect(graph, trimmer->arena, trimmer->profile, &trimmer->nodes,
                     places, trimmer->options);
}

/* How many went. What leads to a shadow is not looked at, as the reference has
 * it. */
static uint32_t drop_light_edges(struct pp_graph *graph, int64_t cutoff)
{
    uint32_t before = graph->edges.count;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < before; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        if (edge->target >= graph->node_count || pp_abs(edge->weight) >= cutoff)
            graph->edges.items[kept++] = *edge;
    }
    graph->edges.count = kept;
    return before - kept;
}

/* ---- lists -------------------------------------------------------------- */

static uint32_t count_of(const struct trimmer *trimmer)
{
    int64_t wanted = trimmer->options->node_count;
    uint32_t count = trimmer->candidates.count;
    return wanted > 0 && wanted < count ? (uint32_t)wanted : count;
}

static void make_list(struct trimmer *trimmer)
{
    const struct pp_graph_options *options = trimmer->options;
    bool wanted =
        options->edges >= PP_EDGES_MATCHING ||
        (options->edges == PP_EDGES_INLINED && trimmer->nodes.has_inlines);
    pp_candidates_sort(trimmer->candidates.items, trimmer->candidates.count,
                       options->order);
    cut_candidates(trimmer, count_of(trimmer));
    if (!wanted) {
        show(trimmer);
        return;
    }
    connect(trimmer);
    trimmer->graph->dropped_edges =
        drop_light_edges(trimmer->graph, trimmer->edge_cutoff);
}

/* ---- pictures ----------------------------------------------------------- */

/* Put the shown nodes into the order of the candidates. */
static void move_nodes(struct trimmer *trimmer)
{
    struct pp_graph *graph = trimmer->graph;
    uint32_t place_count = graph->node_count + graph->shadow_count;
    uint32_t *moves =
        pp_arena_array(trimmer->arena, place_count, sizeof *moves);
    for (uint32_t i = 0; i < place_count; i++)
        moves[i] = i;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        struct pp_candidate *candidate = &trimmer->candidates.items[i];
        moves[candidate->place] = i;
        candidate->place = i;
        graph->nodes[i] = candidate->node;
        graph->names[i] = candidate->name;
    }
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        struct pp_edge *edge = &graph->edges.items[i];
        edge->source = moves[edge->source];
        edge->target = moves[edge->target];
    }
}

/* Connect the candidates and sort them by what their edges make of them. */
static void draw(struct trimmer *trimmer)
{
    struct pp_candidates *candidates = &trimmer->candidates;
    connect(trimmer);
    const int64_t *scores = pp_picture_score(trimmer->graph, trimmer->arena);
    for (uint32_t i = 0; i < candidates->count; i++)
        candidates->items[i].score = scores[i];
    pp_candidates_sort(candidates->items, candidates->count, PP_ORDER_PICTURE);
    move_nodes(trimmer);
}

/* Of no more nodes than can be chosen. */
static void find_tags(struct trimmer *trimmer)
{
    struct pp_candidates first = {trimmer->candidates.items, count_of(trimmer)};
    if (trimmer->options->tags.wanted)
        pp_tags_find(&first, trimmer->arena, trimmer->profile, &trimmer->nodes,
                     trimmer->tree, trimmer->options, trimmer->node_cutoff,
                     &trimmer->graph->tag_unit);
}

/* Light edges go before nodes are chosen, and so are not counted; only where
 * nodes go, too, is a graph made anew, with all of them. */
static void choose(struct trimmer *trimmer)
{
    struct pp_candidates *candidates = &trimmer->candidates;
    struct pp_graph *graph = trimmer->graph;
    drop_light_edges(graph, trimmer->edge_cutoff);
    uint32_t count =
        pp_picture_choose(candidates, trimmer->options->node_count);
    if (count == candidates->count)
        return;
    if (trimmer->tree)
        pp_call_tree_cut_edges(trimmer->tree, places_of(trimmer),
                               trimmer->edge_cutoff);
    cut_candidates(trimmer, count);
    draw(trimmer);
}

static void make_picture(struct trimmer *trimmer)
{
    struct pp_graph *graph = trimmer->graph;
    draw(trimmer);
    find_tags(trimmer);
    if (trimmer->options->node_count > 0)
        choose(trimmer);
    graph->dropped_edges = drop_light_edges(graph, trimmer->edge_cutoff);
    pp_picture_simplify(graph, trimmer->arena);
    graph->tags =
        pp_arena_array(trimmer->arena, graph->node_count, sizeof *graph->tags);
    for (uint32_t i = 0; i < graph->node_count; i++)
        graph->tags[i] = trimmer->candidates.items[i].tags;
}

/* ---- the whole ---------------------------------------------------------- */

static void find_nodes(struct trimmer *trimmer)
{
    const struct pp_graph_options *options = trimmer->options;
    pp_nodes_find(&trimmer->nodes, trimmer->arena, trimmer->profile,
                  &options->nodes);
    if (options->call_tree)
        trimmer->tree = pp_call_tree_new(trimmer->arena, trimmer->profile,
                                         &trimmer->nodes, options);
    else
        pp_nodes_weigh(&trimmer->nodes, trimmer->arena, trimmer->profile,
                       options->value_index, options->mean);
}

struct pp_graph *pp_graph_new(struct pp_arena *arena,
                              const struct pp_profile *profile,
                              const struct pp_graph_options *options)
{
    struct pp_graph *graph = pp_arena_new(arena, struct pp_graph);
    struct trimmer trimmer = {
        .arena = arena,
        .profile = profile,
        .options = options,
        .graph = graph,
    };
    struct pp_candidates *candidates = &trimmer.candidates;
    find_nodes(&trimmer);
    find_candidates(&trimmer);
    find_cutoffs(&trimmer);
    graph->dropped_nodes = drop_light_nodes(&trimmer);
    graph->candidate_count = candidates->count;
    if (trimmer.tree && graph->dropped_nodes)
        pp_call_tree_splice(trimmer.tree, places_of(&trimmer));
    for (uint32_t i = 0; i < candidates->count; i++)
        describe(&trimmer, &candidates->items[i]);
    if (options->order == PP_ORDER_PICTURE)
        make_picture(&trimmer);
    else
        make_list(&trimmer);
    return graph;
}
