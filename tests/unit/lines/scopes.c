/* Scopes of trees made by hand: what is inside of what, what is jumped over,
 * and what damaged trees come to. */
#include "lines/scopes.h"
#include "entries.h"

enum { UNIT = 1, FUNCTION, CALL, BLOCK, TYPE, PLAIN };

static struct made_file made;
static struct pp_scopes scopes;

static void begin(void)
{
    make_file(&made);
    put_abbreviation(&made, UNIT, DW_TAG_compile_unit, true,
                     ATTRIBUTES(DW_AT_name, DW_FORM_string));
    put_abbreviation(
        &made, FUNCTION, DW_TAG_subprogram, true,
        ATTRIBUTES(DW_AT_low_pc, DW_FORM_addr, DW_AT_high_pc, DW_FORM_data4));
    put_abbreviation(
        &made, CALL, DW_TAG_inlined_subroutine, true,
        ATTRIBUTES(DW_AT_low_pc, DW_FORM_addr, DW_AT_high_pc, DW_FORM_addr));
    put_abbreviation(&made, BLOCK, DW_TAG_lexical_block, true,
                     ATTRIBUTES(DW_AT_name, DW_FORM_block1));
    put_abbreviation(&made, TYPE, 0x01, true, /* an array */
                     ATTRIBUTES(DW_AT_sibling, DW_FORM_ref4));
    put_abbreviation(&made, PLAIN, DW_TAG_subprogram, false,
                     ATTRIBUTES(DW_AT_name, DW_FORM_udata));
    put_u8(&made.abbrev, 0);
    begin_unit(&made, 0);
    put_u8(&made.info, UNIT), put_text(&made.info, "unit");
}

/* Both leave the entry's children to follow. */
static void put_function(uint64_t start, uint32_t size)
{
    put_u8(&made.info, FUNCTION);
    put(&made.info, start, 8), put(&made.info, size, 4);
}

static void put_call(uint64_t start, uint64_t end)
{
    put_u8(&made.info, CALL);
    put(&made.info, start, 8), put(&made.info, end, 8);
}

static void put_end(void)
{
    put_u8(&made.info, 0);
}

static void read(void)
{
    end_unit(&made);
    read_file(&made);
    assert_int_equal(made.file.units.count, 1);
    const struct pp_dwarf_unit *unit = &made.file.units.items[0];
    const struct pp_abbreviations *table = pp_abbreviations_of(unit);
    assert_non_null(table);
    assert_int_equal(pp_scopes_read(&scopes, &made.arena, unit, table), PP_OK);
}

static void check_scope(uint32_t index, uint32_t entry, uint32_t parent)
{
    assert_true(index < scopes.all.count);
    assert_int_equal(scopes.all.items[index].entry, entry);
    assert_int_equal(scopes.all.items[index].parent, parent);
    assert_int_equal(scopes.all.items[index].known, PP_NONE);
}

static void check_at(uint64_t address, uint32_t scope)
{
    assert_int_equal(pp_ranges_find(&scopes.ranges, address), scope);
}

static void test_tree(void **state)
{
    (void)state;
    begin();
    uint32_t function = here(&made);
    put_function(0x1000, 0x100);
    put_u8(&made.info, BLOCK), put(&made.info, 0xaabb02, 3);
    uint32_t call = here(&made);
    put_call(0x1010, 0x1040);
    uint32_t inner = here(&made);
    put_call(0x1020, 0x1030);
    put_end(), put_end(), put_end(); /* both calls, the block */
    uint32_t nested = here(&made);
    put_function(0x2000, 0x10);
    put_end(), put_end();
    put_u8(&made.info, PLAIN), put_uleb(&made.info, 1000);
    uint32_t last = here(&made);
    put_function(0x3000, 0x10);
    put_end(), put_end();
    read();
    assert_int_equal(scopes.all.count, 5);
    check_scope(0, function, PP_NONE);
    check_scope(1, call, 0);
    check_scope(2, inner, 1);
    check_scope(3, nested, PP_NONE);
    check_scope(4, last, PP_NONE);
    check_at(0xfff, PP_NONE);
    check_at(0x1000, 0);
    check_at(0x1015, 1);
    check_at(0x102f, 2);
    check_at(0x1030, 1);
    check_at(0x10ff, 0);
    check_at(0x1100, PP_NONE);
    check_at(0x2000, 3);
    check_at(0x300f, 4);
    release_file(&made);
}

/* Calls without code are none, and those in them belong to what is around. */
static void test_no_code(void **state)
{
    (void)state;
    begin();
    put_function(0x1000, 0x100);
    put_call(0, 0);
    uint32_t call = here(&made);
    put_call(0x1010, 0x1020);
    put_end(), put_end(), put_end(), put_end();
    read();
    assert_int_equal(scopes.all.count, 2);
    check_scope(1, call, 0);
    release_file(&made);
}

