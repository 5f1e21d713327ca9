/* Reading bytes: numbers of every size and order, and ends that come too soon.
 */
#include "lines/cursor.h"
#include "bytes.h"

static struct bytes bytes;

static struct pp_cursor begin(bool is_big_endian)
{
    return (struct pp_cursor){
        .at = bytes.data,
        .end = bytes.data + bytes.size,
        .is_swapped = is_big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__),
    };
}

static void clear(bool is_big_endian)
{
    bytes.size = 0;
    bytes.is_big_endian = is_big_endian;
}

static void test_numbers(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        clear(order);
        put(&bytes, 0xfe, 1), put(&bytes, 0xfedc, 2), put(&bytes, 0xfedcba, 3);
        put(&bytes, 0xfedcba98, 4), put(&bytes, 0xfedcba9876543210, 8);
        struct pp_cursor cursor = begin(order);
        assert_int_equal(pp_cursor_number(&cursor, 1), 0xfe);
        assert_int_equal(pp_cursor_number(&cursor, 2), 0xfedc);
        assert_int_equal(pp_cursor_number(&cursor, 3), 0xfedcba);
        assert_int_equal(pp_cursor_number(&cursor, 4), 0xfedcba98);
        assert_int_equal(pp_cursor_number(&cursor, 8), 0xfedcba9876543210);
        assert_false(cursor.has_failed);
        assert_int_equal(pp_cursor_left(&cursor), 0);
    }
}

static void test_no_such_size(void **state)
{
    (void)state;
    clear(false);
    put(&bytes, 0, 8), put(&bytes, 0, 8);
    for (uint32_t size = 0; size < 17; size++) {
        struct pp_cursor cursor = begin(false);
        bool is_known =
            size == 1 || size == 2 || size == 3 || size == 4 || size == 8;
        pp_cursor_number(&cursor, size);
        assert_int_equal(cursor.has_failed, !is_known);
    }
}

/* What is asked for behind the end is 0, and so is all that follows. */
static void test_end(void **state)
{
    (void)state;
    clear(false);
    put(&bytes, 0x1122334455667788, 7);
    struct pp_cursor cursor = begin(false);
    assert_int_equal(pp_cursor_u64(&cursor), 0);
    assert_true(cursor.has_failed);
    assert_int_equal(pp_cursor_left(&cursor), 0);
    assert_int_equal(pp_cursor_u8(&cursor), 0);
    assert_int_equal(pp_cursor_uleb(&cursor), 0);
    assert_int_equal(pp_cursor_slice(&cursor, 1).size, 0);
    cursor = begin(false);
    pp_cursor_skip(&cursor, 7);
    assert_false(cursor.has_failed);
    pp_cursor_skip(&cursor, UINT64_MAX);
    assert_true(cursor.has_failed);
}

static void test_offsets(void **state)
{
    (void)state;
    clear(false);
    put(&bytes, 0x0201, 2);
    struct pp_slice slice = slice_of(&bytes), none = {0};
    struct pp_cursor cursor = pp_cursor_at(slice, 1, false);
    assert_int_equal(pp_cursor_u8(&cursor), 2);
    cursor = pp_cursor_at(slice, 2, false);
    assert_false(cursor.has_failed);
    assert_int_equal(pp_cursor_left(&cursor), 0);
    assert_true(pp_cursor_at(slice, 3, false).has_failed);
    assert_true(pp_cursor_at(slice, UINT64_MAX, false).has_failed);
    assert_true(pp_cursor_at(none, 1, false).has_failed);
    cursor = pp_cursor_at(none, 0, false);
    assert_false(cursor.has_failed);
    assert_int_equal(pp_cursor_left(&cursor), 0);
}

/* ---- LEB128 ------------------------------------------------------------- */

static void check_leb(const char *data, size_t size, uint64_t natural,
                      int64_t integer)
{
    struct pp_slice slice = {data, size};
    struct pp_cursor cursor = pp_cursor_at(slice, 0, false);
    assert_int_equal(pp_cursor_uleb(&cursor), natural);
    assert_int_equal(pp_cursor_left(&cursor), 0);
    cursor = pp_cursor_at(slice, 0, false);
    assert_int_equal(pp_cursor_sleb(&cursor), integer);
    assert_int_equal(pp_cursor_left(&cursor), 0);
    cursor = pp_cursor_at(slice, 0, false);
    pp_cursor_skip_leb(&cursor);
    assert_int_equal(pp_cursor_left(&cursor), 0);
    assert_false(cursor.has_failed);
}

