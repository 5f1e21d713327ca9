/* What the places of a graph are called in a callgrind report. Private to
 * report. */
#ifndef PP_REPORT_CALLGRIND_NAMES_H
#define PP_REPORT_CALLGRIND_NAMES_H

#include "graph/graph.h"

/* The texts of one place, as numbers in pp_callgrind_names. */
struct pp_callgrind_place {
    uint32_t object, file, function;
};

/* Number 0 is "" in each table. */
struct pp_callgrind_names {
    struct pp_strings objects, files, functions;
    struct pp_callgrind_place *places; /* by index of graph->nodes */
};

/* The arena must be a fatal one. call_tree: what has different callers is a
 * function of its own. Shadows are called "". */
void pp_callgrind_names_find(struct pp_callgrind_names *names,
                             struct pp_arena *arena,
                             const struct pp_graph *graph, bool call_tree);

#endif
