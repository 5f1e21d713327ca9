/* svg: an SVG of Graphviz as people look at it. Private to draw. */
#ifndef PP_DRAW_SVG_H
#define PP_DRAW_SVG_H

#include "base/base.h"

/* Append the picture so that it fills its window and can be panned and zoomed,
 * and so that it is XML whatever characters names are made of. */
void pp_svg_finish(struct pp_buffer *out, struct pp_slice picture);

#endif
