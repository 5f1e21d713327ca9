/* Text of the dot language. Private to report. */
#ifndef PP_REPORT_DOT_TEXT_H
#define PP_REPORT_DOT_TEXT_H

#include "graph/graph.h"
#include "report/report.h"

/* Append text for a quoted string: quotes and backslashes as themselves, line
 * ends as those of lines that stand to the left. */
void pp_dot_append(struct pp_buffer *out, struct pp_slice text);

/* The same for text in which "\n", a backslash and an n, ends lines. */
void pp_dot_append_lines(struct pp_buffer *out, struct pp_slice text);

/* The same for a value, as reports print it. */
void pp_dot_append_value(const struct pp_report_job *job, struct pp_buffer *out,
                         int64_t value);

/* A node's name, shortened, one part a line. The arena is for working. */
void pp_dot_append_name(struct pp_buffer *out, const struct pp_node *node,
                        struct pp_arena *arena);

/* "#rrggbb": green for a share of -1, grey for 0, red for 1. */
void pp_dot_append_color(struct pp_buffer *out, double share,
                         bool is_background);

#endif
