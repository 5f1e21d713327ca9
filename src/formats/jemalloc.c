/* jemalloc's heap profiles:
 *
 *     heap_v2/524288                      the mean of bytes between samples
 *       t*: 188: 235333 [0: 0]            all of the program
 *       t0: 188: 235333 [0: 0]            one thread of it
 *     @ 0x7f7d410a2630 0x7f7d410a2d21     a stack, leaf first
 *       t*: 1: 4096 [0: 0]                objects and bytes in use, and, in
 *       t0: 1: 4096 [0: 0]                brackets, those that there ever were
 *
 *     MAPPED_LIBRARIES:
 *     ...
 *
 * What there ever was is counted only with the option prof_accum: where the
 * whole program has none of it, its sample types are left out. What threads say
 * is in t* already. Invariant: a stack becomes a sample when its t* is read.
 *
 * Form: prof_dump in jemalloc's src/prof_data.c; estimates as in bin/jeprof. */
#include "formats/addresses.h"
#include "formats/default_frames.h"
#include "formats/format.h"
#include "formats/heap_values.h"
#include "formats/memory_map.h"
#include "formats/scan.h"

/* The numbers of a row. */
enum { OBJECTS, BYTES, ALL_OBJECTS, ALL_BYTES, NUMBERS };

struct reader {
    struct pp_addresses addresses;
    struct pp_lines lines;
    int64_t rate;
    bool is_counted;    /* the numbers of the whole program were read */
    bool has_allocated; /* they tell what there ever was */
    bool is_stack_open; /* a stack waits for its numbers */
};

/* ---- lines -------------------------------------------------------------- */

/* "188: 235333 [0: 0]" */
static bool read_numbers(struct pp_slice text, int64_t *numbers)
{
    static const struct pp_slice behind[NUMBERS] = {
        pp_slice_literal(":"),
        pp_slice_literal("["),
        pp_slice_literal(":"),
        pp_slice_literal("]"),
    };
    for (uint32_t i = 0; i < NUMBERS; i++) {
        pp_take_while(&text, pp_is_blank);
        struct pp_slice digits = pp_take_while(&text, pp_is_digit);
        pp_take_while(&text, pp_is_blank);
        if (!pp_read_decimal(digits, &numbers[i]) || !pp_take(&text, behind[i]))
            return false;
    }
    return true;
}

static int read_header(struct reader *reader, struct pp_error *err)
{
    pp_lines_next(&reader->lines);
    struct pp_slice line = pp_utf8_trim(reader->lines.line);
    if (!pp_take(&line, pp_slice_literal("heap_v2/")))
        return PP_E_NOT_FOUND;
    if (!pp_read_decimal(line, &reader->rate) || reader->rate < 1)
        return pp_fail(err, PP_E_FORMAT, "\"" PP_SLICE_FORMAT "\" is no rate",
                       PP_SLICE_ARGS(line));
    return PP_OK;
}

/* In use last, since the last type is what reports show. */
static int add_types(const struct reader *reader, struct pp_error *err)
{
    static const char *const types[NUMBERS][2] = {
        {"alloc_objects", "count"},
        {"alloc_space", "bytes"},
        {"inuse_objects", "count"},
        {"inuse_space", "bytes"},
    };
    struct pp_profile *profile = reader->addresses.profile;
    for (size_t i = reader->has_allocated ? 0 : 2; i < NUMBERS; i++)
        if (pp_profile_add_sample_type(profile, types[i][0], types[i][1]) ==
            PP_NONE)
            return pp_fail_memory(err);
    profile->period = reader->rate;
    profile->period_type = (struct pp_value_type){
        .type = pp_profile_add_string(profile, pp_slice_literal("space")),
        .unit = pp_profile_add_string(profile, pp_slice_literal("bytes")),
    };
    bool failed = profile->period_type.type == PP_NONE ||
                  profile->period_type.unit == PP_NONE;
    return failed ? pp_fail_memory(err) : PP_OK;
}

