/* Units and abbreviations made by hand: headers of all versions, first entries,
 * and what cannot be. */
#include "lines/units.h"
#include "entries.h"

enum { UNIT = 1, NO_NAME };

static struct made_file made;

static void begin(void)
{
    make_file(&made);
    put_abbreviation(&made, UNIT, DW_TAG_compile_unit, false,
                     ATTRIBUTES(DW_AT_comp_dir, DW_FORM_string, DW_AT_stmt_list,
                                DW_FORM_data4, DW_AT_low_pc, DW_FORM_addr,
                                DW_AT_high_pc, DW_FORM_data4));
    put_abbreviation(&made, NO_NAME, DW_TAG_compile_unit, false,
                     ATTRIBUTES(DW_AT_ranges, DW_FORM_data4));
    put_u8(&made.abbrev, 0);
}

static void put_first_entry(const char *directory, uint32_t line_table,
                            uint64_t start, uint32_t size)
{
    put_u8(&made.info, UNIT), put_text(&made.info, directory);
    put(&made.info, line_table, 4);
    put(&made.info, start, 8), put(&made.info, size, 4);
}

static void test_first_entry(void **state)
{
    (void)state;
    begin();
    begin_unit(&made, 0);
    put_first_entry("/one", 77, 0x1000, 0x10);
    end_unit(&made);
    begin_unit(&made, 0);
    put_u8(&made.info, NO_NAME), put(&made.info, 0, 4);
    end_unit(&made);
    put(&made.ranges, 0x2000, 8), put(&made.ranges, 0x2010, 8);
    put(&made.ranges, 0x3000, 8), put(&made.ranges, 0x3010, 8);
    put(&made.ranges, 0, 8), put(&made.ranges, 0, 8);
    read_file(&made);
    assert_int_equal(made.file.units.count, 2);
    const struct pp_dwarf_unit *unit = made.file.units.items;
    assert_true(pp_slice_equal(unit->directory, pp_slice_literal("/one")));
    assert_int_equal(unit->line_table, 77);
    assert_int_equal(unit->low_pc, 0x1000);
    assert_int_equal(unit[1].line_table, PP_DWARF_NO_OFFSET);
    assert_int_equal(made.code.count, 3);
    assert_int_equal(made.code.items[0].end, 0x1010);
    assert_int_equal(made.code.items[2].start, 0x3000);
    assert_int_equal(made.code.items[2].what, 1);
    release_file(&made);
}

/* A set of .debug_aranges with a pair, for the unit at an offset. */
static void put_set(struct bytes *sets, uint32_t unit, uint64_t start)
{
    put(sets, 44, 4), put(sets, 2, 2), put(sets, unit, 4);
    put_u8(sets, 8), put_u8(sets, 0);
    put(sets, 0, 4); /* up to a multiple of 16 */
    put(sets, start, 8), put(sets, 0x10, 8);
    put(sets, 0, 8), put(sets, 0, 8);
}

/* What units of DWARF 2 cannot say themselves; others can. */
static void test_sets(void **state)
{
    static struct bytes sets;
    (void)state;
    for (uint16_t version = 2; version < 4; version++) {
        begin();
        begin_unit(&made, 0);
        put_at(&made.info, 4, version, 2);
        put_first_entry("/one", 0, 0x1000, 0x10);
        end_unit(&made);
        sets.size = 0;
        put_set(&sets, 0, 0x2000);
        put_set(&sets, 1, 0x3000); /* no unit is there */
        put_set(&sets, 0, 0x4000);
        sets.size -= 17; /* the last end is missing */
        made.file.sections[PP_DWARF_ARANGES] = slice_of(&sets);
        read_file(&made);
        assert_int_equal(made.code.count, version == 2 ? 2 : 1);
        if (version == 2)
            assert_int_equal(made.code.items[1].start, 0x2000);
        release_file(&made);
    }
}

/* ---- headers ------------------------------------------------------------ */

/* A header, and how many bytes of entries follow it. */
static void put_header(uint16_t version, uint8_t type, uint8_t address_size,
                       bool is_64)
{
    size_t offset_size = is_64 ? 8 : 4;
    if (is_64)
        put(&made.info, 0xffffffff, 4);
    size_t length = made.info.size;
    put(&made.info, 0, offset_size);
    put(&made.info, version, 2);
    if (version >= 5)
        put_u8(&made.info, type), put_u8(&made.info, address_size);
    put(&made.info, 0, offset_size);
    if (version < 5)
        put_u8(&made.info, address_size);
    if (version >= 5 && (type == DW_UT_skeleton || type == DW_UT_split_compile))
        put(&made.info, 0x1122334455667788, 8);
    if (version >= 5 && type == DW_UT_type)
        put(&made.info, 0, 8), put(&made.info, 0, offset_size);
    put_u8(&made.info, 0);
    put_at(&made.info, length, made.info.size - length - offset_size,
           offset_size);
}

