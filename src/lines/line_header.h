/* The header of a line program: by which rules the program runs, and the files
 * that its rows name. Private to lines/. */
#ifndef PP_LINES_LINE_HEADER_H
#define PP_LINES_LINE_HEADER_H

#include "lines/dwarf.h"

/* What running the program needs. */
struct pp_line_rules {
    const uint8_t *operand_counts; /* of standard opcodes, from 1 on */
    uint8_t opcode_base, line_range, instruction_size, operation_max;
    int8_t line_base;
    bool is_swapped;
};

struct pp_line_file {
    const char *name; /* as it stands there, then joined */
    uint32_t directory;
    bool is_joined;
};

/* Borrows from the sections. All zero is an empty one. */
struct pp_line_header {
    uint16_t version;
    struct pp_line_rules rules;
    struct pp_slice opcodes; /* empty where the rules cannot be */
    struct pp_slice unit_directory;
    struct {
        const char **items;
        uint32_t count, capacity;
    } directories; /* 0 is the unit's, in every version */
    struct {
        struct pp_line_file *items;
        uint32_t count, capacity;
    } files; /* 0 is none before DWARF 5 */
};

/* Read the header of a unit's program, as far as it can be read. 0 or
 * PP_E_MEMORY. */
int pp_line_header_read(struct pp_line_header *header, struct pp_arena *arena,
                        const struct pp_dwarf_unit *unit);

/* See pp_line_table_file. */
struct pp_slice pp_line_header_file(struct pp_line_header *header,
                                    struct pp_arena *arena, uint64_t number);

#endif
