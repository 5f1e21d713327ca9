/* Which function, and which calls inlined into it, the code at an address of
 * one unit belongs to. Private to lines/. */
#ifndef PP_LINES_SCOPES_H
#define PP_LINES_SCOPES_H

#include "lines/units.h"

/* A function with code, or a call inlined into one. */
struct pp_scope {
    uint32_t entry;  /* its offset from the unit's */
    uint32_t parent; /* the scope around an inlined call; PP_NONE: it is a
                        function */
    uint32_t known;  /* what the reader keeps of it, PP_NONE at first */
};

struct pp_scopes {
    struct {
        struct pp_scope *items;
        uint32_t count, capacity;
    } all;
    struct pp_ranges ranges; /* of indices in all */
};

/* Collect the scopes of a unit, in a soft arena; `table` are its
 * abbreviations. 0 or PP_E_MEMORY; what DWARF says wrong is left out. Units of
 * one file may be read by several threads. */
int pp_scopes_read(struct pp_scopes *scopes, struct pp_arena *arena,
                   const struct pp_dwarf_unit *unit,
                   const struct pp_abbreviations *table);

#endif
