/* The edges in order, and those of each node.
 *
 * Invariant: edges of equal weight and equal names, which the reference
 * (EdgeMap.Sort of its internal/graph) leaves in any order, stay as they were:
 * by the place of the caller, and those of one in the order in which the
 * samples show them.
 *
 * A graph has up to many millions of edges, most of them as light as others:
 * names are compared once, when the nodes are ranked by them, and edges are
 * sorted by numbers, digit by digit. */
#include "graph/order.h"
#include "os/os.h"

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

enum { DIGIT_BITS = 8, DIGIT_COUNT = 1 << DIGIT_BITS };

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
        while (differences) {
            int shift = __builtin_ctzll(differences);
            differences &= ~((uint64_t)(DIGIT_COUNT - 1) << shift);
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

static struct sortable sortable_of(const struct pp_graph *graph, uint32_t edge,
                                   const uint32_t *ranks)
{
    const struct pp_edge *it = &graph->edges.items[edge];
    return (struct sortable){
        .keys = {(uint64_t)ranks[it->source] << 32 | ranks[it->target],
                 lightness(it->weight)},
        .edge = edge,
    };
}

static void sort_edges(struct pp_graph *graph, struct pp_arena *arena,
                       struct pp_arena *scratch)
{
    uint32_t count = graph->edges.count;
    const uint32_t *ranks = rank_names(graph, scratch);
    struct sortable *items = pp_arena_array(scratch, count, sizeof *items);
    struct sortable *spare = pp_arena_array(scratch, count, sizeof *spare);
    for (uint32_t i = 0; i < count; i++)
        items[i] = sortable_of(graph, i, ranks);
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

/* ---- the callees of each node ------------------------------------------- */

/* Sorts the callees of some nodes. */
struct sorter {
    const struct pp_graph *graph;
    const struct pp_links *callees;
    const uint32_t *ranks;
    uint32_t first, end;            /* of the nodes */
    struct sortable *items, *spare; /* of one node */
};

static void sort_callees(const struct sorter *sorter, uint32_t node)
{
    uint32_t count =
        sorter->callees->starts[node + 1] - sorter->callees->starts[node];
    uint32_t *edges = sorter->callees->edges + sorter->callees->starts[node];
    for (uint32_t i = 0; i < count; i++)
        sorter->items[i] = sortable_of(sorter->graph, edges[i], sorter->ranks);
    const struct sortable *sorted =
        sort_items(sorter->items, sorter->spare, count);
    for (uint32_t i = 0; i < count; i++)
        edges[i] = sorted[i].edge;
}

static void sort_part(void *context, uint32_t index)
{
    const struct sorter *sorter = (const struct sorter *)context + index;
    for (uint32_t i = sorter->first; i < sorter->end; i++)
        sort_callees(sorter, i);
}

static uint32_t most_callees(const struct pp_graph *graph,
                             const struct pp_links *callees)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < graph->node_count + graph->shadow_count; i++) {
        uint32_t count = callees->starts[i + 1] - callees->starts[i];
        most = count > most ? count : most;
    }
    return most;
}

void pp_graph_sort_callees(const struct pp_graph *graph, struct pp_arena *arena,
                           struct pp_links *callees)
{
    enum { EDGES_ENOUGH = 100000, PARTS_MAX = 8 };
    struct pp_arena scratch = {.ceiling = arena->ceiling,
                               .on_exhausted = arena->on_exhausted};
    struct sorter sorters[PARTS_MAX];
    uint32_t part_count = pp_os_part_count(graph->edges.count, EDGES_ENOUGH);
    uint64_t place_count = (uint64_t)graph->node_count + graph->shadow_count;
    find_links(graph, arena, false, callees);
    const uint32_t *ranks = rank_names(graph, &scratch);
    uint32_t most = most_callees(graph, callees);
    for (uint32_t i = 0; i < part_count; i++)
        sorters[i] = (struct sorter){
            .graph = graph,
            .callees = callees,
            .ranks = ranks,
            .first = (uint32_t)(place_count * i / part_count),
            .end = (uint32_t)(place_count * (i + 1) / part_count),
            .items = pp_arena_array(&scratch, most, sizeof(struct sortable)),
            .spare = pp_arena_array(&scratch, most, sizeof(struct sortable)),
        };
    pp_os_run_parts(part_count, sort_part, sorters);
    pp_arena_release(&scratch);
}
