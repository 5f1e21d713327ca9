/* Demangled names as the shorter modes print them: without the parameters of
 * functions around, and without template arguments. Private to object/. */
#ifndef PP_OBJECT_SHORTEN_H
#define PP_OBJECT_SHORTEN_H

#include "object/object.h"

enum pp_shorten_language {
    PP_SHORTEN_NOTHING,
    PP_SHORTEN_CPLUSPLUS,
    PP_SHORTEN_RUST,
};

/* Shorten the text of `out` from `start` on in place, and give constructors of
 * types without a name theirs, in all modes. What is not understood stays. */
void pp_shorten(struct pp_buffer *out, size_t start,
                enum pp_shorten_language language, enum pp_demangle mode);

#endif
