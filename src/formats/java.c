/* Java's heap and contention profiles as text:
 *
 *     --- heapz 1 ---
 *     format = java
 *     resolution = bytes
 *           7048    2 @ 0x00000003 0x00000004
 *      0x00000003 com.example.Main.run (Main.java:31)
 *
 * that is, bytes and objects, or delay and count. Specification:
 * parseJavaProfile in legacy_java_profile.go of google/pprof. */
#include "formats/addresses.h"
#include "formats/default_frames.h"
#include "formats/format.h"
#include "formats/heap_values.h"
#include "formats/java_locations.h"
#include "formats/scan.h"

enum { HEAP_RATE = 512 << 10 /* bytes a sample; it is not told */ };

struct reader {
    struct pp_addresses addresses;
    struct pp_lines lines;
    bool is_heap;
    struct pp_slice resolution; /* NULL: not told */
    int64_t period;             /* 0: not told */
    bool has_period;
    int64_t ms_since_reset;
};

/* Go to the next line if a newline ends it: only such ones are attributes or
 * samples. */
static bool next_whole_line(struct pp_lines *lines)
{
    return lines->rest.size &&
           memchr(lines->rest.data, '\n', lines->rest.size) &&
           pp_lines_next(lines);
}

/* ---- attributes --------------------------------------------------------- */

static bool is_of_attribute(char c)
{
    return pp_is_digit(c) || c == '_' || c == ' ' || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* Find "name=value" anywhere in the line. */
static bool find_attribute(struct pp_slice line, struct pp_slice *name,
                           struct pp_slice *value)
{
    while (line.size) {
        *name = pp_take_while(&line, is_of_attribute);
        bool is_named = pp_take(&line, pp_slice_literal("=")) && name->size;
        struct pp_slice rest = line;
        *value = pp_take_while(&rest, is_of_attribute);
        if (is_named && value->size) {
            *name = pp_utf8_trim(*name);
            *value = pp_utf8_trim(*value);
            return true;
        }
        if (value->size == 0 && line.size)
            line = (struct pp_slice){line.data + 1, line.size - 1};
    }
    return false;
}

static bool read_format(struct reader *reader, struct pp_slice value)
{
    (void)reader;
    return pp_slice_equal(value, pp_slice_literal("java"));
}

static bool read_resolution(struct reader *reader, struct pp_slice value)
{
    reader->resolution = value;
    return true;
}

static bool read_period(struct reader *reader, struct pp_slice value)
{
    reader->has_period = true;
    return pp_read_integer(value, &reader->period);
}

static bool read_ms_since_reset(struct reader *reader, struct pp_slice value)
{
    return pp_read_integer(value, &reader->ms_since_reset);
}

static const struct {
    struct pp_slice name;
    bool in_heap;
    bool (*read)(struct reader *, struct pp_slice);
} attributes[] = {
    {pp_slice_literal("format"), true, read_format},
    {pp_slice_literal("resolution"), true, read_resolution},
    {pp_slice_literal("sampling period"), false, read_period},
    {pp_slice_literal("ms since reset"), false, read_ms_since_reset},
};

static int read_attribute(struct reader *reader, struct pp_slice name,
                          struct pp_slice value, struct pp_error *err)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        if (!pp_slice_equal(name, attributes[i].name) ||
            (reader->is_heap && !attributes[i].in_heap))
            continue;
        return attributes[i].read(reader, value)
                   ? PP_OK
                   : pp_fail(err, PP_E_FORMAT,
                             "the attribute has an unknown value");
    }
    return pp_fail(err, PP_E_FORMAT, "unknown attribute");
}

/* Up to the first line that is none. */
static int read_attributes(struct reader *reader, struct pp_error *err)
{
    struct pp_slice name, value;
    for (;;) {
        struct pp_lines before = reader->lines;
        if (!next_whole_line(&reader->lines))
            return PP_OK;
        struct pp_slice line = pp_utf8_trim(reader->lines.line);
        if (line.size == 0)
            continue;
        if (!find_attribute(line, &name, &value)) {
            reader->lines = before;
            return PP_OK;
        }
        int status = read_attribute(reader, name, value, err);
        if (status < 0)
            return status;
    }
}

/* ---- samples ------------------------------------------------------------ */

/* Find "7048 2 @ 0x3 0x4" anywhere in the line; the addresses are what is left
 * of it. */
static bool take_row(struct pp_slice *line, struct pp_slice *sum,
                     struct pp_slice *count)
{
    while (line->size) {
        *sum = pp_take_while(line, pp_is_digit);
        struct pp_slice rest = *line;
        if (sum->size == 0) {
            *line = (struct pp_slice){line->data + 1, line->size - 1};
            continue;
        }
        bool is_apart = pp_take_while(&rest, pp_is_blank).size > 0;
        *count = pp_take_while(&rest, pp_is_digit);
        if (is_apart && count->size && pp_take_while(&rest, pp_is_blank).size &&
            pp_take(&rest, pp_slice_literal("@")) &&
            pp_take_while(&rest, pp_is_blank).size) {
            *line = rest;
            return true;
        }
    }
    return false;
}

