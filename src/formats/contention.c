/* Profiles of waiting for locks as text, of C++ ("contentionz") and of Go:
 *
 *     --- contentionz 1 ---
 *     cycles/second = 3201000000
 *     sampling period = 100
 *     ms since reset = 16502830
 *       19490304 27 @ 0x4012ab 0x401399
 *
 * that is, cycles waited and how often, both of the samples alone. Java writes
 * the same first line (java.c), so that what is no line of C++ may be one of
 * Java. Specification: parseContention in legacy_profile.go of google/pprof. */
#include "formats/addresses.h"
#include "formats/default_frames.h"
#include "formats/format.h"
#include "formats/memory_map.h"
#include "formats/scan.h"

struct reader {
    struct pp_addresses addresses;
    struct pp_lines lines;
    int64_t period, cycles_per_second, ms_since_reset;
};

/* ---- attributes --------------------------------------------------------- */

/* Is it one of Java's, which says that the whole is? */
static bool is_of_java(struct pp_slice name)
{
    return pp_slice_equal(name, pp_slice_literal("format")) ||
           pp_slice_equal(name, pp_slice_literal("resolution"));
}

/* Where an attribute is kept; NULL for what is only known. */
static int64_t *find_attribute(struct reader *reader, struct pp_slice name,
                               bool *is_known)
{
    const struct {
        struct pp_slice name;
        int64_t *value;
    } attributes[] = {
        {pp_slice_literal("cycles/second"), &reader->cycles_per_second},
        {pp_slice_literal("sampling period"), &reader->period},
        {pp_slice_literal("ms since reset"), &reader->ms_since_reset},
        {pp_slice_literal("discarded samples"), NULL},
    };
    *is_known = false;
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (pp_slice_equal(name, attributes[i].name)) {
            *is_known = true;
            return attributes[i].value;
        }
    return NULL;
}

static int read_attribute(struct reader *reader, struct pp_slice name,
                          struct pp_slice value, struct pp_error *err)
{
    bool is_known;
    if (is_of_java(name))
        return PP_E_NOT_FOUND;
    int64_t *number = find_attribute(reader, name, &is_known);
    if (!is_known)
        return pp_fail(err, PP_E_NOT_FOUND, "unknown attribute");
    if (number && !pp_read_integer(value, number))
        return pp_fail(err, PP_E_NOT_FOUND,
                       "the attribute is no number of 63 bits");
    return PP_OK;
}

