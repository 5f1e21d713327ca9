/* Line programs: each opcode, in every version of the header, and what becomes
 * of programs that go wrong. */
#include "line_program.h"

enum {
    COPY = 1,
    ADVANCE_PC,
    ADVANCE_LINE,
    SET_FILE,
    SET_COLUMN,
    NEGATE_STMT,
    SET_BASIC_BLOCK,
    CONST_ADD_PC,
    FIXED_ADVANCE_PC,
    SET_PROLOGUE_END,
    SET_EPILOGUE_BEGIN,
    SET_ISA,
    OF_NOBODY, /* with two operands */
};

static struct program program;

static void set_address(uint64_t address)
{
    put_u8(&program.section, 0);
    put_uleb(&program.section, 1u + program.address_size);
    put_u8(&program.section, 2);
    put(&program.section, address, program.address_size);
}

static void end_sequence(void)
{
    put(&program.section, program.section.is_big_endian ? 0x000101 : 0x010100,
        3);
}

/* An opcode with one operand. */
static void operate(uint8_t opcode, uint64_t operand)
{
    put_u8(&program.section, opcode);
    put_uleb(&program.section, operand);
}

/* The opcode that advances so far and makes a row. */
static void special(uint32_t operations, int lines)
{
    put_u8(&program.section, (uint32_t)(lines - program.line_base) +
                                 operations * program.line_range +
                                 program.opcode_base);
}

static void check_row(uint64_t address, uint32_t file, uint32_t line,
                      uint32_t column)
{
    struct pp_line_row row;
    assert_true(pp_line_table_find(&program.table, address, &row));
    assert_int_equal(row.file, file);
    assert_int_equal(row.line, line);
    assert_int_equal(row.column, column);
}

static void check_nothing(uint64_t address)
{
    struct pp_line_row row;
    assert_false(pp_line_table_find(&program.table, address, &row));
}

/* ---- programs as they should be ----------------------------------------- */

static void check_short_program(void)
{
    put_header(&program);
    set_address(0x1000);
    special(0, 6);
    special(4, 1);
    special(3, -2);
    operate(ADVANCE_PC, 9);
    end_sequence();
    read_program(&program);
    check_nothing(0xfff);
    check_row(0x1000, 1, 7, 0);
    check_row(0x1003, 1, 7, 0);
    check_row(0x1004, 1, 8, 0);
    check_row(0x1007, 1, 6, 0);
    check_row(0x100f, 1, 6, 0);
    check_nothing(0x1010);
    release_program(&program);
}

static void test_versions(void **state)
{
    (void)state;
    for (uint16_t version = 2; version <= 5; version++)
        for (int variant = 0; variant < 8; variant++) {
            init_program(&program, version);
            program.is_64 = variant & 1;
            program.section.is_big_endian = variant & 2;
            program.address_size = variant & 4 ? 4 : 8;
            check_short_program();
        }
}

static void test_other_versions(void **state)
{
    static const uint16_t versions[] = {0, 1, 6, 0xffff};
    (void)state;
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        init_program(&program, versions[i]);
        put_header(&program);
        set_address(0x1000);
        special(0, 6);
        special(4, 1);
        end_sequence();
        read_program(&program);
        check_nothing(0x1000);
        release_program(&program);
    }
}

static void test_standard_opcodes(void **state)
{
    (void)state;
    init_program(&program, 5);
    program.opcode_base = OF_NOBODY + 1;
    put_header(&program);
    set_address(0x2000);
    operate(SET_FILE, 300);
    operate(SET_COLUMN, 200);
    operate(ADVANCE_LINE, 41);
    put_u8(&program.section, COPY); /* 2000: line 42 */
    put_u8(&program.section, ADVANCE_LINE);
    put_negative(&program.section, -10);
    put_u8(&program.section, CONST_ADD_PC); /* (255 - 14) / 14 = 17 */
    put_u8(&program.section, NEGATE_STMT);
    put_u8(&program.section, COPY); /* 2011: line 32 */
    put_u8(&program.section, FIXED_ADVANCE_PC);
    put(&program.section, 0x100, 2);
    put_u8(&program.section, SET_BASIC_BLOCK);
    put_u8(&program.section, SET_PROLOGUE_END);
    put_u8(&program.section, SET_EPILOGUE_BEGIN);
    operate(SET_ISA, 200);
    operate(OF_NOBODY, 200);
    put_uleb(&program.section, 300);
    operate(SET_COLUMN, 70000);     /* more than we tell */
    put_u8(&program.section, COPY); /* 2111 */
    operate(ADVANCE_PC, 0x1000);
    end_sequence();
    read_program(&program);
    check_row(0x2000, 300, 42, 200);
    check_row(0x2010, 300, 42, 200);
    check_row(0x2011, 300, 32, 200);
    check_row(0x2110, 300, 32, 200);
    check_row(0x2111, 300, 32, 0);
    check_row(0x3110, 300, 32, 0);
    check_nothing(0x3111);
    release_program(&program);
}

