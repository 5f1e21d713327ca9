/* The scopes of one compilation unit: one walk over its tree that collects
 * every function and inlined call that has code. See scopes.h.
 *
 * Invariant: a scope's parent stands before it, and no entry is visited
 * twice.
 *
 * Specification: DWARF 5, 3.3 (subroutines) and 2.17 (code addresses). */
#include "lines/scopes.h"

#include <dwarf.h>

enum { TREE_DEPTH_MAX = 256 };

/* Ranges are collected in memory that goes when they are sorted. */
struct walk {
    struct pp_scopes *scopes;
    struct pp_arena *arena;
    struct pp_arena scratch;
    Dwarf_Off offset; /* of the entry visited last */
};

static bool is_code(int tag)
{
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/* Whether functions may stand among the children. */
static bool may_hold_code(int tag)
{
    switch (tag) {
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
    case DW_TAG_lexical_block:
    case DW_TAG_try_block:
    case DW_TAG_catch_block:
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
    case DW_TAG_interface_type:
    case DW_TAG_enumeration_type: /* Rust's have methods */
        return true;
    }
    return false;
}

int pp_scopes_add_ranges(struct pp_ranges *ranges, struct pp_arena *arena,
                         Dwarf_Die *die, uint32_t what)
{
    Dwarf_Addr base, start, end;
    ptrdiff_t offset = 0;
    uint32_t before = ranges->count;
    while ((offset = dwarf_ranges(die, offset, &base, &start, &end)) > 0)
        if (pp_ranges_add(ranges, arena, start, end, what) < 0)
            return PP_E_MEMORY;
    return ranges->count > before;
}

/* Add the DIE as a scope if it has code; `parent` becomes the scope that its
 * children are in. */
static int add_scope(struct walk *walk, Dwarf_Die *die, uint32_t *parent)
{
    uint32_t index = walk->scopes->all.count;
    int has_code =
        pp_scopes_add_ranges(&walk->scopes->ranges, &walk->scratch, die, index);
    if (has_code <= 0)
        return has_code;
    struct pp_scope *scope = pp_vector_add(walk->arena, &walk->scopes->all);
    if (!scope)
        return PP_E_MEMORY;
    scope->die = *die;
    scope->parent =
        dwarf_tag(die) == DW_TAG_inlined_subroutine ? *parent : PP_NONE;
    *parent = index;
    return PP_OK;
}

/* The tree is walked in the order of the file. Damaged references lead back
 * into it, where a walk would not end in our time. */
static bool is_ahead(struct walk *walk, Dwarf_Die *die)
{
    Dwarf_Off offset = dwarf_dieoffset(die);
    if (offset <= walk->offset)
        return false;
    walk->offset = offset;
    return true;
}

static int walk_children(struct walk *walk, Dwarf_Die *die, uint32_t parent,
                         int depth)
{
    Dwarf_Die child;
    if (depth == TREE_DEPTH_MAX || dwarf_child(die, &child) != 0)
        return PP_OK;
    do {
        int tag = dwarf_tag(&child);
        uint32_t scope = parent;
        if (!is_ahead(walk, &child))
            break;
        if (!may_hold_code(tag))
            continue;
        if ((is_code(tag) && add_scope(walk, &child, &scope) < 0) ||
            walk_children(walk, &child, scope, depth + 1) < 0)
            return PP_E_MEMORY;
    } while (dwarf_siblingof(&child, &child) == 0);
    return PP_OK;
}

int pp_scopes_read(struct pp_scopes *scopes, struct pp_arena *arena,
                   Dwarf_Die *unit)
{
    struct walk walk = {.scopes = scopes, .arena = arena};
    *scopes = (struct pp_scopes){0};
    int status = walk_children(&walk, unit, PP_NONE, 0);
    if (status == PP_OK)
        status = pp_ranges_build(&scopes->ranges, arena);
    pp_arena_release(&walk.scratch);
    return status;
}
