/* Edges between shown nodes. Private to graph. */
#ifndef PP_GRAPH_EDGES_H
#define PP_GRAPH_EDGES_H

#include "graph/graph.h"

/* Fill graph->edges from the samples. places: by number of a node in `nodes`,
 * its place in graph->nodes or PP_NONE. */
void pp_graph_connect(struct pp_graph *graph, struct pp_arena *arena,
                      const struct pp_profile *profile,
                      const struct pp_nodes *nodes, const uint32_t *places,
                      const struct pp_graph_options *options);

#endif
