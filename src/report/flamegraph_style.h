/* What a flame graph looks like; for flamegraph.c. */
#ifndef PP_REPORT_FLAMEGRAPH_STYLE_H
#define PP_REPORT_FLAMEGRAPH_STYLE_H

#include "graph/graph.h"

/* The <style> element, with all classes. */
void pp_flamegraph_style(struct pp_buffer *out);

/* The classes of a box: its colour, and "i" when it is inlined. */
void pp_flamegraph_class(struct pp_buffer *out, const struct pp_flame *tree,
                         uint32_t node);

#endif
