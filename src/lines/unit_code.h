/* What addresses in the code of a unit need: its scopes and its line table,
 * read when they are first touched and kept as long as there is room. Private
 * to lines/. */
#ifndef PP_LINES_UNIT_CODE_H
#define PP_LINES_UNIT_CODE_H

#include "lines/line_table.h"
#include "lines/scopes.h"
#include "lines/split.h"

/* What was asked of a scope once: its function, and where it is called if that
 * is inlined. */
struct pp_known_scope {
    struct pp_slice function, call_file;
    int64_t start_line, call_line, call_column;
};

struct pp_unit_code {
    const struct pp_dwarf_unit *unit; /* has code ranges and a line table */
    const struct pp_dwarf_unit *tree; /* has the functions: the same, or the
                                         split unit; NULL when that is not
                                         there */
    uint32_t group;
    uint32_t table_owner; /* the unit that keeps the line table for all that
                             share it */
    uint64_t table_bytes; /* of the line program, from when it is claimed */
    bool has_tree, has_scopes, has_table;
    bool wants_scopes, wants_table; /* of pp_unit_codes_prepare */
    struct pp_scopes scopes;
    struct {
        struct pp_known_scope *items;
        uint32_t count, capacity;
    } known; /* by pp_scope.known */
    struct pp_line_table table;
};

/* Units next to each other that have their memory in common: small ones would
 * waste it. */
struct pp_unit_group {
    uint32_t first, count; /* of units */
    struct pp_arena arena;
    size_t memory;    /* of the arena, as far as it is accounted for */
    uint64_t used_at; /* the number of the last use */
    bool is_listed;   /* of pp_unit_codes_prepare */
};

/* Those of all units of a file, by number. */
struct pp_unit_codes {
    struct pp_unit_code *items;
    uint32_t count;
    struct {
        struct pp_unit_group *items;
        uint32_t count, capacity;
    } groups;
    size_t memory;     /* of all that is kept */
    size_t memory_max; /* 0: no limit */
    uint64_t use_count;
    uint64_t line_bytes; /* of line programs that are kept */
    bool one_thread;
    struct pp_splits splits;
    struct pp_error missing; /* the first file that was not found, and why */
};

/* Where what belongs to a unit lives. */
static inline struct pp_arena *pp_unit_codes_arena(
    struct pp_unit_codes *codes, const struct pp_unit_code *code)
{
    return &codes->groups.items[code->group].arena;
}

/* All units of the file, nothing read, in a soft arena. 0 or PP_E_MEMORY. */
int pp_unit_codes_init(struct pp_unit_codes *codes, struct pp_arena *arena,
                       const struct pp_dwarf_file *file);
void pp_unit_codes_release(struct pp_unit_codes *codes);

/* Read what is not there of one unit, for which others may go. */
struct pp_unit_code *pp_unit_codes_get(struct pp_unit_codes *codes,
                                       uint32_t index);

/* Read several units at once, as far as there is room. */
void pp_unit_codes_prepare(struct pp_unit_codes *codes, const uint32_t *indices,
                           uint32_t count);

#endif
