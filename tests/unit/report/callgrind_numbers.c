/* The numbers of callgrind reports. */
#include "report/callgrind_numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void assert_decimal(int64_t value, const char *expected)
{
    char text[PP_DECIMAL_SIZE + 1] = {0};
    assert_ptr_equal(pp_put_decimal(text, value), text + strlen(expected));
    assert_string_equal(text, expected);
}

static void decimals_have_all_sizes(void **state)
{
    (void)state;
    assert_decimal(0, "0");
    assert_decimal(9, "9");
    assert_decimal(10, "10");
    assert_decimal(-999, "-999");
    assert_decimal(1000, "1000");
    assert_decimal(9999, "9999");
    assert_decimal(10000, "10000");
    assert_decimal(1234567890123, "1234567890123");
    assert_decimal(INT64_MAX, "9223372036854775807");
    assert_decimal(INT64_MIN, "-9223372036854775808");
}

static void assert_address(const uint64_t *previous, uint64_t address,
                           const char *expected)
{
    char text[PP_ADDRESS_SIZE + 1] = {0};
    char *end = pp_put_address(text, previous, address);
    assert_int_equal(end - text, strlen(expected));
    assert_memory_equal(text, expected, strlen(expected));
}

static void addresses_are_relative_where_shorter(void **state)
{
    const uint64_t previous = 0x401000, low = 0x10, high = UINT64_MAX;
    (void)state;
    assert_address(NULL, 0, "0x0");
    assert_address(NULL, 0x401000, "0x401000");
    assert_address(NULL, UINT64_MAX, "0xffffffffffffffff");
    assert_address(&previous, previous, "*");
    assert_address(&previous, previous + 1, "+1");
    assert_address(&previous, previous - 16, "-16");
    /* No shorter is not shorter. */
    assert_address(&low, 0x10 + 1000, "0x3f8");
    assert_address(&low, 0x10 + 100, "0x74");
    assert_address(&low, 0x10 + 99, "+99");
    assert_address(&previous, 0x401000 + 1000000, "0x4f5240");
    assert_address(&high, 7, "+8");
    assert_address(&high, (uint64_t)INT64_MAX, "0x7fffffffffffffff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_have_all_sizes),
        cmocka_unit_test(addresses_are_relative_where_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
