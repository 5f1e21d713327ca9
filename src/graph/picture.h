/* What is worth drawing. Private to graph. */
#ifndef PP_GRAPH_PICTURE_H
#define PP_GRAPH_PICTURE_H

#include "graph/order.h"

/* By place of a shown node: how much it tells, judging by its edges. */
int64_t *pp_picture_score(const struct pp_graph *graph, struct pp_arena *arena);

/* How many of the candidates, which are in order and have their tags, take up
 * node_count places. */
uint32_t pp_picture_choose(const struct pp_candidates *candidates,
                           int64_t node_count);

/* Sort the edges, and leave residual ones out where another way leads from the
 * caller to the callee. */
void pp_picture_simplify(struct pp_graph *graph, struct pp_arena *arena);

#endif
