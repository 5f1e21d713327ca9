/* Line tables: which line of which file the code at an address comes from, by
 * one line program. Private to lines/.
 *
 * The rows are not kept. A table is the places in the program where running it
 * may begin, one every couple of hundred bytes, so that it takes a tenth of the
 * program's size, and an address costs a search and a short run.
 */
#ifndef PP_LINES_LINE_TABLE_H
#define PP_LINES_LINE_TABLE_H

#include "lines/ranges.h"

/* Where a program and its texts are. All is borrowed and must outlive the
 * table. */
struct pp_line_program {
    struct pp_slice section;        /* .debug_line, or .debug_line.dwo */
    uint64_t offset;                /* of the program: DW_AT_stmt_list */
    struct pp_slice strings;        /* .debug_str */
    struct pp_slice line_strings;   /* .debug_line_str */
    struct pp_slice string_offsets; /* .debug_str_offsets, from the unit's
                                       DW_AT_str_offsets_base on */
    struct pp_slice supplementary;  /* .debug_str of the supplementary file */
    struct pp_slice directory;      /* DW_AT_comp_dir of the unit */
    uint8_t address_size;           /* of the unit; 4 or 8 */
    bool is_swapped;                /* byte order */
};

struct pp_line_row {
    uint32_t file; /* as DW_AT_call_file counts */
    uint32_t line, column;
};

/* The rest is line_table.c's. */

/* The parts of a header that running the program needs. */
struct pp_line_rules {
    const uint8_t *opcode_lengths; /* of standard opcodes, from 1 on */
    uint16_t version;
    uint8_t opcode_base, line_range, instruction_size, operation_max;
    uint8_t address_size;
    int8_t line_base;
    bool is_swapped;
};

/* A row, and where the program goes on behind it. */
struct pp_line_mark {
    uint64_t address;
    uint32_t next; /* offset in the program's opcodes */
    uint32_t file, line;
    uint16_t column;
    uint8_t operation; /* op_index */
};

struct pp_line_file {
    struct pp_slice name;   /* as it stands there */
    struct pp_slice joined; /* with its directories; empty until asked for */
    uint64_t directory;
};

struct pp_line_table {
    struct pp_line_rules rules;
    struct pp_slice opcodes;
    struct pp_slice directory; /* the unit's */
    struct {
        struct pp_slice *items;
        uint32_t count, capacity;
    } directories;
    struct {
        struct pp_line_file *items;
        uint32_t count, capacity;
    } files;
    struct {
        struct pp_line_mark *items;
        uint32_t count, capacity;
    } marks; /* of each sequence together, sorted by address */
    struct {
        struct pp_line_sequence {
            uint32_t first, count; /* its marks */
        } * items;
        uint32_t count, capacity;
    } sequences;
    struct pp_ranges ranges; /* of indices in sequences */
};

/* Read a program's header, and run it once. A table of what can be read of a
 * damaged one is no failure: it may know no files or no rows. Sequences of code
 * that the linker threw away are left out. 0 or PP_E_MEMORY; an all-zero table
 * is an empty one. */
int pp_line_table_read(struct pp_line_table *table, struct pp_arena *arena,
                       const struct pp_line_program *program);

/* The row that an address belongs to; false when there is none. */
bool pp_line_table_find(const struct pp_line_table *table, uint64_t address,
                        struct pp_line_row *row);

/* The name of a file, as the program numbers them, joined with its directory
 * and the unit's; "" when there is no such file. Joined when first asked for,
 * in `arena`, and the same text every time. */
struct pp_slice pp_line_table_file(struct pp_line_table *table,
                                   struct pp_arena *arena, uint64_t index);

#endif