static void check_header(uint16_t version, uint8_t type, uint8_t address_size,
                         bool is_64)
{
    begin();
    put_header(version, type, address_size, is_64);
    read_file(&made);
    assert_int_equal(made.file.units.count, 1);
    const struct pp_dwarf_unit *unit = made.file.units.items;
    assert_int_equal(unit->version, version);
    assert_int_equal(unit->offset, 0);
    assert_int_equal(unit->entries, made.info.size - 1);
    assert_int_equal(unit->end, made.info.size);
    assert_int_equal(unit->offset_size, is_64 ? 8 : 4);
    assert_int_equal(unit->address_size, address_size);
    bool has_id = type == DW_UT_skeleton || type == DW_UT_split_compile;
    assert_int_equal(unit->split_id, has_id ? 0x1122334455667788 : 0);
    assert_ptr_equal(pp_dwarf_unit_at(&made.file, unit->entries), unit);
    assert_null(pp_dwarf_unit_at(&made.file, unit->entries - 1));
    assert_null(pp_dwarf_unit_at(&made.file, unit->end));
    release_file(&made);
}

static void test_headers(void **state)
{
    (void)state;
    for (int is_64 = 0; is_64 < 2; is_64++) {
        for (uint16_t version = 2; version < 5; version++)
            check_header(version, DW_UT_compile, 8, is_64);
        for (uint8_t type = DW_UT_compile; type <= DW_UT_split_compile; type++)
            check_header(5, type, 4, is_64);
    }
}

/* Units of other kinds are passed over, those behind them are there. */
static void test_unknown_units(void **state)
{
    (void)state;
    begin();
    put_header(1, 0, 8, false);
    put_header(6, DW_UT_compile, 8, false);
    put_header(4, 0, 2, false);
    put_header(4, 0, 8, false);
    read_file(&made);
    assert_int_equal(made.file.units.count, 1);
    release_file(&made);
}

/* Where a header cannot be, the units end. */
static void test_damaged_units(void **state)
{
    (void)state;
    begin();
    put_header(4, 0, 8, false);
    size_t good = made.info.size;
    put_header(4, 0, 8, false);
    size_t all = made.info.size;
    for (size_t size = good; size <= all; size++) {
        made.info.size = size;
        made.file.units.count = 0;
        read_file(&made);
        assert_int_equal(made.file.units.count, size == all ? 2 : 1);
    }
    put_at(&made.info, good, 0xffffffff, 4);
    made.file.units.count = 0;
    read_file(&made);
    assert_int_equal(made.file.units.count, 1);
    release_file(&made);
}

/* ---- abbreviations ------------------------------------------------------ */

/* Codes need not count from 1, and units share what they have in common. */
static void test_codes(void **state)
{
    static const uint64_t codes[] = {7, 1, UINT64_MAX, 1000};
    (void)state;
    make_file(&made);
    for (uint32_t i = 0; i < 4; i++)
        put_abbreviation(&made, codes[i], 0x100 + i, true, ATTRIBUTES(0));
    put_u8(&made.abbrev, 0);
    for (int i = 0; i < 2; i++) {
        begin_unit(&made, 0);
        put_u8(&made.info, 7);
        end_unit(&made);
    }
    read_file(&made);
    const struct pp_abbreviations *table =
        pp_abbreviations_of(&made.file.units.items[0]);
    assert_non_null(table);
    assert_ptr_equal(table, pp_abbreviations_of(&made.file.units.items[1]));
    assert_int_equal(table->all.count, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(pp_abbreviations_find(table, codes[i])->tag,
                         0x100 + i);
    assert_null(pp_abbreviations_find(table, 2));
    release_file(&made);
}

/* Every unit claims a table of its own, inside of one long one: honest files
 * never do, and we do not read it over and over. */
static void test_overlapping_tables(void **state)
{
    enum { COUNT = 12000 };
    (void)state;
    make_file(&made);
    for (uint32_t i = 0; i < 60000; i++)
        put_u8(&made.abbrev, i % 5 == 2 ? 0 : 0x20);
    for (uint32_t i = 0; i < COUNT; i++) {
        begin_unit(&made, i * 5);
        put_u8(&made.info, 1);
        end_unit(&made);
    }
    read_file(&made);
    assert_int_equal(made.file.units.count, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        pp_abbreviations_of(&made.file.units.items[i]);
    assert_true(made.file.abbreviation_bytes < 64 << 20);
    assert_true(made.arena.used < (size_t)512 << 20);
    release_file(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_entry),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_unknown_units),
        cmocka_unit_test(test_damaged_units),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_overlapping_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
