/* The scopes of one unit: one pass over its entries that collects every
 * function and inlined call that has code. See scopes.h.
 *
 * The pass is one loop, for entries lie in the order of the tree; what holds
 * no code is jumped over where the compiler says how far it reaches.
 *
 * Invariant: the cursor only goes forward, so the pass ends; a scope's parent
 * stands before it.
 *
 * Specification: DWARF 5, 2.3 (the tree), 3.3 (subroutines). */
#include "lines/scopes.h"

#include "lines/constants.h"

/* Deeper entries count as children of the deepest scope that is known. */
enum { DEPTH_MAX = 1024 };

struct walk {
    const struct pp_dwarf_unit *unit;
    const struct pp_abbreviations *table;
    struct pp_scopes *scopes;
    struct pp_arena *arena;
    struct pp_arena scratch;    /* of ranges until they are sorted */
    uint64_t steps_left;        /* in lists of ranges */
    uint32_t depth;             /* of the entries around */
    uint32_t around[DEPTH_MAX]; /* the scope at each depth, or PP_NONE */
};

/* Whether functions may stand among the children. */
static bool may_hold_code(uint16_t tag)
{
    switch (tag) {
    case DW_TAG_compile_unit:
    case DW_TAG_partial_unit:
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
    case DW_TAG_lexical_block:
    case DW_TAG_with_stmt:
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

static uint32_t scope_around(const struct walk *walk)
{
    return walk->around[walk->depth < DEPTH_MAX ? walk->depth : DEPTH_MAX - 1];
}

static void go_down(struct walk *walk, uint32_t scope)
{
    walk->depth++;
    if (walk->depth < DEPTH_MAX)
        walk->around[walk->depth] = scope;
}

/* Add an entry as a scope if it has code; `scope` becomes the one that its
 * children are in. */
static int add_scope(struct walk *walk, uint32_t entry, uint16_t tag,
                     const struct pp_kept_values *values, uint32_t *scope)
{
    struct pp_scopes *scopes = walk->scopes;
    uint32_t index = scopes->all.count;
    int has_code =
        pp_dwarf_add_ranges(&scopes->ranges, &walk->scratch, walk->unit, values,
                            &walk->steps_left, index);
    if (has_code <= 0)
        return has_code;
    struct pp_scope *added = pp_vector_add(walk->arena, &scopes->all);
    if (!added)
        return PP_E_MEMORY;
    *added = (struct pp_scope){
        .entry = entry,
        .parent = tag == DW_TAG_inlined_subroutine ? *scope : PP_NONE,
        .known = PP_NONE,
    };
    *scope = index;
    return PP_OK;
}

/* Jump behind the children of an entry that tells where that is. Damaged
 * references lead back, where a walk would not end. */
static bool skip_children(const struct walk *walk, struct pp_cursor *cursor,
                          const struct pp_kept_values *values)
{
    struct pp_dwarf_reference behind;
    const char *section = walk->unit->file->sections[PP_DWARF_INFO].data;
    uint64_t at = (uint64_t)((const char *)cursor->at - section);
    if (!pp_form_reference(walk->unit, &values->of[PP_KEPT_SIBLING], &behind) ||
        behind.offset < at || behind.offset > walk->unit->end)
        return false;
    cursor->at += behind.offset - at;
    return true;
}

/* One entry with what follows from it. */
static int visit(struct walk *walk, struct pp_cursor *cursor, uint32_t entry,
                 const struct pp_abbreviation *abbreviation)
{
    struct pp_kept_values values;
    uint32_t scope = scope_around(walk);
    uint16_t tag = abbreviation->tag;
    pp_abbreviation_walk(walk->table, abbreviation, walk->unit, cursor,
                         &values);
    bool is_code = tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
    if (is_code && add_scope(walk, entry, tag, &values, &scope) < 0)
        return PP_E_MEMORY;
    if (abbreviation->has_children &&
        (may_hold_code(tag) || !skip_children(walk, cursor, &values)))
        go_down(walk, scope);
    return PP_OK;
}

static int walk_entries(struct walk *walk)
{
    const struct pp_dwarf_unit *unit = walk->unit;
    struct pp_slice section = unit->file->sections[PP_DWARF_INFO];
    section.size = (size_t)unit->end;
    struct pp_cursor cursor =
        pp_cursor_at(section, unit->entries, unit->file->is_swapped);
    const uint8_t *start = (const uint8_t *)section.data + unit->offset;
    walk->around[0] = PP_NONE;
    do {
        uint32_t entry = (uint32_t)(cursor.at - start);
        uint64_t code = pp_cursor_uleb(&cursor);
        if (code == 0) {
            walk->depth -= walk->depth > 0;
            continue;
        }
        const struct pp_abbreviation *abbreviation =
            pp_abbreviations_find(walk->table, code);
        if (!abbreviation)
            break;
        if (abbreviation->is_plain)
            pp_cursor_skip(&cursor, abbreviation->plain_size);
        else if (visit(walk, &cursor, entry, abbreviation) < 0)
            return PP_E_MEMORY;
    } while (walk->depth > 0 && pp_cursor_left(&cursor) > 0);
    return PP_OK;
}

int pp_scopes_read(struct pp_scopes *scopes, struct pp_arena *arena,
                   const struct pp_dwarf_unit *unit,
                   const struct pp_abbreviations *table)
{
    enum { STEPS_PER_BYTE = 4, STEPS_EXTRA = 4096 };
    struct walk walk = {
        .unit = unit, .table = table, .scopes = scopes, .arena = arena};
    *scopes = (struct pp_scopes){0};
    pp_arena_init(&walk.scratch, arena->ceiling);
    walk.steps_left = (unit->end - unit->offset) * STEPS_PER_BYTE + STEPS_EXTRA;
    int status = walk_entries(&walk);
    if (status == PP_OK)
        status = pp_ranges_build(&scopes->ranges, arena);
    pp_arena_release(&walk.scratch);
    return status;
}
