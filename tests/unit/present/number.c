/* Numbers as Go reads them; what is wanted here is what Go's flag package did
 * with each text. */
#include "present/number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PARSE "parse error"
#define RANGE "value out of range"

static void integers(void **state)
{
    static const struct {
        const char *text;
        int64_t wanted;
    } good[] = {
        {"0", 0},
        {"-0", 0},
        {"+7", 7},
        {"-12", -12},
        {"0b11", 3},
        {"0B1_1", 3},
        {"0o17", 15},
        {"0O17", 15},
        {"017", 15},
        {"0_7", 7},
        {"00", 0},
        {"0x1F", 31},
        {"-0X1f", -31},
        {"0x_1f", 31},
        {"1_000", 1000},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"0xffff_ffff", 0xffffffff},
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct pp_error err = {0};
        int64_t number = 4711;
        assert_int_equal(pp_parse_int(good[i].text, &number, &err), PP_OK);
        assert_int_equal(number, good[i].wanted);
    }
}

static void no_integers(void **state)
{
    static const char *const bad[][2] = {
        {"", PARSE},      {"-", PARSE},
        {"+-1", PARSE},   {" 1", PARSE},
        {"1 ", PARSE},    {"\t1", PARSE},
        {"x", PARSE},     {"1x", PARSE},
        {"1.0", PARSE},   {"08", PARSE},
        {"0b2", PARSE},   {"0b", PARSE},
        {"0o8", PARSE},   {"0x", PARSE},
        {"0xg", PARSE},   {"_1", PARSE},
        {"1_", PARSE},    {"1__0", PARSE},
        {"_", PARSE},     {"0x_", PARSE},
        {"0x__1", PARSE}, {"0_x1", PARSE},
        {"-_1", PARSE},   {"0b1_", PARSE},
        {"1,000", PARSE}, {"0_", PARSE},
        {"1e3", PARSE},   {"9223372036854775808", RANGE},
        {"١", PARSE},     {"-9223372036854775809", RANGE},
        {"inf", PARSE},   {"99999999999999999999x", RANGE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct pp_error err = {0};
        int64_t number = 4711;
        assert_int_equal(pp_parse_int(bad[i][0], &number, &err),
                         strcmp(bad[i][1], PARSE) ? PP_E_USAGE : PP_E_FORMAT);
        assert_string_equal(err.text, bad[i][1]);
        assert_int_equal(number, 4711);
    }
}

static void floats(void **state)
{
    static const struct {
        const char *text;
        double wanted;
    } good[] = {
        {"0", 0},           {"1.5", 1.5},
        {".5", .5},         {"5.", 5},
        {"-2e3", -2000},    {"+1E-2", .01},
        {"1_0", 10},        {"1_0.2_5", 10.25},
        {"1e1_0", 1e10},    {"0x1p4", 16},
        {"0X1.8P1", 3},     {"-0x.8p0", -.5},
        {"0x_1p-2", .25},   {"010", 10},
        {"1e-400", 0},      {"4.9e-324", 4.9e-324},
        {"Inf", INFINITY},  {"-infinity", -INFINITY},
        {"+INF", INFINITY}, {"1.7976931348623157e308", 1.7976931348623157e308},
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct pp_error err = {0};
        double number = 4711;
        assert_int_equal(pp_parse_float(good[i].text, &number, &err), PP_OK);
        assert_true(number == good[i].wanted);
    }
    double number = 0;
    assert_int_equal(pp_parse_float("NaN", &number, NULL), PP_OK);
    assert_true(isnan(number));
}

static void no_floats(void **state)
{
    static const char *const bad[][2] = {
        {"", PARSE},       {"-", PARSE},        {".", PARSE},
        {" 1", PARSE},     {"1 ", PARSE},       {"1x", PARSE},
        {"0x10", PARSE},   {"0x", PARSE},       {"0xp1", PARSE},
        {"0b1", PARSE},    {"nan(1)", PARSE},   {"-nan", PARSE},
        {"+nan", PARSE},   {"infi", PARSE},     {"infinit", PARSE},
        {"1e", PARSE},     {"1e+", PARSE},      {"e1", PARSE},
        {"1e_1", PARSE},   {"1_e1", PARSE},     {"1_.5", PARSE},
        {"1._5", PARSE},   {"_1", PARSE},       {"1_", PARSE},
        {"1__0", PARSE},   {"1.2.3", PARSE},    {"1,5", PARSE},
        {"0x1p1_", PARSE}, {"0x1p400x", PARSE}, {"1p1", PARSE},
        {"1e400", RANGE},  {"-1e400", RANGE},   {"0x1p1024", RANGE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct pp_error err = {0};
        double number;
        assert_int_equal(pp_parse_float(bad[i][0], &number, &err),
                         strcmp(bad[i][1], PARSE) ? PP_E_USAGE : PP_E_FORMAT);
        assert_string_equal(err.text, bad[i][1]);
    }
}

/* Longer than any buffer it might be copied to. */
static void long_floats(void **state)
{
    char text[4096];
    double number;
    (void)state;
    memset(text, '0', sizeof text);
    text[1] = '.';
    memcpy(text + sizeof text - 4, "1e0", 4);
    assert_int_equal(pp_parse_float(text, &number, NULL), PP_OK);
    assert_true(number == 0);
    memcpy(text + sizeof text - 6, "e4000", 6);
    text[3000] = '5';
    assert_int_equal(pp_parse_float(text, &number, NULL), PP_E_USAGE);
    text[sizeof text - 6] = '0';
    assert_int_equal(pp_parse_float(text, &number, NULL), PP_OK);
}

static void decimals(void **state)
{
    static const char *const bad[] = {"",    "+",   "-",  "1_0",
                                      "0x1", "1.0", " 1", "a"};
    int64_t number = 0;
    struct pp_error err = {0};
    assert_int_equal(pp_parse_decimal("-010", &number, &err), PP_OK);
    assert_int_equal(number, -10);
    assert_int_equal(pp_parse_decimal("+7", &number, &err), PP_OK);
    assert_int_equal(number, 7);
    assert_int_equal(pp_parse_decimal("9223372036854775808", &number, &err),
                     PP_E_USAGE);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (struct pp_error){0};
        assert_int_equal(pp_parse_decimal(bad[i], &number, &err), PP_E_FORMAT);
    }
    (void)state;
}

static void floats_are_written_as_go_does(void **state)
{
    static const struct {
        double number;
        const char *text;
    } rows[] = {
        {0, "0"},
        {1, "1"},
        {-3, "-3"},
        {0.001, "0.001"},
        {0.005, "0.005"},
        {0.0001, "0.0001"},
        {1e-5, "1e-05"},
        {1.234e-5, "1.234e-05"},
        {123456, "123456"},
        {1e6, "1e+06"},
        {0.1, "0.1"},
        {1234567.5, "1.2345675e+06"},
        {1.0 / 3, "0.3333333333333333"},
        {12.5, "12.5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pp_buffer out = {0};
        pp_format_float(&out, rows[i].number);
        assert_string_equal(out.data, rows[i].text);
        pp_buffer_release(&out);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),
        cmocka_unit_test(no_integers),
        cmocka_unit_test(floats),
        cmocka_unit_test(no_floats),
        cmocka_unit_test(long_floats),
        cmocka_unit_test(decimals),
        cmocka_unit_test(floats_are_written_as_go_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