/* Before there were twelve standard opcodes there were nine. */
static void test_few_opcodes(void **state)
{
    (void)state;
    init_program(&program, 2);
    program.opcode_base = 10;
    check_short_program();
}

/* What extended opcodes we do not know are skipped, with their operands. */
static void test_extended_opcodes(void **state)
{
    (void)state;
    init_program(&program, 4);
    put_header(&program);
    set_address(0x1000);
    put_u8(&program.section, 0); /* discriminator */
    put_uleb(&program.section, 3);
    put_u8(&program.section, 4);
    put_uleb(&program.section, 300);
    put_u8(&program.section, 0); /* of some vendor */
    put_uleb(&program.section, 200);
    put_u8(&program.section, 0x80);
    program.section.size += 199;
    put(&program.section, 0, 2); /* without even an opcode */
    special(0, 4);
    special(1, 1);
    end_sequence();
    read_program(&program);
    check_row(0x1000, 1, 5, 0);
    release_program(&program);
}

static void test_several_operations(void **state)
{
    (void)state;
    init_program(&program, 4);
    program.instruction_size = 4;
    program.operation_max = 3;
    put_header(&program);
    set_address(0x1000);
    special(0, 1); /* 1000.0: line 2 */
    special(2, 1); /* 1000.2: line 3 */
    special(2, 1); /* 1004.1: line 4 */
    operate(ADVANCE_PC, 5);
    put_u8(&program.section, COPY); /* 100c.0 */
    special(1, 2);                  /* 100c.1: line 6 */
    put_u8(&program.section, FIXED_ADVANCE_PC);
    put(&program.section, 4, 2);
    special(2, 1); /* 1010.2: line 7 */
    special(1, 1); /* 1014.0: line 8 */
    operate(ADVANCE_PC, 3);
    end_sequence();
    read_program(&program);
    check_row(0x1000, 1, 3, 0);
    check_row(0x1004, 1, 4, 0);
    check_row(0x100b, 1, 4, 0);
    check_row(0x100c, 1, 6, 0);
    check_row(0x1010, 1, 7, 0);
    check_row(0x1017, 1, 8, 0);
    check_nothing(0x1018);
    release_program(&program);
}

/* Of several rows at one address the last one counts. */
static void test_rows_of_one_address(void **state)
{
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    set_address(0x1000);
    for (int i = 0; i < 5; i++)
        special(0, 1);
    special(1, 1);
    end_sequence();
    read_program(&program);
    check_row(0x1000, 1, 6, 0);
    check_nothing(0x1001);
    release_program(&program);
}

static void put_sequence(uint64_t address, uint32_t line)
{
    set_address(address);
    operate(ADVANCE_LINE, line - 1);
    put_u8(&program.section, COPY);
    operate(ADVANCE_PC, 0x10);
    end_sequence();
}

static void test_sequences_in_any_order(void **state)
{
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    put_sequence(0x3000, 30);
    put_sequence(0x1000, 10);
    put_sequence(0x2000, 20);
    read_program(&program);
    check_row(0x1000, 1, 10, 0);
    check_row(0x200f, 1, 20, 0);
    check_row(0x3008, 1, 30, 0);
    check_nothing(0x1010);
    check_nothing(0x2fff);
    release_program(&program);
}

/* The row at two bytes of code, by its number in a long program. */
static void check_long_row(uint32_t i)
{
    uint32_t up = (i + 1) / 2, down = i + 1 - up;
    uint32_t line = 1 + 5 * up - 4 * down;
    check_row(0x1002 + 2 * i, 1, line, 1 + i % 100);
    check_row(0x1003 + 2 * i, 1, line, 1 + i % 100);
}

/* A program of many rows has many marks, and no row is lost between them, in
 * whatever order they are asked for. */
static void test_long_program(void **state)
{
    enum { ROW_COUNT = 50000, FAR = 7919 };
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    set_address(0x1000);
    for (uint32_t i = 0; i < ROW_COUNT; i++) {
        operate(SET_COLUMN, 1 + i % 100);
        special(2, i % 2 ? 5 : -4);
    }
    end_sequence();
    read_program(&program);
    assert_true(program.table.marks.count > 500);
    assert_true(program.table.marks.count < 700);
    for (uint32_t i = 0; i + 1 < ROW_COUNT; i++)
        check_long_row(i);
    for (uint32_t i = ROW_COUNT - 1; i-- > 0;)
        check_long_row(i);
    for (uint32_t i = 0; i < ROW_COUNT; i++)
        check_long_row(i * FAR % (ROW_COUNT - 1));
    check_nothing(0x1000 + 2 * ROW_COUNT);
    release_program(&program);
}