/* Up to the first line that is none. */
static int read_attributes(struct reader *reader, struct pp_error *err)
{
    while (pp_lines_next(&reader->lines)) {
        struct pp_slice line = pp_utf8_trim(reader->lines.line), value = line;
        if (pp_line_is_blank(line))
            continue;
        if (pp_slice_starts_with(line, pp_slice_literal("---")) ||
            !pp_take_past(&value, pp_slice_literal("=")))
            break;
        struct pp_slice name = {line.data, line.size - value.size - 1};
        int status = read_attribute(reader, pp_utf8_trim(name),
                                    pp_utf8_trim(value), err);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

/* ---- rows --------------------------------------------------------------- */

/* Find "19490304 27 @" anywhere in the line; the addresses are what is left of
 * it. Without a space the last digit is the second number. */
static bool take_row(struct pp_slice *line, struct pp_slice *delay,
                     struct pp_slice *count)
{
    const struct pp_slice at = pp_slice_literal(" @");
    while (line->size) {
        *delay = pp_take_while(line, pp_is_digit);
        struct pp_slice rest = *line;
        if (delay->size == 0) {
            *line = (struct pp_slice){line->data + 1, line->size - 1};
            continue;
        }
        if (delay->size > 1 && pp_take(line, at)) {
            delay->size--;
            *count = (struct pp_slice){delay->data + delay->size, 1};
            return true;
        }
        pp_take_while(&rest, pp_is_blank);
        *count = pp_take_while(&rest, pp_is_digit);
        if (count->size && pp_take(&rest, at)) {
            *line = rest;
            return true;
        }
    }
    return false;
}

/* From cycles of the samples to nanoseconds of all. */
static int64_t estimate_delay(const struct reader *reader, int64_t cycles)
{
    if (reader->period <= 0 || reader->cycles_per_second <= 0)
        return cycles;
    double cycles_per_ns = (double)reader->cycles_per_second / 1e9;
    return pp_unit_truncate((double)cycles * (double)reader->period /
                            cycles_per_ns);
}

static int64_t estimate_count(const struct reader *reader, int64_t count)
{
    return reader->period > 0
               ? (int64_t)((uint64_t)count * (uint64_t)reader->period)
               : count;
}

static int read_row(struct reader *reader, struct pp_slice line,
                    struct pp_error *err)
{
    struct pp_slice delay_digits, count_digits;
    int64_t delay, count;
    if (!take_row(&line, &delay_digits, &count_digits))
        return pp_fail(err, PP_E_NOT_FOUND,
                       "expected \"DELAY COUNT @ 0x... 0x...\"");
    if (!pp_read_decimal(delay_digits, &delay) ||
        !pp_read_decimal(count_digits, &count))
        return pp_fail(err, PP_E_FORMAT, "a number has more than 63 bits");
    int64_t values[] = {
        estimate_count(reader, count),
        estimate_delay(reader, delay),
    };
    int status = pp_addresses_push_text(
        &reader->addresses, pp_take_while(&line, pp_is_of_addresses), err);
    return status < 0
               ? status
               : pp_addresses_add_sample(&reader->addresses, values, err);
}

/* From the current line on, which ended the attributes. */
static int read_rows(struct reader *reader, struct pp_error *err)
{
    do {
        struct pp_slice line = pp_utf8_trim(reader->lines.line);
        if (pp_slice_starts_with(line, pp_slice_literal("---")))
            break;
        if (pp_line_is_blank(line))
            continue;
        int status = read_row(reader, line, err);
        if (status < 0)
            return status;
    } while (pp_lines_next(&reader->lines));
    return pp_memory_map_find(reader->addresses.profile, &reader->lines, err);
}

/* ---- the whole ---------------------------------------------------------- */

static int add_types(struct reader *reader, struct pp_error *err)
{
    struct pp_profile *profile = reader->addresses.profile;
    if (pp_profile_add_sample_type(profile, "contentions", "count") ==
            PP_NONE ||
        pp_profile_add_sample_type(profile, "delay", "nanoseconds") == PP_NONE)
        return pp_fail_memory(err);
    profile->period_type = profile->sample_types.items[0];
    profile->period = reader->period;
    profile->duration_nanos =
        (int64_t)((uint64_t)reader->ms_since_reset * 1000000);
    return PP_OK;
}

static bool is_title(struct pp_slice line)
{
    return pp_slice_starts_with(line, pp_slice_literal("--- contentionz ")) ||
           pp_slice_starts_with(line, pp_slice_literal("--- mutex:")) ||
           pp_slice_starts_with(line, pp_slice_literal("--- contention:"));
}

static int read_contention(struct pp_profile *profile, struct pp_slice bytes,
                           struct pp_error *err)
{
    struct reader reader = {
        .addresses = {.profile = profile, .returns = PP_RETURNS_ALL},
        .lines = {.rest = bytes},
        .period = 1,
    };
    if (!pp_lines_next(&reader.lines) || !is_title(reader.lines.line))
        return PP_E_NOT_FOUND;
    int status = read_attributes(&reader, err);
    if (status >= 0)
        status = add_types(&reader, err);
    if (status >= 0)
        status = read_rows(&reader, err);
    pp_addresses_release(&reader.addresses);
    return status < 0 ? pp_lines_fail(&reader.lines, pp_format_contention.name,
                                      status, err)
                      : pp_default_frames(profile, err);
}

const struct pp_format pp_format_contention = {
    .name = "contention profile",
    .read = read_contention,
};