static void test_leb(void **state)
{
    (void)state;
    check_leb("\x00", 1, 0, 0);
    check_leb("\x3f", 1, 63, 63);
    check_leb("\x40", 1, 64, -64);
    check_leb("\x7f", 1, 127, -1);
    check_leb("\x80\x01", 2, 128, 128);
    check_leb("\x80\x7f", 2, 0x3f80, -128);
    check_leb("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, UINT64_MAX, -1);
    check_leb("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 10, (uint64_t)1 << 63,
              INT64_MIN);
    /* More bits than we have are dropped. */
    check_leb("\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", 12, 1, 1);
}

static void test_endless_leb(void **state)
{
    static const struct pp_slice endless = pp_slice_literal("\x81\x82\xff");
    (void)state;
    struct pp_cursor cursor = pp_cursor_at(endless, 0, false);
    assert_int_equal(pp_cursor_uleb(&cursor), 0);
    assert_true(cursor.has_failed);
    cursor = pp_cursor_at(endless, 0, false);
    assert_int_equal(pp_cursor_sleb(&cursor), 0);
    assert_true(cursor.has_failed);
    cursor = pp_cursor_at(endless, 0, false);
    pp_cursor_skip_leb(&cursor);
    assert_true(cursor.has_failed);
}

/* What nobody writes is not searched for its end. */
static void test_long_leb(void **state)
{
    enum { LONGEST = 32 };
    (void)state;
    for (int size = LONGEST; size <= LONGEST + 1; size++) {
        clear(false);
        for (int i = 1; i < size; i++)
            put_u8(&bytes, 0x80);
        put_u8(&bytes, 0);
        struct pp_cursor number = begin(false), skipped = number;
        pp_cursor_uleb(&number);
        assert_int_equal(number.has_failed, size > LONGEST);
        pp_cursor_skip_leb(&skipped);
        assert_int_equal(skipped.has_failed, size > LONGEST);
    }
}

static void test_long_text(void **state)
{
    enum { LONGEST = (256 << 10) - 1 };
    static char text[LONGEST + 2];
    (void)state;
    memset(text, 'x', sizeof text);
    text[LONGEST] = 0;
    struct pp_slice slice = {text, sizeof text};
    struct pp_cursor cursor = pp_cursor_at(slice, 0, false);
    assert_int_equal(pp_cursor_text(&cursor).size, LONGEST);
    text[LONGEST] = 'x', text[LONGEST + 1] = 0;
    cursor = pp_cursor_at(slice, 0, false);
    assert_int_equal(pp_cursor_text(&cursor).size, 0);
    assert_true(cursor.has_failed);
}

/* ---- DWARF's own -------------------------------------------------------- */

static void test_text(void **state)
{
    (void)state;
    clear(false);
    put_text(&bytes, "one"), put_text(&bytes, ""), put(&bytes, 'x', 1);
    struct pp_cursor cursor = begin(false);
    assert_true(
        pp_slice_equal(pp_cursor_text(&cursor), pp_slice_literal("one")));
    assert_int_equal(pp_cursor_text(&cursor).size, 0);
    assert_false(cursor.has_failed);
    assert_int_equal(pp_cursor_text(&cursor).size, 0); /* no NUL */
    assert_true(cursor.has_failed);
}

static void check_length(uint64_t first, uint64_t second, size_t room,
                         uint64_t length, uint8_t offset_size)
{
    uint8_t size = 0;
    clear(false);
    put(&bytes, first, 4);
    if (first == 0xffffffff)
        put(&bytes, second, 8);
    for (size_t i = 0; i < room; i++)
        put_u8(&bytes, 0);
    struct pp_cursor cursor = begin(false);
    assert_int_equal(pp_cursor_unit_length(&cursor, &size), length);
    assert_int_equal(cursor.has_failed, offset_size == 0);
    if (offset_size != 0)
        assert_int_equal(size, offset_size);
}

static void test_unit_length(void **state)
{
    (void)state;
    check_length(3, 0, 3, 3, 4);
    check_length(3, 0, 9, 3, 4);
    check_length(4, 0, 3, 0, 0);
    check_length(0xffffffff, 3, 3, 3, 8);
    check_length(0xffffffff, 4, 3, 0, 0);
    check_length(0xffffffff, UINT64_MAX, 3, 0, 0);
    check_length(0xfffffff0, 0, 3, 0, 0); /* reserved */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),  cmocka_unit_test(test_no_such_size),
        cmocka_unit_test(test_end),      cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_leb),      cmocka_unit_test(test_endless_leb),
        cmocka_unit_test(test_long_leb), cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_text),     cmocka_unit_test(test_unit_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
