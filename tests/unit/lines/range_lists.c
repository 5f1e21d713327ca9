/* Lists of code ranges: each kind of entry, and lists that go wrong. */
#include "lines/range_lists.h"
#include "bytes.h"

static struct bytes section, addresses;
static struct pp_range_lists lists;
static uint64_t steps_left;

static void begin(uint16_t version, uint8_t address_size, bool is_big_endian)
{
    section.size = addresses.size = 0;
    section.is_big_endian = addresses.is_big_endian = is_big_endian;
    steps_left = 1000;
    lists = (struct pp_range_lists){
        .version = version,
        .address_size = address_size,
        .offset_size = 4,
        .is_swapped = is_swapped(&section),
        .steps_left = &steps_left,
    };
}

static void put_address(uint64_t address)
{
    put(&section, address, lists.address_size);
}

/* The ranges of the list at an offset are these: pairs, 0 at the end. */
static void check_list(uint64_t offset, const uint64_t *wanted)
{
    uint64_t start, end;
    lists.section = slice_of(&section);
    lists.addresses = slice_of(&addresses);
    struct pp_range_list list = pp_range_list_at(&lists, offset);
    for (; *wanted; wanted += 2) {
        assert_true(pp_range_list_next(&list, &start, &end));
        assert_int_equal(start, wanted[0]);
        assert_int_equal(end, wanted[1]);
    }
    assert_false(pp_range_list_next(&list, &start, &end));
    assert_false(pp_range_list_next(&list, &start, &end));
}

static void check_empty(uint64_t offset)
{
    check_list(offset, (const uint64_t[]){0});
}

/* ---- before DWARF 5 ----------------------------------------------------- */

static void test_pairs(void **state)
{
    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        begin(4, variant & 1 ? 4 : 8, variant & 2);
        uint64_t last = variant & 1 ? UINT32_MAX : UINT64_MAX;
        lists.low_pc = 0x1000;
        put_u8(&section, 0xff); /* the list begins behind it */
        put_address(0x10), put_address(0x20);
        put_address(0x30), put_address(0x30); /* empty */
        put_address(last), put_address(0x5000);
        put_address(0), put_address(8);
        put_address(last), put_address(0);
        put_address(0x7000), put_address(0x7001);
        put_address(0), put_address(0);
        put_address(1), put_address(2);
        check_list(1, (const uint64_t[]){0x1010, 0x1020, 0x5000, 0x5008, 0x7000,
                                         0x7001, 0});
    }
}

static void test_dead_pairs(void **state)
{
    (void)state;
    begin(4, 8, false);
    put_address(0), put_address(0x20);
    put_address(1), put_address(1);
    put_address(UINT64_MAX - 1), put_address(UINT64_MAX - 1);
    put_address(UINT64_MAX), put_address(UINT64_MAX - 1);
    put_address(0), put_address(0x20);
    put_address(0x10), put_address(0x20);
    put_address(UINT64_MAX), put_address(0x1000);
    put_address(0x10), put_address(0x20);
    put_address(0x40), put_address(0x30); /* backwards */
    put_address(0), put_address(0);
    check_list(0, (const uint64_t[]){0x1010, 0x1020, 0});
}

/* ---- DWARF 5 ------------------------------------------------------------ */

enum {
    END_OF_LIST,
    BASE_ADDRESSX,
    STARTX_ENDX,
    STARTX_LENGTH,
    OFFSET_PAIR,
    BASE_ADDRESS,
    START_END,
    START_LENGTH,
};

static void put_entry(uint8_t kind, uint64_t first, uint64_t second)
{
    put_u8(&section, kind);
    put_uleb(&section, first);
    put_uleb(&section, second);
}

static void put_addresses(void)
{
    for (uint32_t i = 0; i < 200; i++)
        put(&addresses, 0x10000 + i * 0x100, lists.address_size);
}

static void test_entries(void **state)
{
    (void)state;
    for (int variant = 0; variant < 4; variant++) {
        begin(5, variant & 1 ? 4 : 8, variant & 2);
        put_addresses();
        lists.low_pc = 0x1000;
        put_entry(OFFSET_PAIR, 0x10, 0x200);
        put_entry(STARTX_ENDX, 1, 2);
        put_entry(STARTX_LENGTH, 199, 300);
        put_u8(&section, START_END), put_address(0x3000), put_address(0x3001);
        put_u8(&section, START_LENGTH), put_address(0x4000);
        put_uleb(&section, 0x80);
        put_u8(&section, BASE_ADDRESS), put_address(0x5000);
        put_entry(OFFSET_PAIR, 1, 2);
        put_u8(&section, BASE_ADDRESSX), put_uleb(&section, 3);
        put_entry(OFFSET_PAIR, 0, 1);
        put_entry(OFFSET_PAIR, 5, 5); /* empty */
        put_u8(&section, END_OF_LIST);
        put_entry(OFFSET_PAIR, 7, 9);
        check_list(0,
                   (const uint64_t[]){0x1010, 0x1200, 0x10100, 0x10200, 0x1c700,
                                      0x1c82c, 0x3000, 0x3001, 0x4000, 0x4080,
                                      0x5001, 0x5002, 0x10300, 0x10301, 0});
    }
}

