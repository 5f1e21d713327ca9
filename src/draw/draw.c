/* Graphviz in a child process. */
#include "draw/draw.h"

int pp_draw(struct pp_slice dot, const char *format, struct pp_buffer *out,
            struct pp_error *err)
{
    (void)dot, (void)format, (void)out;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}
