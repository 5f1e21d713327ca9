/* Which nodes were inlined into their callers. Private to report. */
#ifndef PP_REPORT_INLINING_H
#define PP_REPORT_INLINING_H

#include "graph/graph.h"

/* By place in the graph, what stands behind a node's name that was inlined, "
 * (inline)" or " (partial-inline)", judging by the edges that lead to it. */
const char *const *pp_report_inline_suffixes(struct pp_arena *arena,
                                             const struct pp_graph *graph);

#endif
