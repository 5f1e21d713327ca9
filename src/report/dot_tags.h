/* The tags of a node, beside it in a picture. Private to report. */
#ifndef PP_REPORT_DOT_TAGS_H
#define PP_REPORT_DOT_TAGS_H

#include "graph/graph.h"
#include "report/report.h"

/* Print the tags of graph->nodes[index], number index + 1 in the picture: those
 * of what it is itself, or of a leaf, those of all that it called. Whether
 * there was one to print. */
bool pp_dot_print_tags(const struct pp_report_job *job,
                       const struct pp_graph *graph, uint32_t index,
                       bool is_leaf);

#endif
