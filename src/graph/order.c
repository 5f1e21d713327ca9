/* Names and orders of nodes.
 *
 * Invariant: ties fall first to the printed name and last to the text form of
 * the whole identity, fields in the order in which Go prints the reference's
 * NodeInfo (internal/graph/graph.go, Sort and compareNodes), so that equal
 * values stand where the reference has them. */
#include "graph/order.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- names -------------------------------------------------------------- */

static bool is_name_alone(const struct pp_node *node)
{
    return node->name.size && !node->address && !node->line && !node->file.size;
}

static void append_place(struct pp_buffer *out, const struct pp_node *node)
{
    if (node->line) {
        pp_buffer_append_slice(out, node->file);
        pp_buffer_format(out, ":%" PRId64, node->line);
        if (node->column)
            pp_buffer_format(out, ":%" PRId64, node->column);
    } else if (node->file.size) {
        pp_buffer_append_slice(out, node->file);
    } else if (node->object.size) {
        pp_buffer_append_char(out, '[');
        pp_buffer_append_slice(out, pp_slice_base_name(node->object));
        pp_buffer_append_char(out, ']');
    } else {
        pp_buffer_append_text(out, "<unknown>");
    }
}

void pp_node_append_name(struct pp_buffer *out, const struct pp_node *node,
                         const char *separator)
{
    size_t start = out->size;
    if (node->address)
        pp_buffer_format(out, "%016" PRIx64, node->address);
    if (node->address && node->name.size)
        pp_buffer_append_text(out, separator);
    pp_buffer_append_slice(out, node->name);
    /* The name says enough when nothing but the object is known beside. */
    if (node->name.size && !node->line && !node->file.size)
        return;
    if (out->size > start)
        pp_buffer_append_text(out, separator);
    append_place(out, node);
}

struct pp_slice pp_node_name(const struct pp_node *node, struct pp_arena *arena)
{
    if (is_name_alone(node))
        return node->name;
    char space[512];
    struct pp_buffer out = pp_buffer_in(space);
    pp_node_append_name(&out, node, " ");
    struct pp_slice name = {pp_slice_copy(arena, pp_buffer_slice(&out)),
                            out.size};
    pp_buffer_release(&out);
    return name;
}

/* ---- orders ------------------------------------------------------------- */

static int descending(int64_t a, int64_t b)
{
    return a > b ? -1 : a < b;
}

static void append_identity(struct pp_buffer *out, const struct pp_node *node)
{
    /* Behind the name stands the original name, which no report here asks
     * for: hence two spaces. */
    pp_buffer_append_slice(out, node->name);
    pp_buffer_format(out, "  %" PRIu64 " ", node->address);
    pp_buffer_append_slice(out, node->file);
    pp_buffer_format(out, " %" PRId64 " %" PRId64 " %" PRId64 " ",
                     node->start_line, node->line, node->column);
    pp_buffer_append_slice(out, node->object);
    pp_buffer_append_char(out, '}');
}

/* The last resort: rare, so the texts are made for the moment. */
static int compare_identity(const struct pp_node *a, const struct pp_node *b)
{
    char spaces[2][512];
    struct pp_buffer texts[2] = {pp_buffer_in(spaces[0]),
                                 pp_buffer_in(spaces[1])};
    append_identity(&texts[0], a);
    append_identity(&texts[1], b);
    int order = pp_slice_compare(pp_buffer_slice(&texts[0]),
                                 pp_buffer_slice(&texts[1]));
    pp_buffer_release(&texts[0]);
    pp_buffer_release(&texts[1]);
    return order;
}

/* What remains where names are equal. Only in a call tree can all be equal: the
 * order there is that in which the samples show the paths. */
static int compare_rest(const struct pp_candidate *a,
                        const struct pp_candidate *b, int64_t then_a,
                        int64_t then_b)
{
    int order = descending(pp_abs(then_a), pp_abs(then_b));
    if (!order && a->identity != b->identity)
        order = compare_identity(a->node, b->node);
    if (!order)
        order = descending(pp_abs(a->node->cum), pp_abs(b->node->cum));
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static int compare(const struct pp_candidate *a, const struct pp_candidate *b,
                   int64_t first_a, int64_t first_b, int64_t then_a,
                   int64_t then_b)
{
    int order = descending(pp_abs(first_a), pp_abs(first_b));
    if (!order && a->identity != b->identity)
        order = pp_slice_compare(a->name, b->name);
    return order ? order : compare_rest(a, b, then_a, then_b);
}

static int by_flat(const void *left, const void *right)
{
    const struct pp_candidate *a = left;
    const struct pp_candidate *b = right;
    return compare(a, b, a->node->flat, b->node->flat, a->node->cum,
                   b->node->cum);
}

static int by_cum(const void *left, const void *right)
{
    const struct pp_candidate *a = left;
    const struct pp_candidate *b = right;
    return compare(a, b, a->node->cum, b->node->cum, a->node->flat,
                   b->node->flat);
}

static int by_score(const void *left, const void *right)
{
    const struct pp_candidate *a = left;
    const struct pp_candidate *b = right;
    return compare(a, b, a->score, b->score, a->node->flat, b->node->flat);
}

void pp_candidates_sort(struct pp_candidate *candidates, uint32_t count,
                        enum pp_graph_order order)
{
    static int (*const comparisons[])(const void *, const void *) = {
        [PP_ORDER_FLAT] = by_flat,
        [PP_ORDER_CUM] = by_cum,
        [PP_ORDER_PICTURE] = by_score,
    };
    qsort(candidates, count, sizeof *candidates, comparisons[order]);
}

/* ---- places ------------------------------------------------------------- */

uint32_t *pp_candidates_places(const struct pp_candidates *candidates,
                               struct pp_arena *arena, uint32_t number_count)
{
    size_t size = number_count * sizeof(uint32_t);
    uint32_t *places = pp_arena_alloc(arena, size);
    memset(places, 0xff, size);
    for (uint32_t i = 0; i < candidates->count; i++)
        places[candidates->items[i].number] = i;
    return places;
}

void pp_graph_add_shadows(struct pp_graph *graph, struct pp_arena *arena,
                          const struct pp_candidate *shadows, uint32_t count)
{
    uint32_t shown = graph->node_count;
    graph->nodes =
        pp_arena_grow(arena, graph->nodes, shown * sizeof *graph->nodes,
                      (shown + (size_t)count) * sizeof *graph->nodes);
    graph->names =
        pp_arena_grow(arena, graph->names, shown * sizeof *graph->names,
                      (shown + (size_t)count) * sizeof *graph->names);
    for (uint32_t i = 0; i < count; i++) {
        graph->nodes[shown + i] = shadows[i].node;
        graph->names[shown + i] = shadows[i].name;
    }
    graph->shadow_count = count;
}
