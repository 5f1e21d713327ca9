/* The edges in order, and those of each node.
 *
 * Invariant: edges of equal weight and equal names, which the reference
 * (EdgeMap.Sort of its internal/graph) leaves in any order, stay as they were:
 * in the order in which the samples show them.
 *
 * A graph has up to a million edges, most of them as light as others: names
 * are compared once, when the nodes are ranked by them, and edges are sorted
 * by numbers, digit by digit. */
#include "graph/order.h"

#include <stdlib.h>

/* ---- ranks of names ----------------------------------------------------- */

static int compare_named(const void *left, const void *right, void *names)
{
    const struct pp_slice *all = names;
    return pp_slice_compare(all[*(const uint32_t *)left],
                            all[*(const uint32_t *)right]);
}

/* By place: how many names come before its own when all are sorted. */
static uint32_t *rank_names(const struct pp_graph *graph,
                            struct pp_arena *scratch)
{
    uint32_t count = graph->node_count + graph->shadow_count;
    uint32_t *sorted = pp_arena_array(scratch, count, sizeof *sorted);
    uint32_t *ranks = pp_arena_array(scratch, count, sizeof *ranks);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = i;
    qsort_r(sorted, count, sizeof *sorted, compare_named, graph->names);
    for (uint32_t i = 1; i < count; i++) {
        uint32_t before = sorted[i - 1];
        bool same =
            pp_slice_equal(graph->names[sorted[i]], graph->names[before]);
        ranks[sorted[i]] = same ? ranks[before] : i;
    }
    return ranks;
}

/* ---- sorting edges ------------------------------------------------------ */

/* An edge and what it is sorted by, the least important first; all three are
 * ascending. */
struct sortable {
    uint64_t keys[2]; /* ranks: the callee's below the caller's; lightness */
    uint32_t edge;
};

enum { DIGIT_BITS = 11, DIGIT_COUNT = 1 << DIGIT_BITS };

static uint32_t digit_of(const struct sortable *item, int key, int shift)
{
    return (uint32_t)(item->keys[key] >> shift) & (DIGIT_COUNT - 1);
}

/* Those with equal digits stay in their order. */
static void sort_by_digit(const struct sortable *from, struct sortable *to,
                          uint32_t count, int key, int shift)
{
    uint32_t starts[DIGIT_COUNT + 1] = {0};
    for (uint32_t i = 0; i < count; i++)
        starts[digit_of(&from[i], key, shift) + 1]++;
    for (uint32_t digit = 0; digit < DIGIT_COUNT; digit++)
        starts[digit + 1] += starts[digit];
    for (uint32_t i = 0; i < count; i++)
        to[starts[digit_of(&from[i], key, shift)]++] = from[i];
}

/* The bits in which the keys of some items differ. */
static uint64_t find_differences(const struct sortable *items, uint32_t count,
                                 int key)
{
    uint64_t differences = 0;
    for (uint32_t i = 1; i < count; i++)
        differences |= items[i].keys[key] ^ items[0].keys[key];
    return differences;
}

/* The sorted ones: in one of the two arrays. */
static const struct sortable *sort_items(struct sortable *items,
                                         struct sortable *spare, uint32_t count)
{
    for (int key = 0; key < 2; key++) {
        uint64_t differences = find_differences(items, count, key);
        for (int shift = 0; shift < 64; shift += DIGIT_BITS) {
            if (!(differences >> shift & (DIGIT_COUNT - 1)))
                continue;
            sort_by_digit(items, spare, count, key, shift);
            struct sortable *sorted = spare;
            spare = items;
            items = sorted;
        }
    }
    return items;
}

/* The smaller the heavier. The smallest number of all has no magnitude, and
 * counts as less than nothing. */
static uint64_t lightness(int64_t weight)
{
    return (uint64_t)INT64_MAX - (uint64_t)pp_abs(weight);
}

static void sort_edges(struct pp_graph *graph, struct pp_arena *arena,
                       struct pp_arena *scratch)
{
    uint32_t count = graph->edges.count;
    const uint32_t *ranks = rank_names(graph, scratch);
    struct sortable *items = pp_arena_array(scratch, count, sizeof *items);
    struct sortable *spare = pp_arena_array(scratch, count, sizeof *spare);
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        items[i] = (struct sortable){
            .keys = {(uint64_t)ranks[edge->source] << 32 | ranks[edge->target],
                     lightness(edge->weight)},
            .edge = i,
        };
    }
    const struct sortable *sorted = sort_items(items, spare, count);
    struct pp_edge *edges = pp_arena_array(arena, count, sizeof *edges);
    for (uint32_t i = 0; i < count; i++)
        edges[i] = graph->edges.items[sorted[i].edge];
    graph->edges.items = edges;
    graph->edges.capacity = count;
}

/* ---- the edges of a node ------------------------------------------------ */

static uint32_t end_of(const struct pp_edge *edge, bool target)
{
    return target ? edge->target : edge->source;
}

static void find_links(const struct pp_graph *graph, struct pp_arena *arena,
                       bool target, struct pp_links *links)
{
    uint32_t place_count = graph->node_count + graph->shadow_count;
    uint32_t count = graph->edges.count;
    /* One place ahead, so that filling in moves starts[i + 1] from where the
     * edges of i begin to where they end. */
    links->starts =
        pp_arena_array(arena, (size_t)place_count + 2, sizeof(uint32_t));
    links->edges = pp_arena_array(arena, count, sizeof(uint32_t));
    uint32_t *next = links->starts + 1;
    for (uint32_t i = 0; i < count; i++)
        next[end_of(&graph->edges.items[i], target) + 1]++;
    for (uint32_t i = 0; i < place_count; i++)
        next[i + 1] += next[i];
    for (uint32_t i = 0; i < count; i++)
        links->edges[next[end_of(&graph->edges.items[i], target)]++] = i;
}

void pp_graph_sort_edges(struct pp_graph *graph, struct pp_arena *arena,
                         struct pp_links *callers, struct pp_links *callees)
{
    struct pp_arena scratch = {.ceiling = arena->ceiling,
                               .on_exhausted = arena->on_exhausted};
    sort_edges(graph, arena, &scratch);
    pp_arena_release(&scratch);
    if (callers)
        find_links(graph, arena, true, callers);
    if (callees)
        find_links(graph, arena, false, callees);
}
