/* Query strings and numbers as Go's net/url and strconv read them. */
#include "serve/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void first_good_value_wins(void **state)
{
    static const struct {
        const char *query, *value; /* NULL: not there */
    } rows[] = {
        {"seconds=5", "5"},
        {"", NULL},
        {"seconds", ""},
        {"seconds=", ""},
        {"debug=1&seconds=7&seconds=8", "7"},
        {"Seconds=5", NULL},
        {"second=5", NULL},
        {"secondss=5", NULL},
        {"s%65conds=5", "5"},
        {"seconds=%31%30", "10"},
        {"seconds=1+2", "1 2"},
        {"seconds=%2B5", "+5"},
        {"seconds=%3", NULL},
        {"seconds=%zz&seconds=6", "6"},
        {"seconds=1;debug=1&seconds=2", "2"},
        {"=5&&seconds=9", "9"},
        {"seconds=a=b", "a=b"},
        {"%73%65%63%6f%6e%64%73=3", "3"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pp_arena arena = {0};
        struct pp_slice value = {0};
        bool found =
            pp_query_get(pp_slice_of(rows[i].query), "seconds", &arena, &value);
        if (found != (rows[i].value != NULL) ||
            (found && !pp_slice_equal(value, pp_slice_of(rows[i].value))))
            fail_msg("\"%s\": %s \"" PP_SLICE_FORMAT "\"", rows[i].query,
                     found ? "found" : "not found", PP_SLICE_ARGS(value));
        pp_arena_release(&arena);
    }
}

static void integers_are_those_of_go(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } rows[] = {
        {"0", true, 0},
        {"30", true, 30},
        {"+5", true, 5},
        {"-5", true, -5},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"99999999999999999999", false, 0},
        {"", false, 0},
        {"+", false, 0},
        {"-", false, 0},
        {"1.5", false, 0},
        {"5s", false, 0},
        {" 5", false, 0},
        {"0x10", false, 0},
        {"--5", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value = 0;
        bool good = pp_query_parse_integer(pp_slice_of(rows[i].text), &value);
        if (good != rows[i].good || (good && value != rows[i].value))
            fail_msg("\"%s\": %d, %ld", rows[i].text, good, (long)value);
    }
}

static void addresses_have_any_base_of_c(void **state)
{
    static const struct {
        const char *text;
        uint64_t value;
    } rows[] = {
        {"0x1234", 0x1234},
        {"0XaB", 0xab},
        {"1234", 1234},
        {"0755", 0755},
        {"0o17", 017},
        {"0b101", 5},
        {"0xffffffffffffffff", UINT64_MAX},
        {"0x10000000000000000", UINT64_MAX},
        {"0", 0},
        {"", 0},
        {"0x", 0},
        {"0xg", 0},
        {"089", 0},
        {"0b2", 0},
        {"-1", 0},
        {"main", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t value = pp_query_parse_address(pp_slice_of(rows[i].text));
        if (value != rows[i].value)
            fail_msg("\"%s\": %#lx", rows[i].text, (unsigned long)value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_good_value_wins),
        cmocka_unit_test(integers_are_those_of_go),
        cmocka_unit_test(addresses_have_any_base_of_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
