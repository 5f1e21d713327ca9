/* Names of functions as a picture has room for. Private to report. */
#ifndef PP_REPORT_SHORTEN_H
#define PP_REPORT_SHORTEN_H

#include "base/base.h"

/* Without namespaces, packages and versions of modules, as far as the name is
 * one of C++, Go or Java: a part of it, borrowed, or in the arena where a
 * version stood in the middle. */
struct pp_slice pp_function_name_shorten(struct pp_slice name,
                                         struct pp_arena *arena);

#endif
