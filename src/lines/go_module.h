/* Where an executable file has Go's table of functions and lines, and what else
 * is needed to read it. Private to lines/. */
#ifndef PP_LINES_GO_MODULE_H
#define PP_LINES_GO_MODULE_H

#include "lines/go_format.h"
#include "object/object.h"

struct pp_go_module {
    struct pp_go_header header; /* its start of text is right */
    struct pp_slice calls;      /* where trees of inlined calls are; or empty */
    uint64_t calls_base; /* to take from a record's, for an offset in them */
};

/* false when the object has no such table. */
bool pp_go_module_find(struct pp_object *object, struct pp_go_module *module);

#endif