/* A type whose children are not even looked at: they could not be read. */
static void test_jump(void **state)
{
    (void)state;
    begin();
    put_u8(&made.info, TYPE);
    put(&made.info, here(&made) + 4 + 3, 4);
    put(&made.info, 0x707070, 3);
    put_function(0x1000, 0x10);
    put_end(), put_end();
    read();
    assert_int_equal(scopes.all.count, 1);
    release_file(&made);
}

/* Jumps back, or out of the unit, are not taken. */
static void test_wrong_jump(void **state)
{
    static const uint32_t targets[] = {0, 11, 1 << 20, UINT32_MAX};
    (void)state;
    for (uint32_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        begin();
        put_u8(&made.info, TYPE), put(&made.info, targets[i], 4);
        put_end();
        put_function(0x1000, 0x10);
        put_end(), put_end();
        read();
        assert_int_equal(scopes.all.count, 1);
        release_file(&made);
    }
}

static void test_unknown_code(void **state)
{
    (void)state;
    begin();
    put_function(0x1000, 0x10);
    put_u8(&made.info, 99);
    put_function(0x2000, 0x10);
    read();
    assert_int_equal(scopes.all.count, 1);
    release_file(&made);
}

/* Of values that an entry has twice the first counts, and of abbreviations that
 * have one code the first. */
static void test_repeated(void **state)
{
    enum { REPEATED = 20 };
    (void)state;
    begin();
    made.abbrev.size--;
    put_abbreviation(&made, REPEATED, DW_TAG_subprogram, false,
                     ATTRIBUTES(DW_AT_low_pc, DW_FORM_addr, DW_AT_low_pc,
                                DW_FORM_addr, DW_AT_high_pc, DW_FORM_data4));
    put_abbreviation(&made, REPEATED, DW_TAG_subprogram, false,
                     ATTRIBUTES(DW_AT_name, DW_FORM_udata));
    put_u8(&made.abbrev, 0);
    put_u8(&made.info, REPEATED);
    put(&made.info, 0x1000, 8), put(&made.info, 0x2000, 8);
    put(&made.info, 0x10, 4);
    put_function(0x3000, 0x10);
    put_end(), put_end();
    read();
    assert_int_equal(scopes.all.count, 2);
    check_at(0x1000, 0);
    check_at(0x2000, PP_NONE);
    check_at(0x3000, 1);
    release_file(&made);
}

/* Entries of more attributes than anybody writes are not read. */
static void test_too_many_attributes(void **state)
{
    enum { COUNT = 300, HUGE = 20 };
    uint64_t attributes[2 * COUNT + 5] = {0};
    (void)state;
    begin();
    made.abbrev.size--;
    for (int i = 0; i < COUNT; i++) {
        attributes[2 * i] = DW_AT_name;
        attributes[2 * i + 1] = DW_FORM_udata;
    }
    attributes[2 * COUNT] = DW_AT_low_pc;
    attributes[2 * COUNT + 1] = DW_FORM_addr;
    attributes[2 * COUNT + 2] = DW_AT_high_pc;
    attributes[2 * COUNT + 3] = DW_FORM_data4;
    put_abbreviation(&made, HUGE, DW_TAG_subprogram, false, attributes);
    put_u8(&made.abbrev, 0);
    put_function(0x1000, 0x10);
    put_end();
    put_u8(&made.info, HUGE);
    for (int i = 0; i < COUNT; i++)
        put_u8(&made.info, 1);
    put(&made.info, 0x2000, 8), put(&made.info, 0x10, 4);
    read();
    assert_int_equal(scopes.all.count, 1);
    check_at(0x2000, PP_NONE);
    release_file(&made);
}

/* An entry that the unit ends in is none. */
static void test_cut(void **state)
{
    (void)state;
    begin();
    put_function(0x1000, 0x10);
    put_function(0x2000, 0x10);
    made.info.size -= 2;
    read();
    assert_int_equal(scopes.all.count, 1);
    release_file(&made);
}

static void test_deep(void **state)
{
    enum { DEPTH = 3000 };
    (void)state;
    begin();
    put_function(0x100000, DEPTH);
    for (uint32_t i = 1; i < DEPTH; i++)
        put_call(0x100000 + i, 0x100000 + DEPTH);
    read();
    assert_int_equal(scopes.all.count, DEPTH);
    for (uint32_t i = 1; i < DEPTH; i++)
        assert_true(scopes.all.items[i].parent < i);
    check_at(0x100000 + 500, 500);
    release_file(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_no_code),
        cmocka_unit_test(test_jump),
        cmocka_unit_test(test_wrong_jump),
        cmocka_unit_test(test_unknown_code),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_deep),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_too_many_attributes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
