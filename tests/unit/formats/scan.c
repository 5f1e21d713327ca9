/* What is taken off the front of texts, and the numbers that are read. */
#include "formats/scan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_text(struct pp_slice text, const char *expected)
{
    assert_true(pp_slice_equal(text, pp_slice_of(expected)));
}

static void decimal_numbers_have_a_sign_and_63_bits(void **state)
{
    static const struct {
        const char *text;
        bool is_number;
        int64_t number;
    } cases[] = {
        {"0", true, 0},
        {"+7", true, 7},
        {"-7", true, -7},
        {"010", true, 10},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"18446744073709551616", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"--1", false, 0},
        {"1 ", false, 0},
        {"0x1", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t number = 42;
        assert_int_equal(pp_read_decimal(pp_slice_of(cases[i].text), &number),
                         cases[i].is_number);
        assert_int_equal(number, cases[i].is_number ? cases[i].number : 42);
    }
}

static void integers_tell_their_base(void **state)
{
    static const struct {
        const char *text;
        bool is_number;
        int64_t number;
    } cases[] = {
        {"10", true, 10},
        {"010", true, 8},
        {"0o17", true, 15},
        {"0x1F", true, 31},
        {"-0X1f", true, -31},
        {"0b101", true, 5},
        {"0", true, 0},
        {"08", false, 0},
        {"0x", false, 0},
        {"0b2", false, 0},
        {"1f", false, 0},
        {"", false, 0},
        {"0x8000000000000000", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t number = 42;
        assert_int_equal(pp_read_integer(pp_slice_of(cases[i].text), &number),
                         cases[i].is_number);
        assert_int_equal(number, cases[i].is_number ? cases[i].number : 42);
    }
}

static void addresses_have_64_bits(void **state)
{
    uint64_t number = 0;
    (void)state;
    assert_true(pp_read_hex(pp_slice_of("ffffFFFFffffFFFF"), &number));
    assert_true(number == UINT64_MAX);
    assert_false(pp_read_hex(pp_slice_of("10000000000000000"), &number));
    assert_false(pp_read_hex(pp_slice_of("0x1"), &number));
    assert_false(pp_read_hex(pp_slice_of(""), &number));
    assert_true(number == UINT64_MAX);
}

static void what_is_taken_is_gone(void **state)
{
    struct pp_slice text = pp_slice_of("12ab rest of it");
    (void)state;
    assert_text(pp_take_while(&text, pp_is_digit), "12");
    assert_text(pp_take_while(&text, pp_is_digit), "");
    assert_false(pp_take(&text, pp_slice_literal("abc")));
    assert_true(pp_take(&text, pp_slice_literal("ab")));
    assert_false(pp_take_past(&text, pp_slice_literal("off")));
    assert_text(text, " rest of it");
    assert_true(pp_take_past(&text, pp_slice_literal("of")));
    assert_text(text, " it");
}

static void nothing_can_be_taken_off_nothing(void **state)
{
    struct pp_slice text = {0};
    (void)state;
    assert_int_equal(pp_take_while(&text, pp_is_digit).size, 0);
    assert_false(pp_take(&text, pp_slice_literal("a")));
    assert_false(pp_take_past(&text, pp_slice_literal("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimal_numbers_have_a_sign_and_63_bits),
        cmocka_unit_test(integers_tell_their_base),
        cmocka_unit_test(addresses_have_64_bits),
        cmocka_unit_test(what_is_taken_is_gone),
        cmocka_unit_test(nothing_can_be_taken_off_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
