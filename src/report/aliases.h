/* The symbols of one address, which are names of one function. Private to
 * report. */
#ifndef PP_REPORT_ALIASES_H
#define PP_REPORT_ALIASES_H

#include "object/object.h"

struct pp_aliases {
    uint32_t first, count; /* for pp_symbols_at */
    uint64_t start, end;   /* of the function; end is the first behind it */
};

/* Those that follow, of the next address; at first, when all is zero, those of
 * the lowest. false when there are no more. */
bool pp_aliases_next(struct pp_aliases *aliases,
                     const struct pp_symbols *symbols);

#endif
