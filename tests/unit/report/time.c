/* Times and durations as Go writes them. */
#include "report/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void assert_text(void (*append)(struct pp_buffer *, int64_t),
                        int64_t nanoseconds, const char *expected)
{
    struct pp_buffer out = {0};
    append(&out, nanoseconds);
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
}

static void durations(void **state)
{
    (void)state;
    assert_text(pp_report_go_duration, 0, "0s");
    assert_text(pp_report_go_duration, 1, "1ns");
    assert_text(pp_report_go_duration, 1500, "1.5µs");
    assert_text(pp_report_go_duration, 2000000, "2ms");
    assert_text(pp_report_go_duration, 1050000, "1.05ms");
    assert_text(pp_report_go_duration, 1000000000, "1s");
    assert_text(pp_report_go_duration, 61000000001, "1m1.000000001s");
    assert_text(pp_report_go_duration, 3600000000000, "1h0m0s");
    assert_text(pp_report_go_duration, -1500000000, "-1.5s");
    assert_text(pp_report_go_duration, INT64_MIN, "-2562047h47m16.854775808s");
}

static void times(void **state)
{
    (void)state;
    setenv("TZ", "XYZ-5:30", 1);
    tzset();
    assert_text(pp_report_time, 0, "1970-01-01 05:30:00 XYZ");
    assert_text(pp_report_go_time, 0, "1970-01-01 05:30:00 +0530 XYZ");
    setenv("TZ", "UTC", 1);
    tzset();
    assert_text(pp_report_go_time, -1,
                "1969-12-31 23:59:59.999999999 +0000 UTC");
    assert_text(pp_report_time, -1, "1969-12-31 23:59:59 UTC");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations),
        cmocka_unit_test(times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
