/* The tags of nodes. Private to graph. */
#ifndef PP_GRAPH_TAGS_H
#define PP_GRAPH_TAGS_H

#include "graph/call_tree.h"

/* Give the candidates their tags, those that weigh the cutoff or more. tree:
 * NULL for a graph. *unit: what the numbers are in. */
void pp_tags_find(const struct pp_candidates *candidates,
                  struct pp_arena *arena, const struct pp_profile *profile,
                  const struct pp_nodes *nodes, const struct pp_call_tree *tree,
                  const struct pp_graph_options *options, int64_t cutoff,
                  struct pp_slice *unit);

#endif
