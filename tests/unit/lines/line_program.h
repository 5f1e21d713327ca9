/* Line programs put together by hand. */
#ifndef TEST_UNIT_LINES_LINE_PROGRAM_H
#define TEST_UNIT_LINES_LINE_PROGRAM_H

#include "bytes.h"
#include "lines/line_table.h"

struct program {
    struct bytes section;
    uint16_t version;
    bool is_64;           /* 64-bit DWARF */
    uint8_t address_size; /* 4 or 8 */
    uint8_t instruction_size, operation_max, line_range, opcode_base;
    int8_t line_base;
    size_t length, header_length; /* where those two stand */
    struct pp_dwarf_file file;
    struct pp_dwarf_unit unit;
    struct pp_arena arena;
    struct pp_line_table table;
};

/* What gcc writes. */
static inline void init_program(struct program *program, uint16_t version)
{
    memset(program, 0, sizeof *program);
    program->version = version;
    program->address_size = 8;
    program->instruction_size = 1;
    program->operation_max = 1;
    program->line_base = -5;
    program->line_range = 14;
    program->opcode_base = 13;
}

/* The header, up to where the names begin. */
static inline void begin_header(struct program *program)
{
    static const uint8_t operand_counts[] = {0, 1, 1, 1, 1, 0, 0,
                                             0, 1, 0, 0, 1, 2};
    struct bytes *section = &program->section;
    size_t offset_size = program->is_64 ? 8 : 4;
    if (program->is_64)
        put(section, UINT32_MAX, 4);
    program->length = section->size;
    section->size += offset_size;
    put(section, program->version, 2);
    if (program->version >= 5) {
        put_u8(section, program->address_size);
        put_u8(section, 0);
    }
    program->header_length = section->size;
    section->size += offset_size;
    put_u8(section, program->instruction_size);
    if (program->version >= 4)
        put_u8(section, program->operation_max);
    put_u8(section, 1);
    put_u8(section, (uint8_t)program->line_base);
    put_u8(section, program->line_range);
    put_u8(section, program->opcode_base);
    for (uint32_t i = 0; i + 1 < program->opcode_base; i++)
        put_u8(section, operand_counts[i]);
}

static inline void end_header(struct program *program)
{
    size_t size = program->is_64 ? 8 : 4;
    put_at(&program->section, program->header_length,
           program->section.size - program->header_length - size, size);
}

/* A header with no names. */
static inline void put_header(struct program *program)
{
    begin_header(program);
    for (int i = 0; i < (program->version >= 5 ? 4 : 2); i++)
        put_u8(&program->section, 0);
    end_header(program);
}

/* Read what was put there; to be released. */
static inline void read_program(struct program *program)
{
    size_t size = program->is_64 ? 8 : 4;
    put_at(&program->section, program->length,
           program->section.size - program->length - size, size);
    program->file.sections[PP_DWARF_LINE] = slice_of(&program->section);
    program->file.is_swapped = is_swapped(&program->section);
    program->unit.file = &program->file;
    program->unit.version = program->version;
    program->unit.address_size = program->address_size;
    assert_int_equal(
        pp_line_table_read(&program->table, &program->arena, &program->unit),
        PP_OK);
}

static inline void release_program(struct program *program)
{
    pp_arena_release(&program->arena);
}

#endif