static void test_dead_entries(void **state)
{
    (void)state;
    for (uint8_t size = 4; size <= 8; size += 4) {
        uint64_t last = size == 4 ? UINT32_MAX : UINT64_MAX;
        begin(5, size, false);
        put(&addresses, last, size);
        put_u8(&section, START_LENGTH), put_address(0), put_uleb(&section, 9);
        put_u8(&section, START_LENGTH), put_address(last);
        put_uleb(&section, 9);
        put_u8(&section, BASE_ADDRESS), put_address(last);
        put_entry(OFFSET_PAIR, 0x10, 0x20);
        put_u8(&section, BASE_ADDRESS), put_address(0);
        put_entry(OFFSET_PAIR, 0x10, 0x20);
        put_u8(&section, BASE_ADDRESSX), put_uleb(&section, 0);
        put_entry(OFFSET_PAIR, 0x10, 0x20);
        put_u8(&section, BASE_ADDRESS), put_address(0x1000);
        put_entry(OFFSET_PAIR, 0x10, 0x20);
        put_u8(&section, END_OF_LIST);
        check_list(0, (const uint64_t[]){0x1010, 0x1020, 0});
    }
}

/* A unit that was thrown away itself has lists still. */
static void test_dead_unit(void **state)
{
    (void)state;
    begin(5, 8, false);
    lists.low_pc = UINT64_MAX;
    put_entry(OFFSET_PAIR, 0x10, 0x20);
    put_u8(&section, END_OF_LIST);
    check_empty(0);
}

/* ---- numbered ----------------------------------------------------------- */

static void check_numbered(uint8_t offset_size)
{
    begin(5, 8, false);
    lists.offset_size = offset_size;
    section.size = 8;    /* of the header */
    put(&section, 2, 4); /* two offsets */
    lists.base = section.size;
    put(&section, 0x40, offset_size);
    put(&section, 0x50, offset_size);
    section.size = 200;
    lists.section = slice_of(&section);
    assert_int_equal(pp_range_list_offset(&lists, 0), lists.base + 0x40);
    assert_int_equal(pp_range_list_offset(&lists, 1), lists.base + 0x50);
    assert_int_equal(pp_range_list_offset(&lists, 2), UINT64_MAX);
    assert_int_equal(pp_range_list_offset(&lists, UINT64_MAX), UINT64_MAX);
    lists.base = 0;
    assert_int_equal(pp_range_list_offset(&lists, 0), UINT64_MAX);
    lists.base = 1000;
    assert_int_equal(pp_range_list_offset(&lists, 0), UINT64_MAX);
    check_empty(UINT64_MAX);
}

static void test_numbered(void **state)
{
    (void)state;
    check_numbered(4);
    check_numbered(8);
}

static void test_numbered_addresses(void **state)
{
    uint64_t address;
    (void)state;
    for (uint8_t size = 4; size <= 8; size += 4) {
        begin(5, size, true);
        put_addresses();
        lists.addresses = slice_of(&addresses);
        assert_true(pp_range_lists_address(&lists, 199, &address));
        assert_int_equal(address, 0x1c700);
        assert_false(pp_range_lists_address(&lists, 200, &address));
        assert_false(pp_range_lists_address(&lists, UINT64_MAX, &address));
    }
}

/* ---- lists as they should not be ---------------------------------------- */

static void test_damaged(void **state)
{
    (void)state;
    begin(5, 8, false);
    check_empty(0); /* no section */
    put_entry(STARTX_LENGTH, 7, 1);
    check_empty(0); /* no such address */
    begin(5, 8, false);
    put_u8(&section, 8);
    put_entry(OFFSET_PAIR, 1, 2);
    check_empty(0);                             /* no such kind */
    check_list(1, (const uint64_t[]){1, 2, 0}); /* and no end */
    check_empty(2);                             /* the middle of something */
    check_empty(4);
    check_empty(5);
    begin(4, 8, false);
    put_address(1);
    check_empty(0);
    put_address(2);
    check_list(0, (const uint64_t[]){1, 2, 0});
}

static uint32_t count_ranges(void)
{
    struct pp_range_list list = pp_range_list_at(&lists, 0);
    uint64_t start, end;
    uint32_t count = 0;
    while (pp_range_list_next(&list, &start, &end))
        count++;
    return count;
}

/* What all lists together may cost is bounded. */
static void test_steps(void **state)
{
    (void)state;
    begin(5, 8, false);
    for (uint32_t i = 0; i < 100; i++)
        put_entry(OFFSET_PAIR, 2 * i + 1, 2 * i + 2);
    lists.section = slice_of(&section);
    steps_left = 151; /* that at the end is one, too */
    assert_int_equal(count_ranges(), 100);
    assert_int_equal(count_ranges(), 50);
    assert_int_equal(count_ranges(), 0);
    assert_int_equal(steps_left, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_dead_pairs),
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_dead_entries),
        cmocka_unit_test(test_dead_unit),
        cmocka_unit_test(test_numbered),
        cmocka_unit_test(test_numbered_addresses),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