/* ---- programs as they should not be ------------------------------------- */

/* Code that the linker threw away is nowhere. */
static void test_dead_sequences(void **state)
{
    (void)state;
    for (uint8_t size = 4; size <= 8; size += 4) {
        uint64_t last = size == 4 ? UINT32_MAX : UINT64_MAX;
        init_program(&program, 5);
        program.address_size = size;
        put_header(&program);
        put_sequence(0, 10);
        put_sequence(last, 20);
        put_sequence(last - 1, 30);
        put_sequence(0x1000, 40);
        read_program(&program);
        check_nothing(0);
        check_nothing(8);
        check_nothing(last - 1);
        check_nothing(last);
        check_nothing(last + 8);
        check_row(0x1008, 1, 40, 0);
        assert_int_equal(program.table.sequences.count, 1);
        release_program(&program);
    }
}

/* The same for those that never say where they are. */
static void test_no_address(void **state)
{
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    special(0, 1);
    special(4, 1);
    end_sequence();
    read_program(&program);
    check_nothing(0);
    release_program(&program);
}

/* Where a program goes back, both parts of it are found. */
static void test_backwards(void **state)
{
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    set_address(0x2000);
    special(0, 1);
    special(8, 1);
    set_address(0x1000);
    special(0, 1);
    special(8, 1);
    end_sequence();
    read_program(&program);
    check_row(0x2007, 1, 2, 0);
    check_nothing(0x2008);
    check_row(0x1007, 1, 4, 0);
    check_nothing(0x1008);
    release_program(&program);
}

static void test_no_end(void **state)
{
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    set_address(0x1000);
    special(0, 1);
    special(8, 1);
    read_program(&program);
    check_row(0x1007, 1, 2, 0);
    check_nothing(0x1008);
    release_program(&program);
}

/* Looking for the next row does not take forever. */
static void test_gap(void **state)
{
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    set_address(0x1000);
    special(0, 1);
    special(8, 1);
    for (uint32_t i = 0; i < 100000; i++)
        put_u8(&program.section, NEGATE_STMT);
    special(8, 1);
    end_sequence();
    read_program(&program);
    check_row(0x1007, 1, 2, 0);
    check_nothing(0x1008);
    release_program(&program);
}

static void check_impossible(void)
{
    put_header(&program);
    put_sequence(0x1000, 10);
    read_program(&program);
    check_nothing(0x1000);
    release_program(&program);
}

static void test_impossible_rules(void **state)
{
    (void)state;
    init_program(&program, 5);
    program.line_range = 0;
    check_impossible();
    init_program(&program, 5);
    program.opcode_base = 0;
    check_impossible();
    init_program(&program, 5);
    program.operation_max = 0;
    check_impossible();
}

/* Any end is one. */
static void test_cut(void **state)
{
    (void)state;
    init_program(&program, 5);
    put_header(&program);
    put_sequence(0x1000, 10);
    put_sequence(0x2000, 20);
    size_t whole = program.section.size;
    for (size_t size = program.header_length + 4; size < whole; size++) {
        program.section.size = size;
        read_program(&program);
        check_nothing(0x2008);
        release_program(&program);
    }
    program.section.size = whole;
    read_program(&program);
    check_row(0x2008, 1, 20, 0);
    release_program(&program);
}

/* A unit may be wrong of where its program is. */
static void test_no_program(void **state)
{
    static const uint64_t offsets[] = {1, 1000000, UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        init_program(&program, 5);
        put_header(&program);
        put_sequence(0x1000, 10);
        program.unit.line_table = offsets[i];
        read_program(&program);
        check_nothing(0x1000);
        release_program(&program);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_other_versions),
        cmocka_unit_test(test_standard_opcodes),
        cmocka_unit_test(test_few_opcodes),
        cmocka_unit_test(test_extended_opcodes),
        cmocka_unit_test(test_several_operations),
        cmocka_unit_test(test_rows_of_one_address),
        cmocka_unit_test(test_sequences_in_any_order),
        cmocka_unit_test(test_long_program),
        cmocka_unit_test(test_dead_sequences),
        cmocka_unit_test(test_no_address),
        cmocka_unit_test(test_backwards),
        cmocka_unit_test(test_no_end),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_impossible_rules),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_no_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
