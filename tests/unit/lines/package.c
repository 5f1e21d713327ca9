/* The index of a package: looked up, and damaged. */
#include "lines/package.h"
#include "bytes.h"

enum { SLOT_COUNT = 8, UNIT_COUNT = 3 };
enum { ROWS = 16 + SLOT_COUNT * 8 }; /* where that table is */

static struct bytes package;

/* The third one meets the first in the hash table, and goes on. */
static const uint64_t ids[UNIT_COUNT] = {0x1111111100000005, 0x2222222200000001,
                                         0x3333333300000005};

static uint32_t find_slot(uint64_t id, const uint32_t *rows)
{
    uint32_t slot = id & (SLOT_COUNT - 1);
    while (rows[slot])
        slot = (slot + ((id >> 32 & (SLOT_COUNT - 1)) | 1)) & (SLOT_COUNT - 1);
    return slot;
}

/* An index of three units. Each cell tells the number of its section and of its
 * unit. */
static void put_index(uint16_t version, const uint32_t *sections,
                      uint32_t column_count)
{
    uint32_t rows[SLOT_COUNT] = {0};
    put(&package, version, version == 5 ? 2 : 4);
    if (version == 5)
        put(&package, 0, 2);
    put(&package, column_count, 4);
    put(&package, UNIT_COUNT, 4);
    put(&package, SLOT_COUNT, 4);
    package.size += SLOT_COUNT * 8;
    for (uint32_t unit = 0; unit < UNIT_COUNT; unit++) {
        uint32_t slot = find_slot(ids[unit], rows);
        rows[slot] = unit + 1;
        put_at(&package, 16 + slot * 8, ids[unit], 8);
    }
    for (uint32_t i = 0; i < SLOT_COUNT; i++)
        put(&package, rows[i], 4);
    for (uint32_t i = 0; i < column_count; i++)
        put(&package, sections[i], 4);
    for (uint32_t base = 0x1000; base <= 0x2000; base += 0x1000)
        for (uint32_t unit = 0; unit < UNIT_COUNT; unit++)
            for (uint32_t i = 0; i < column_count; i++)
                put(&package, base + sections[i] * 0x10 + unit, 4);
}

static void begin(uint16_t version, bool is_big_endian)
{
    static const uint32_t sections[] = {1, 3, 4, 5, 6, 8};
    memset(&package, 0, sizeof package);
    package.is_big_endian = is_big_endian;
    put_index(version, sections, 6);
}

static bool find(uint64_t id,
                 struct pp_package_part parts[PP_DWARF_SECTION_COUNT])
{
    return pp_package_find(slice_of(&package), is_swapped(&package), id, parts);
}

static void check_part(const struct pp_package_part *part, uint32_t section,
                       uint32_t unit)
{
    assert_int_equal(part->offset, 0x1000 + section * 0x10 + unit);
    assert_int_equal(part->size, 0x2000 + section * 0x10 + unit);
}

static void check_units(uint16_t version)
{
    struct pp_package_part parts[PP_DWARF_SECTION_COUNT];
    for (uint32_t unit = 0; unit < UNIT_COUNT; unit++) {
        assert_true(find(ids[unit], parts));
        check_part(&parts[PP_DWARF_INFO], 1, unit);
        check_part(&parts[PP_DWARF_ABBREV], 3, unit);
        check_part(&parts[PP_DWARF_LINE], 4, unit);
        check_part(&parts[PP_DWARF_STR_OFFSETS], 6, unit);
        if (version == 5) /* before, that number is of something else */
            check_part(&parts[PP_DWARF_RNGLISTS], 8, unit);
        else
            assert_int_equal(parts[PP_DWARF_RNGLISTS].size, 0);
        assert_int_equal(parts[PP_DWARF_STR].size, 0);
    }
    assert_false(find(0, parts));
    assert_false(find(5, parts));
    assert_false(find(0x4444444400000005, parts));
}

static void test_versions(void **state)
{
    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        uint16_t version = variant & 1 ? 5 : 2;
        begin(version, variant & 2);
        check_units(version);
    }
}

static void test_sections_of_nobody(void **state)
{
    static const uint32_t sections[] = {0, 9, UINT32_MAX, 1};
    struct pp_package_part parts[PP_DWARF_SECTION_COUNT];
    (void)state;
    memset(&package, 0, sizeof package);
    put_index(5, sections, 4);
    assert_true(find(ids[1], parts));
    check_part(&parts[PP_DWARF_INFO], 1, 1);
}

/* One number of the header or a table is wrong. */
static void check_damaged(size_t at, uint32_t value)
{
    struct pp_package_part parts[PP_DWARF_SECTION_COUNT];
    begin(5, false);
    put_at(&package, at, value, 4);
    for (uint32_t unit = 0; unit < UNIT_COUNT; unit++)
        assert_false(find(ids[unit], parts));
}

static void test_damaged(void **state)
{
    enum { COLUMNS = 4, UNITS = 8, SLOTS = 12 };
    (void)state;
    check_damaged(0, 1);
    check_damaged(0, 3);
    check_damaged(COLUMNS, 7);
    check_damaged(COLUMNS, UINT32_MAX);
    check_damaged(UNITS, 0);
    check_damaged(UNITS, 4);
    check_damaged(UNITS, UINT32_MAX);
    check_damaged(SLOTS, 0);
    check_damaged(SLOTS, 7);
    check_damaged(SLOTS, 1u << 31);
}

/* A full table that has not got it is gone through once. */
static void test_full(void **state)
{
    struct pp_package_part parts[PP_DWARF_SECTION_COUNT];
    (void)state;
    begin(5, false);
    for (uint32_t i = 0; i < SLOT_COUNT; i++)
        put_at(&package, ROWS + i * 4, 1, 4);
    assert_false(find(7, parts));
    put_at(&package, ROWS + 7 * 4, 99, 4); /* no such row */
    put_at(&package, 16 + 7 * 8, 7, 8);
    assert_false(find(7, parts));
}

static void test_cut(void **state)
{
    struct pp_package_part parts[PP_DWARF_SECTION_COUNT];
    (void)state;
    begin(5, false);
    while (package.size-- > 0)
        assert_false(find(ids[0], parts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_sections_of_nobody),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
