/* Which function, and which calls inlined into it, the code at an address of
 * one compilation unit belongs to. Private to lines/. */
#ifndef PP_OBJECT_SCOPES_H
#define PP_OBJECT_SCOPES_H

#include <elfutils/libdw.h>

#include "lines/ranges.h"

/* A function with code, or a call inlined into one. */
struct pp_scope {
    Dwarf_Die die;
    uint32_t parent; /* the scope around it; PP_NONE: it is a function */
};

struct pp_scopes {
    struct {
        struct pp_scope *items;
        uint32_t count, capacity;
    } all;
    struct pp_ranges ranges; /* of indices in all */
};

/* Collect the scopes of a unit, in a soft arena. 0 or PP_E_MEMORY; what DWARF
 * says wrong is left out. */
int pp_scopes_read(struct pp_scopes *scopes, struct pp_arena *arena,
                   Dwarf_Die *unit);

/* Add the code of a unit or a scope to the ranges, as that of `what`. How many
 * ranges it has, or PP_E_MEMORY. */
int pp_scopes_add_ranges(struct pp_ranges *ranges, struct pp_arena *arena,
                         Dwarf_Die *die, uint32_t what);

#endif
