/* Names and orders of nodes. Private to graph. */
#ifndef PP_GRAPH_ORDER_H
#define PP_GRAPH_ORDER_H

#include "graph/graph.h"

/* A node and its name, which sorting compares when values are equal. */
struct pp_candidate {
    const struct pp_node *node;
    struct pp_slice name;
};

/* Total: no two nodes of one graph compare equal, so the order is the same in
 * every run. */
void pp_candidates_sort(struct pp_candidate *candidates, uint32_t count,
                        enum pp_graph_order order);

/* |value|, with Go's wrap-around of the smallest number. */
static inline int64_t pp_abs(int64_t value)
{
    return value < 0 ? (int64_t) - (uint64_t)value : value;
}

#endif
