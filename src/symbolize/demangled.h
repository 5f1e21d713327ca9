/* Names demangled before, kept from one profile to the next. Private to
 * symbolize/. */
#ifndef PP_SYMBOLIZE_DEMANGLED_H
#define PP_SYMBOLIZE_DEMANGLED_H

#include "base/base.h"
#include "object/object.h"

/* All zero is an empty one. */
struct pp_demangled {
    struct pp_arena arena; /* of all below */
    enum pp_demangle mode; /* that the names were demangled in */
    struct {
        struct pp_demangled_name *items;
        uint32_t count, capacity;
    } names;
    struct pp_table by_name;
};

struct pp_demangled_name {
    struct pp_slice name, demangled; /* demangled: "" when it is no other */
};

void pp_demangled_release(struct pp_demangled *demangled);

/* What a name was demangled to, or NULL. Good until the next one is added. */
const struct pp_slice *pp_demangled_find(const struct pp_demangled *demangled,
                                         struct pp_slice name,
                                         enum pp_demangle mode);

/* Remember one; without memory it is not. */
void pp_demangled_add(struct pp_demangled *demangled, struct pp_slice name,
                      enum pp_demangle mode, struct pp_slice result);

#endif
