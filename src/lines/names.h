/* What entries say of functions: names, and where calls were inlined. Private
 * to lines/. */
#ifndef PP_LINES_NAMES_H
#define PP_LINES_NAMES_H

#include "lines/abbreviations.h"

/* Of a function; texts are borrowed from the file, "" and 0 unknown. */
struct pp_function_names {
    struct pp_slice linkage; /* mangled */
    struct pp_slice name;
    int64_t start_line;
};

/* Of a scope: its function, and where it is called if that is inlined. */
struct pp_scope_facts {
    struct pp_function_names function;
    uint64_t call_file;
    int64_t call_line, call_column;
};

/* Functions that were looked up, by entry: most calls are of a few. */
struct pp_names {
    struct pp_arena *arena; /* a soft one: without memory less is kept */
    struct {
        struct pp_named_entry *items;
        uint32_t count, capacity;
    } entries;
    struct pp_table by_entry;
};

/* What the entry at an offset of the unit's section says, with what the
 * entries that it refers to say of the function. */
void pp_names_of_scope(struct pp_names *names, const struct pp_dwarf_unit *unit,
                       uint64_t offset, struct pp_scope_facts *facts);

#endif
