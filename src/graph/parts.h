/* The two walks over the samples, on several processors. Private to graph.
 *
 * The samples are divided into ranges, one after the other, and each part sums
 * up for itself. Sums wrap around and are added, flags are or-ed, and parts are
 * merged in their order: so what comes out, and in which order, is the same
 * for every number of parts. */
#ifndef PP_GRAPH_PARTS_H
#define PP_GRAPH_PARTS_H

#include "graph/graph.h"
#include "os/os.h"

/* Into how many parts to divide a walk: 1 below a million frames, which take
 * a few milliseconds. */
static inline uint32_t pp_walk_part_count(const struct pp_profile *profile)
{
    enum { FRAMES_ENOUGH = 500000 };
    return pp_os_part_count(profile->stacks.count, FRAMES_ENOUGH);
}

/* The sample with which a part starts, and the one before it ends. */
static inline uint32_t pp_walk_part_start(const struct pp_profile *profile,
                                          uint32_t index, uint32_t part_count)
{
    return (uint32_t)((uint64_t)profile->samples.count * index / part_count);
}

/* pp_nodes_weigh and pp_graph_connect in so many parts, from 1 to 8. */
void pp_nodes_weigh_in_parts(struct pp_nodes *nodes, struct pp_arena *arena,
                             const struct pp_profile *profile,
                             uint32_t value_index, bool mean,
                             uint32_t part_count);
void pp_graph_connect_in_parts(struct pp_graph *graph, struct pp_arena *arena,
                               const struct pp_profile *profile,
                               const struct pp_nodes *nodes,
                               const uint32_t *places,
                               const struct pp_graph_options *options,
                               uint32_t part_count);

#endif