static int add_heap_sample(struct reader *reader, int64_t objects,
                           int64_t bytes, struct pp_error *err)
{
    if (objects == 0)
        return pp_fail(err, PP_E_FORMAT, "a sample of 0 objects");
    int64_t object_size = pp_mean(bytes, objects);
    pp_heap_estimate(HEAP_RATE, &objects, &bytes);
    int64_t values[] = {objects, bytes};
    int status = pp_addresses_add_sample(&reader->addresses, values, err);
    return status < 0
               ? status
               : pp_heap_label(reader->addresses.profile, object_size, err);
}

static int add_contention_sample(struct reader *reader, int64_t count,
                                 int64_t delay, struct pp_error *err)
{
    uint64_t factor = reader->period ? (uint64_t)reader->period : 1;
    int64_t values[] = {
        (int64_t)((uint64_t)count * factor),
        (int64_t)((uint64_t)delay * factor),
    };
    return pp_addresses_add_sample(&reader->addresses, values, err);
}

static int read_row(struct reader *reader, struct pp_slice addresses,
                    struct pp_slice sum_digits, struct pp_slice count_digits,
                    struct pp_error *err)
{
    int64_t sum, count;
    if (!reader->resolution.data)
        return pp_fail(err, PP_E_FORMAT,
                       "missing sample type information: no \"resolution\" "
                       "stands in front of the samples");
    int status = pp_addresses_push_text(
        &reader->addresses, pp_take_while(&addresses, pp_is_of_addresses), err);
    if (status < 0)
        return status;
    if (!pp_read_integer(count_digits, &count) ||
        !pp_read_integer(sum_digits, &sum))
        return pp_fail(err, PP_E_FORMAT, "a value is no number of 63 bits");
    return reader->is_heap ? add_heap_sample(reader, count, sum, err)
                           : add_contention_sample(reader, count, sum, err);
}

/* Up to the first line that is none. */
static int read_rows(struct reader *reader, struct pp_error *err)
{
    struct pp_slice sum, count;
    for (;;) {
        struct pp_lines before = reader->lines;
        if (!next_whole_line(&reader->lines))
            return PP_OK;
        struct pp_slice line = pp_utf8_trim(reader->lines.line);
        if (line.size == 0)
            continue;
        if (!take_row(&line, &sum, &count)) {
            reader->lines = before;
            return PP_OK;
        }
        int status = read_row(reader, line, sum, count, err);
        if (status < 0)
            return status;
    }
}

/* ---- the whole ---------------------------------------------------------- */

static int add_types(struct reader *reader, struct pp_error *err)
{
    static const char *const types[][2] = {
        {"contentions", "delay"},
        {"inuse_objects", "inuse_space"},
    };
    struct pp_profile *profile = reader->addresses.profile;
    const char *unit = pp_slice_copy(&profile->arena, reader->resolution);
    if (!unit ||
        pp_profile_add_sample_type(profile, types[reader->is_heap][0],
                                   "count") == PP_NONE ||
        pp_profile_add_sample_type(profile, types[reader->is_heap][1], unit) ==
            PP_NONE)
        return pp_fail_memory(err);
    return PP_OK;
}

static int apply_attributes(struct reader *reader, struct pp_error *err)
{
    struct pp_profile *profile = reader->addresses.profile;
    int status = reader->resolution.data ? add_types(reader, err) : PP_OK;
    if (status < 0)
        return status;
    if (reader->has_period) {
        struct pp_value_type *type = &profile->period_type;
        type->type =
            pp_profile_add_string(profile, pp_slice_literal("contentions"));
        type->unit = pp_profile_add_string(profile, pp_slice_literal("count"));
        if (type->type == PP_NONE || type->unit == PP_NONE)
            return pp_fail_memory(err);
    }
    profile->period = reader->period;
    profile->duration_nanos =
        (int64_t)((uint64_t)reader->ms_since_reset * 1000000);
    return PP_OK;
}

static int read_all(struct reader *reader, struct pp_error *err)
{
    int status = read_attributes(reader, err);
    if (status >= 0)
        status = apply_attributes(reader, err);
    if (status >= 0)
        status = read_rows(reader, err);
    return status < 0 ? status
                      : pp_java_read_locations(&reader->addresses,
                                               &reader->lines, err);
}

static int read_java(struct pp_profile *profile, struct pp_slice bytes,
                     struct pp_error *err)
{
    struct reader reader = {
        .addresses = {.profile = profile, .returns = PP_RETURNS_NONE},
        .lines = {.rest = bytes},
    };
    if (!next_whole_line(&reader.lines))
        return PP_E_NOT_FOUND;
    struct pp_slice title = pp_utf8_trim(reader.lines.line);
    reader.is_heap = pp_slice_equal(title, pp_slice_literal("--- heapz 1 ---"));
    if (!reader.is_heap &&
        !pp_slice_equal(title, pp_slice_literal("--- contentionz 1 ---")))
        return PP_E_NOT_FOUND;
    int status = read_all(&reader, err);
    pp_addresses_release(&reader.addresses);
    return status < 0
               ? pp_lines_fail(&reader.lines, pp_format_java.name, status, err)
               : pp_default_frames(profile, err);
}

const struct pp_format pp_format_java = {
    .name = "Java profile",
    .read = read_java,
};
