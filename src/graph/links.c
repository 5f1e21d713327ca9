/* The edges in order, and those of each node. */
#include "graph/graph.h"

void pp_graph_sort_edges(struct pp_graph *graph, struct pp_arena *arena,
                         struct pp_links *callers, struct pp_links *callees)
{
    (void)graph, (void)arena, (void)callers, (void)callees;
}
