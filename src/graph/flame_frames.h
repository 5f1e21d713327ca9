/* The frames of a call tree; for flame.c. */
#ifndef PP_GRAPH_FLAME_FRAMES_H
#define PP_GRAPH_FLAME_FRAMES_H

#include "graph/graph.h"

/* Make the frames of the tree, in order, out of the nodes of the locations,
 * and put their numbers in the place of the nodes' numbers in nodes->frames.
 * scratch is not needed afterwards. */
void pp_flame_frames_make(struct pp_flame *tree, struct pp_arena *arena,
                          struct pp_nodes *nodes, struct pp_arena *scratch,
                          const struct pp_profile *profile);

#endif
