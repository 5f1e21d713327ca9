/* draw: dot text becomes a picture.
 *
 * Graphviz is used as a library (libgvc), in a child process: it may take for
 * ever, or fall over, and the tool must not. What the child does is bounded in
 * time and memory.
 */
#ifndef PP_DRAW_DRAW_H
#define PP_DRAW_DRAW_H

#include "base/base.h"

/* Seconds that laying out a graph may take, unless PPROF_DOT_TIMEOUT says
 * otherwise. */
#define PP_DRAW_SECONDS 60

/* Append the picture of the graph `dot` in Graphviz's output format `format`
 * ("svg", "png", "pdf", "ps", "gif"). An SVG is made as the reference makes it:
 * it fills its window, and can be panned and zoomed. PP_E_FORMAT where Graphviz
 * does not understand the text, with its words; PP_E_SYSTEM where it fell over;
 * PP_E_USAGE where the time was up, with what to do. */
int pp_draw(struct pp_slice dot, const char *format, struct pp_buffer *out,
            struct pp_error *err);

#endif
