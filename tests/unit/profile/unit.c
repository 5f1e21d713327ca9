/* Units, labels and percentages. */
#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct scaling {
    int64_t value;
    const char *from, *to;
    double scaled;
    const char *unit;
};

static void assert_scales(const struct scaling *s)
{
    struct pp_slice unit;
    double scaled = pp_unit_scale(s->value, pp_slice_of(s->from),
                                  pp_slice_of(s->to), &unit);
    if (scaled != s->scaled || !pp_slice_equal(unit, pp_slice_of(s->unit)))
        fail_msg("%lld %s in %s: %g " PP_SLICE_FORMAT ", not %g %s",
                 (long long)s->value, s->from, s->to, scaled,
                 PP_SLICE_ARGS(unit), s->scaled, s->unit);
}

static void scales_between_units(void **state)
{
    static const struct scaling scalings[] = {
        /* time: names, plurals, capitals */
        {1500, "ms", "s", 1.5, "s"},
        {1, "seconds", "nanoseconds", 1e9, "ns"},
        {7, "Second", "MS", 7000, "ms"},
        {3, "hr", "sec", 10800, "s"},
        {2, "hours", "hrs", 2, "hrs"},
        {5, "us", "microseconds", 5, "us"},
        /* memory counts by 1024 */
        {1, "mb", "kb", 1024, "kB"},
        {3, "kilobytes", "byte", 3072, "B"},
        {1, "PB", "tbytes", 1024, "TB"},
        /* Google's computing units */
        {1000, "milligcu", "gcu", 1, "GCU"},
        {2, "kilogcu", "gcu", 2000, "GCU"},
        /* the largest unit that leaves at least one */
        {1023, "bytes", "auto", 1023, "B"},
        {1024, "bytes", "auto", 1, "kB"},
        {999, "nanoseconds", "minimum", 999, "ns"},
        {3600, "s", "auto", 1, "hrs"},
        {0, "ns", "auto", 0, "s"},
        {0, "bytes", "minimum", 0, "B"},
        /* a unit of another family, or of none: the family's own */
        {1000, "ms", "kB", 1, "s"},
        {2048, "kb", "widgets", 2097152, "B"},
        {60, "s", "minutes", 60, "s"},
        /* an unknown unit stays, dull ones go */
        {5, "cycles", "cycles", 5, "cycles"},
        {5, "count", "auto", 5, ""},
        {5, "samples", "minimum", 5, ""},
        {5, "count", "count", 5, ""},
        {5, "count", "ms", 5, "ms"},
        /* signs */
        {-2048, "bytes", "auto", -2, "kB"},
        {INT64_MIN, "count", "auto", -0x1p63, ""},
        /* two letters keep their s */
        {4, "ms", "us", 4000, "us"},
        {4, "s", "ms", 4000, "ms"},
        /* a Greek μ has two bytes, so its s is taken for a plural's */
        {4, "μs", "ms", 4, "ms"},
        {4000, "μss", "ms", 4, "ms"},
        {4, "ms", "ΜSS", 4000, "us"},
        {4, "ms", "μs", 0.004, "s"},
        /* the micro sign is another character */
        {4, "\u00b5ss", "ms", 4, "ms"},
        {4, "\u00b5s", "auto", 4, ""},
        /* what Go makes small letters of, and what it does not */
        {4, "\u212aB", "b", 4096, "B"},
        {4, "m\u0130ll\u0130SECONDS", "us", 4000, "us"},
        {4, "m\u017f", "us", 4, "us"},
        /* no unit, long or broken */
        {4, "\u212a\u212a\u212a\u212a\u212a\u212a\u212a\u212a\u212a", "b", 4,
         "b"},
        {4, "microsecondssssssssssss", "b", 4, "b"},
        {4, "\xcess", "b", 4, "b"},
        {4, "°C", "°C", 4, "°C"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof scalings / sizeof *scalings; i++)
        assert_scales(&scalings[i]);
}

static void assert_label(int64_t value, const char *from, const char *to,
                         const char *expected)
{
    struct pp_buffer out = {0};
    pp_unit_label(&out, value, pp_slice_of(from), pp_slice_of(to));
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
}

static void labels_leave_out_what_says_nothing(void **state)
{
    (void)state;
    assert_label(1500000000, "nanoseconds", "auto", "1.50s");
    assert_label(2000000000, "nanoseconds", "auto", "2s");
    assert_label(0, "nanoseconds", "ms", "0");
    assert_label(1, "nanoseconds", "s", "0");
    assert_label(-1, "nanoseconds", "s", "0");
    assert_label(-1500, "ms", "s", "-1.50s");
    assert_label(20, "cycles", "cycles", "20cycles");
    assert_label(20, "count", "auto", "20");
    assert_label(100100, "ms", "s", "100.10s");
}

static void assert_percentage(int64_t value, int64_t total,
                              const char *expected)
{
    struct pp_buffer out = {0};
    pp_unit_percentage(&out, value, total);
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
}

static void percentages_have_two_digits(void **state)
{
    (void)state;
    assert_percentage(1, 0, "    0%");
    assert_percentage(0, 5, "    0%");
    assert_percentage(1, 1, "  100%");
    assert_percentage(9995, 10000, "  100%");
    assert_percentage(9994, 10000, "99.94%");
    assert_percentage(10006, 10000, "100.06%");
    assert_percentage(1, 100, " 1.00%");
    assert_percentage(89, 10000, " 0.89%");
    assert_percentage(9, 1000, "  0.9%");
    assert_percentage(9, 100000, "0.009%");
    assert_percentage(5, 10000000, "5e-05%");
    assert_percentage(-50, 100, "50.00%");
}

static void truncates_as_go_does(void **state)
{
    (void)state;
    assert_int_equal(pp_unit_truncate(1.9), 1);
    assert_int_equal(pp_unit_truncate(-1.9), -1);
    assert_int_equal(pp_unit_truncate(0x1p63), INT64_MIN);
    assert_int_equal(pp_unit_truncate(-0x1p64), INT64_MIN);
    assert_int_equal(pp_unit_truncate(__builtin_nan("")), INT64_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_between_units),
        cmocka_unit_test(labels_leave_out_what_says_nothing),
        cmocka_unit_test(percentages_have_two_digits),
        cmocka_unit_test(truncates_as_go_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