static int add_sample(struct reader *reader, int64_t *numbers,
                      struct pp_error *err)
{
    int64_t objects = numbers[OBJECTS], bytes = numbers[BYTES];
    int64_t values[NUMBERS];
    if (objects == 0)
        objects = numbers[ALL_OBJECTS], bytes = numbers[ALL_BYTES];
    int64_t object_size = objects ? bytes / objects : 0;
    int64_t *in_use = values + (reader->has_allocated ? 2 : 0);
    pp_heap_estimate(reader->rate, &numbers[OBJECTS], &numbers[BYTES]);
    pp_heap_estimate(reader->rate, &numbers[ALL_OBJECTS], &numbers[ALL_BYTES]);
    values[0] = numbers[ALL_OBJECTS];
    values[1] = numbers[ALL_BYTES];
    in_use[0] = numbers[OBJECTS];
    in_use[1] = numbers[BYTES];
    reader->is_stack_open = false;
    int status = pp_addresses_add_sample(&reader->addresses, values, err);
    return status < 0
               ? status
               : pp_heap_label(reader->addresses.profile, object_size, err);
}

static int read_numbers_of_all(struct reader *reader, struct pp_slice text,
                               struct pp_error *err)
{
    int64_t numbers[NUMBERS];
    if (!read_numbers(text, numbers))
        return pp_fail(err, PP_E_FORMAT,
                       "expected \"t*: OBJECTS: BYTES [OBJECTS: BYTES]\"");
    if (reader->is_stack_open)
        return add_sample(reader, numbers, err);
    if (reader->is_counted)
        return pp_fail(err, PP_E_FORMAT, "these numbers have no stack");
    reader->is_counted = true;
    reader->has_allocated = numbers[ALL_OBJECTS] || numbers[ALL_BYTES];
    return add_types(reader, err);
}

static int read_stack(struct reader *reader, struct pp_slice text,
                      struct pp_error *err)
{
    if (!reader->is_counted || reader->is_stack_open)
        return pp_fail(err, PP_E_FORMAT,
                       "expected \"t*: ...\" in front of the stack");
    reader->is_stack_open = true;
    return pp_addresses_push_text(&reader->addresses, text, err);
}

static int read_line(struct reader *reader, struct pp_slice line,
                     struct pp_error *err)
{
    if (pp_take(&line, pp_slice_literal("@")))
        return read_stack(reader, line, err);
    if (pp_take(&line, pp_slice_literal("t*:")))
        return read_numbers_of_all(reader, line, err);
    if (pp_slice_starts_with(line, pp_slice_literal("t")))
        return PP_OK;
    return pp_fail(err, PP_E_FORMAT,
                   "expected \"@ 0x...\", \"t*: ...\" or a thread");
}

/* ---- the whole ---------------------------------------------------------- */

static int read_lines(struct reader *reader, struct pp_error *err)
{
    while (pp_lines_next(&reader->lines)) {
        struct pp_slice line = pp_utf8_trim(reader->lines.line);
        if (pp_line_is_blank(line))
            continue;
        if (pp_memory_map_begins(line))
            break;
        int status = read_line(reader, line, err);
        if (status < 0)
            return status;
    }
    if (!reader->is_counted || reader->is_stack_open)
        return pp_fail(err, PP_E_FORMAT, "expected \"t*: ...\" in front of it");
    return pp_memory_map_find(reader->addresses.profile, &reader->lines, err);
}

/* jemalloc has names of its own, and prefixes for the others. */
static int set_drop_frames(struct pp_profile *profile, struct pp_error *err)
{
    int status = pp_default_frames(profile, err);
    struct pp_buffer drop = {0};
    pp_buffer_append_slice(&drop,
                           pp_profile_text(profile, profile->drop_frames));
    pp_buffer_append_text(&drop, "|aligned_alloc|[mrx]allocx|(je_|_rjem_).*");
    if (status >= 0 && !drop.failed)
        profile->drop_frames =
            pp_profile_add_string(profile, pp_buffer_slice(&drop));
    bool failed = drop.failed || profile->drop_frames == PP_NONE;
    pp_buffer_release(&drop);
    return status < 0 ? status : failed ? pp_fail_memory(err) : PP_OK;
}

static int read_jemalloc(struct pp_profile *profile, struct pp_slice bytes,
                         struct pp_error *err)
{
    struct reader reader = {
        .addresses = {.profile = profile, .returns = PP_RETURNS_ALL},
        .lines = {.rest = bytes},
    };
    int status = read_header(&reader, err);
    if (status >= 0)
        status = read_lines(&reader, err);
    pp_addresses_release(&reader.addresses);
    if (status == PP_E_NOT_FOUND)
        return status;
    return status < 0 ? pp_lines_fail(&reader.lines, pp_format_jemalloc.name,
                                      status, err)
                      : set_drop_frames(profile, err);
}

const struct pp_format pp_format_jemalloc = {
    .name = "jemalloc heap profile",
    .read = read_jemalloc,
};
