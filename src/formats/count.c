/* Go's count profiles as text (goroutine, threadcreate):
 *
 *     goroutine profile: total 3
 *     2 @ 0x4012ab 0x401399
 *     #   0x4012aa   main.main+0x4a   /src/main.go:7
 *
 * Specification: parseGoCount in legacy_profile.go of google/pprof. */
#include "formats/addresses.h"
#include "formats/default_frames.h"
#include "formats/format.h"
#include "formats/memory_map.h"
#include "formats/scan.h"

struct reader {
    struct pp_addresses addresses;
    struct pp_lines lines;
};

/* Anything but white space, then " profile: total 3" and nothing else. */
static bool read_title(struct pp_slice line, struct pp_slice *type)
{
    *type = pp_take_while(&line, pp_is_not_space);
    return type->size && pp_take(&line, pp_slice_literal(" profile: total ")) &&
           pp_take_while(&line, pp_is_digit).size && line.size == 0;
}

static int read_header(struct reader *reader, struct pp_error *err)
{
    struct pp_profile *profile = reader->addresses.profile;
    struct pp_slice name;
    bool has_line = pp_lines_next(&reader->lines);
    while (has_line && pp_line_is_blank(reader->lines.line))
        has_line = pp_lines_next(&reader->lines);
    if (!read_title(reader->lines.line, &name))
        return PP_E_NOT_FOUND;
    struct pp_value_type *type =
        pp_vector_add(&profile->arena, &profile->sample_types);
    if (!type)
        return pp_fail_memory(err);
    type->type = pp_profile_add_string(profile, name);
    type->unit = pp_profile_add_string(profile, pp_slice_literal("count"));
    if (type->type == PP_NONE || type->unit == PP_NONE)
        return pp_fail_memory(err);
    profile->period_type = *type;
    profile->period = 1;
    return PP_OK;
}

/* " 0x4012ab", once or more, and nothing else. */
static bool are_addresses(struct pp_slice text)
{
    if (text.size == 0)
        return false;
    while (text.size) {
        if (!pp_take(&text, pp_slice_literal(" 0x")) || text.size == 0 ||
            text.data[0] == 'x' || text.data[0] == ' ')
            return false;
        pp_take_while(&text, pp_is_hex);
    }
    return true;
}

/* The number is read as in Go: 010 is 8. */
static int read_row(struct reader *reader, struct pp_error *err)
{
    struct pp_slice line = reader->lines.line;
    struct pp_slice digits = pp_take_while(&line, pp_is_digit);
    bool has_at = pp_take(&line, pp_slice_literal(" @"));
    struct pp_slice stack = pp_take_while(&line, pp_is_of_addresses);
    int64_t count;
    if (!has_at || line.size || !are_addresses(stack))
        return pp_fail(err, PP_E_FORMAT, "expected \"COUNT @ 0x... 0x...\"");
    if (!pp_read_integer(digits, &count))
        return pp_fail(err, PP_E_FORMAT, "the count is no number of 63 bits");
    int status = pp_addresses_push_text(&reader->addresses, stack, err);
    return status < 0
               ? status
               : pp_addresses_add_sample(&reader->addresses, &count, err);
}

static int read_rows(struct reader *reader, struct pp_error *err)
{
    while (pp_lines_next(&reader->lines)) {
        if (pp_line_is_blank(reader->lines.line))
            continue;
        if (pp_slice_starts_with(reader->lines.line, pp_slice_literal("---")))
            break;
        int status = read_row(reader, err);
        if (status < 0)
            return status;
    }
    return pp_memory_map_find(reader->addresses.profile, &reader->lines, err);
}

static int read_count(struct pp_profile *profile, struct pp_slice bytes,
                      struct pp_error *err)
{
    struct reader reader = {
        .addresses = {.profile = profile, .returns = PP_RETURNS_ALL},
        .lines = {.rest = bytes},
    };
    int status = read_header(&reader, err);
    if (status >= 0)
        status = read_rows(&reader, err);
    pp_addresses_release(&reader.addresses);
    if (status == PP_E_NOT_FOUND)
        return status;
    return status < 0
               ? pp_lines_fail(&reader.lines, pp_format_count.name, status, err)
               : pp_default_frames(profile, err);
}

const struct pp_format pp_format_count = {
    .name = "Go count profile",
    .read = read_count,
};
