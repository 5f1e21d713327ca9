/* Times and durations, as Go writes them. Pure but for the time zone. */
#include "report/format.h"

#include <inttypes.h>
#include <time.h>

enum { SECOND = 1000000000 };

/* Splits off the seconds, downwards also for times before 1970. */
static struct tm local_time(int64_t nanoseconds, int64_t *fraction)
{
    struct tm fields = {0};
    time_t seconds = (time_t)(nanoseconds / SECOND);
    *fraction = nanoseconds % SECOND;
    if (*fraction < 0) {
        *fraction += SECOND;
        seconds--;
    }
    localtime_r(&seconds, &fields);
    return fields;
}

static void append_fields(struct pp_buffer *out, const char *format,
                          const struct tm *fields)
{
    char text[100];
    size_t size = strftime(text, sizeof text, format, fields);
    pp_buffer_append(out, text, size);
}

/* A point and nine digits, without zeros at the end; nothing for 0. digits
 * says how many digits the fraction has at most. */
static void append_fraction(struct pp_buffer *out, int64_t fraction, int digits)
{
    if (fraction == 0)
        return;
    for (; fraction % 10 == 0; digits--)
        fraction /= 10;
    pp_buffer_format(out, ".%0*" PRId64, digits, fraction);
}

void pp_report_time(struct pp_buffer *out, int64_t nanoseconds)
{
    int64_t fraction;
    struct tm fields = local_time(nanoseconds, &fraction);
    append_fields(out, "%Y-%m-%d %H:%M:%S %Z", &fields);
}

void pp_report_go_time(struct pp_buffer *out, int64_t nanoseconds)
{
    int64_t fraction;
    struct tm fields = local_time(nanoseconds, &fraction);
    append_fields(out, "%Y-%m-%d %H:%M:%S", &fields);
    append_fraction(out, fraction, 9);
    append_fields(out, " %z %Z", &fields);
}

/* Below a second there is one unit, the largest that fits. */
static void append_short_duration(struct pp_buffer *out, uint64_t nanoseconds)
{
    static const struct {
        uint64_t size;
        int digits;
        const char *name;
    } units[] = {{1000000, 6, "ms"}, {1000, 3, "µs"}, {1, 0, "ns"}};
    size_t i = 0;
    while (nanoseconds < units[i].size)
        i++;
    pp_buffer_format(out, "%" PRIu64, nanoseconds / units[i].size);
    append_fraction(out, (int64_t)(nanoseconds % units[i].size),
                    units[i].digits);
    pp_buffer_append_text(out, units[i].name);
}

void pp_report_go_duration(struct pp_buffer *out, int64_t nanoseconds)
{
    uint64_t left = (uint64_t)nanoseconds;
    if (nanoseconds < 0) {
        pp_buffer_append_char(out, '-');
        left = -left;
    }
    if (left == 0) {
        pp_buffer_append_text(out, "0s");
        return;
    }
    if (left < SECOND) {
        append_short_duration(out, left);
        return;
    }
    uint64_t seconds = left / SECOND;
    if (seconds >= 3600)
        pp_buffer_format(out, "%" PRIu64 "h", seconds / 3600);
    if (seconds >= 60)
        pp_buffer_format(out, "%" PRIu64 "m", seconds / 60 % 60);
    pp_buffer_format(out, "%" PRIu64, seconds % 60);
    append_fraction(out, (int64_t)(left % SECOND), 9);
    pp_buffer_append_char(out, 's');
}
