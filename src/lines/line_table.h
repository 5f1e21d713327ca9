/* Line tables: which line of which file the code at an address comes from, by
 * one line program. Private to lines/.
 *
 * The rows are not kept. A table is the places in the program where running it
 * may begin, one every couple of hundred bytes, so that it takes a tenth of the
 * program's size, and an address costs a search and a short run.
 */
#ifndef PP_LINES_LINE_TABLE_H
#define PP_LINES_LINE_TABLE_H

#include "lines/line_header.h"
#include "lines/ranges.h"

struct pp_line_row {
    uint32_t file; /* as DW_AT_call_file counts */
    uint32_t line; /* 0: of no line */
    uint32_t column;
};

/* A row, and where the program goes on behind it. */
struct pp_line_mark {
    uint64_t address;
    uint32_t next; /* offset in the opcodes */
    uint32_t file, line;
    uint16_t column;
    uint8_t operation; /* of an instruction that has several */
};

/* Rows of rising addresses. */
struct pp_line_sequence {
    uint32_t mark, mark_count; /* its own in `marks`, never none */
};

/* All zero is an empty one. */
struct pp_line_table {
    struct pp_line_header header;
    struct {
        struct pp_line_mark *items;
        uint32_t count, capacity;
    } marks;
    struct {
        struct pp_line_sequence *items;
        uint32_t count, capacity;
    } sequences;
    struct pp_ranges ranges;   /* of indices in sequences */
    struct pp_line_mark found; /* the row that was found last, */
    uint32_t found_sequence; /* and its sequence; a mark of all zero is none */
};

/* Read the header of a unit's program, and run it once; of a split unit the
 * skeleton has the program. A table of what can be read of a damaged one is no
 * failure: it may know no files or no rows. Sequences of code that the linker
 * threw away are left out. What is read stays borrowed. 0 or PP_E_MEMORY.
 *
 * The time it takes is that of a pass over the program's bytes; units may have
 * one program in common, for which one table is enough. */
int pp_line_table_read(struct pp_line_table *table, struct pp_arena *arena,
                       const struct pp_dwarf_unit *unit);

/* The row that an address belongs to; false when there is none. Addresses are
 * best asked for in their order. One thread at a time. */
bool pp_line_table_find(struct pp_line_table *table, uint64_t address,
                        struct pp_line_row *row);

/* The name of a file, as the program numbers them, joined with its directory
 * and the unit's; "" when there is no such file. Joined when first asked for,
 * in `arena`, and the same text every time. */
struct pp_slice pp_line_table_file(struct pp_line_table *table,
                                   struct pp_arena *arena, uint64_t number);

#endif
