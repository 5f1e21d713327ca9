/* Which nodes and edges of a graph are worth drawing (entropyScore,
 * selectTopNodes and RemoveRedundantEdges of the reference's internal/graph).
 *
 * Invariant: floating-point sums are made in the order of the edges, which is
 * the same in every run: scores, and so the order of nodes, do not waver. */
#include "graph/picture.h"

#include <math.h>

/* ---- scores ------------------------------------------------------------- */

/* The edges on one side of a node. Scattered weights tell more than a single
 * one that only falls through: hence entropy. */
struct side {
    uint64_t total;
    double entropy;
    bool has_edges;
};

static double information(int64_t weight, uint64_t total)
{
    double share = (double)pp_abs(weight) / (double)(int64_t)total;
    return -share * log2(share);
}

static void count_edge(struct side *side, int64_t weight)
{
    side->has_edges = true;
    if (weight > 0)
        side->total += (uint64_t)weight;
}

static void add_information(struct side *side, int64_t weight)
{
    if (side->total)
        side->entropy += information(weight, side->total);
}

/* Where nothing leads in or out, that tells something too. */
static double score_of(const struct side *side)
{
    return side->has_edges ? side->entropy : 1;
}

static int64_t weigh_score(const struct pp_node *node, double score)
{
    int64_t weighed = pp_unit_truncate(score * (double)node->cum);
    return (int64_t)((uint64_t)weighed + (uint64_t)node->flat);
}

int64_t *pp_picture_score(const struct pp_graph *graph, struct pp_arena *arena)
{
    uint32_t count = graph->node_count + graph->shadow_count;
    struct side *in = pp_arena_array(arena, count, sizeof *in);
    struct side *out = pp_arena_array(arena, count, sizeof *out);
    int64_t *scores = pp_arena_array(arena, graph->node_count, sizeof *scores);
    for (uint32_t i = 0; i < graph->node_count; i++)
        out[i].total = (uint64_t)graph->nodes[i]->flat;
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        count_edge(&out[edge->source], edge->weight);
        count_edge(&in[edge->target], edge->weight);
    }
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        add_information(&out[edge->source], edge->weight);
        add_information(&in[edge->target], edge->weight);
    }
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct pp_node *node = graph->nodes[i];
        if (node->flat > 0)
            add_information(&out[i], node->flat);
        scores[i] = weigh_score(node, score_of(&in[i]) + score_of(&out[i]));
    }
    return scores;
}

/* ---- the choice --------------------------------------------------------- */

/* Fewer than are drawn on a leaf, where the sums with what it called are told:
 * but so the reference counts. */
static uint32_t count_flat_tags(const struct pp_tag_list *tags)
{
    enum { DRAWN_MAX = 4 };
    uint32_t count = 0;
    for (uint32_t i = 0; i < tags->count && count < DRAWN_MAX; i++)
        count += tags->items[i].flat != 0;
    return count;
}

uint32_t pp_picture_choose(const struct pp_candidates *candidates,
                           int64_t node_count)
{
    int64_t taken = 0;
    for (uint32_t i = 0; i < candidates->count; i++) {
        taken += 1 + count_flat_tags(&candidates->items[i].tags);
        if (taken >= node_count)
            return i + 1;
    }
    return candidates->count;
}

/* ---- edges that show nothing new ---------------------------------------- */

struct search {
    const struct pp_graph *graph;
    struct pp_links callers;
    bool *removed;    /* by edge */
    uint32_t *stamps; /* by place: the last search that came here */
    uint32_t *queue;
    uint32_t search;
};

/* Is there another way from the caller to the callee? */
static bool is_redundant(struct search *search, uint32_t edge)
{
    const struct pp_edge *edges = search->graph->edges.items;
    uint32_t first = 0, end = 0;
    search->stamps[edges[edge].target] = ++search->search;
    search->queue[end++] = edges[edge].target;
    while (first < end) {
        uint32_t node = search->queue[first++];
        for (uint32_t i = search->callers.starts[node];
             i < search->callers.starts[node + 1]; i++) {
            uint32_t in = search->callers.edges[i];
            uint32_t source = edges[in].source;
            if (in == edge || search->removed[in] ||
                search->stamps[source] == search->search)
                continue;
            if (source == edges[edge].source)
                return true;
            search->stamps[source] = search->search;
            search->queue[end++] = source;
        }
    }
    return false;
}

/* From the lightest up to the first that stands for a call: one heavier than
 * that would be missed. */
static void simplify_node(struct search *search, uint32_t node)
{
    const struct pp_links *callers = &search->callers;
    for (uint32_t i = callers->starts[node + 1]; i-- > callers->starts[node];) {
        uint32_t edge = callers->edges[i];
        if (!search->graph->edges.items[edge].residual)
            return;
        search->removed[edge] = is_redundant(search, edge);
    }
}

static void remove_edges(struct pp_graph *graph, const bool *removed)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < graph->edges.count; i++)
        if (!removed[i])
            graph->edges.items[kept++] = graph->edges.items[i];
    graph->edges.count = kept;
}

void pp_picture_simplify(struct pp_graph *graph, struct pp_arena *arena)
{
    uint32_t place_count = graph->node_count + graph->shadow_count;
    struct search search = {
        .graph = graph,
        .removed = pp_arena_alloc(arena, graph->edges.count),
        .stamps = pp_arena_array(arena, place_count, sizeof(uint32_t)),
        .queue = pp_arena_array(arena, place_count, sizeof(uint32_t)),
    };
    pp_graph_sort_edges(graph, arena, &search.callers, NULL);
    for (uint32_t i = graph->node_count; i-- > 0;)
        simplify_node(&search, i);
    remove_edges(graph, search.removed);
}
