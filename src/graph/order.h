/* Names and orders of nodes. Private to graph. */
#ifndef PP_GRAPH_ORDER_H
#define PP_GRAPH_ORDER_H

#include "graph/graph.h"

/* A node that may be shown, and what sorting compares. */
struct pp_candidate {
    const struct pp_node *node;
    struct pp_slice name;
    int64_t score;     /* for PP_ORDER_PICTURE */
    uint32_t number;   /* of the node, or in a call tree of the path */
    uint32_t place;    /* in the graph, as long as it is not sorted anew */
    uint32_t identity; /* the number of the node: of several paths the same */
    struct pp_tag_list tags;
};

struct pp_candidates {
    struct pp_candidate *items;
    uint32_t count;
};

/* Total: no two nodes of one graph compare equal, so the order is the same in
 * every run. */
void pp_candidates_sort(struct pp_candidate *candidates, uint32_t count,
                        enum pp_graph_order order);

/* By number of all there are: the index of the candidate, or PP_NONE. */
uint32_t *pp_candidates_places(const struct pp_candidates *candidates,
                               struct pp_arena *arena, uint32_t number_count);

/* Put nodes that are not shown behind those that are. */
void pp_graph_add_shadows(struct pp_graph *graph, struct pp_arena *arena,
                          const struct pp_candidate *shadows, uint32_t count);

/* |value|, with Go's wrap-around of the smallest number. */
static inline int64_t pp_abs(int64_t value)
{
    return value < 0 ? (int64_t) - (uint64_t)value : value;
}

#endif
