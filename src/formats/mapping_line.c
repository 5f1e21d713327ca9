/* The two forms of a line that tells a mapping. The reference has a regular
 * expression for each, which here are taken piece by piece; the pieces begin
 * with different characters, so that there is one way only, but for the range:
 * "1234 5678" is two numbers, while "1234 r-xp" is a range of a single number,
 * whose last digit is the limit. Nobody writes that, but text that is no
 * mapping reads so, and which lines are none decides which ones are attributes.
 *
 * Specification: procMapsRE and briefMapsRE in legacy_profile.go of
 * google/pprof; proc_pid_maps(5). */
#include "formats/mapping_line.h"

#include "formats/scan.h"

struct fields {
    struct pp_slice start, limit, permissions, offset, filename, build_id;
};

static bool is_permission(char c)
{
    return c == '-' || c == 'r' || c == 'w' || c == 'x' || c == 'p';
}

/* Take white space and the characters of the class behind it; neither where
 * there is no such character. */
static struct pp_slice take_next(struct pp_slice *text, bool (*is)(char))
{
    struct pp_slice rest = *text;
    if (pp_take_while(&rest, pp_is_space).size == 0)
        return (struct pp_slice){0};
    struct pp_slice taken = pp_take_while(&rest, is);
    if (taken.size)
        *text = rest;
    return taken;
}

/* Hexadecimal digits, with or without 0x in front. */
static struct pp_slice take_hex(struct pp_slice *text)
{
    struct pp_slice rest = *text;
    if (pp_take(&rest, pp_slice_literal("0x")) && rest.size &&
        pp_is_hex(rest.data[0]))
        *text = rest;
    return pp_take_while(text, pp_is_hex);
}

/* ---- the range ---------------------------------------------------------- */

/* "START-LIMIT", "START LIMIT". */
static bool take_range(struct pp_slice *text, struct fields *fields)
{
    pp_take_while(text, pp_is_space);
    fields->start = take_hex(text);
    if (!pp_take(text, pp_slice_literal("-")) &&
        pp_take_while(text, pp_is_space).size == 0)
        return false;
    pp_take_while(text, pp_is_space);
    fields->limit = take_hex(text);
    pp_take(text, pp_slice_literal(":"));
    return fields->start.size && fields->limit.size;
}

/* The same without anything between the numbers: the second is a single digit,
 * unless it has 0x in front. */
static bool take_joined_range(struct pp_slice *text, struct fields *fields)
{
    pp_take_while(text, pp_is_space);
    struct pp_slice digits = take_hex(text);
    if (digits.size < 2)
        return false;
    size_t last = digits.size - 1;
    fields->start = (struct pp_slice){digits.data, last};
    *text = (struct pp_slice){digits.data + last, text->size + 1};
    bool has_prefix = text->size > 2 && text->data[0] == '0' &&
                      text->data[1] == 'x' && pp_is_hex(text->data[2]);
    if (has_prefix) {
        fields->limit = take_hex(text);
    } else {
        fields->limit = (struct pp_slice){text->data, 1};
        *text = (struct pp_slice){text->data + 1, text->size - 1};
    }
    pp_take(text, pp_slice_literal(":"));
    return true;
}

/* ---- the two forms, behind the range ------------------------------------ */

/* " r-xp 00000000 08:01 1234 /bin/cat": offset, device, inode; the permissions
 * and the offset may be missing. */
static bool read_proc(struct pp_slice text, struct fields *fields)
{
    fields->permissions = take_next(&text, is_permission);
    struct pp_slice number = take_next(&text, pp_is_hex);
    fields->offset = (struct pp_slice){0};
    if (number.size && text.size && pp_is_space(text.data[0])) {
        fields->offset = number;
        number = take_next(&text, pp_is_hex);
    }
    if (number.size == 0 || !pp_take(&text, pp_slice_literal(":")) ||
        pp_take_while(&text, pp_is_hex).size == 0 ||
        take_next(&text, pp_is_digit).size == 0)
        return false;
    fields->filename = take_next(&text, pp_is_not_space);
    return true;
}

static struct pp_slice take_at_offset(struct pp_slice *text)
{
    struct pp_slice rest = *text;
    if (pp_take_while(&rest, pp_is_space).size == 0 ||
        !pp_take(&rest, pp_slice_literal("(@")))
        return (struct pp_slice){0};
    struct pp_slice offset = pp_take_while(&rest, pp_is_hex);
    if (offset.size == 0 || !pp_take(&rest, pp_slice_literal(")")))
        return (struct pp_slice){0};
    *text = rest;
    return offset;
}

/* " r-xp /bin/cat (@ff00) abc123": everything may be missing. */
static void read_brief(struct pp_slice text, struct fields *fields)
{
    fields->permissions = take_next(&text, is_permission);
    fields->filename = take_next(&text, pp_is_not_space);
    fields->offset = take_at_offset(&text);
    fields->build_id = take_next(&text, pp_is_hex);
}

static bool read_fields(struct pp_slice line, struct fields *fields)
{
    struct pp_slice apart = line, joined = line;
    struct fields other = {0};
    bool is_apart = take_range(&apart, fields);
    if (is_apart && read_proc(apart, fields))
        return true;
    bool is_joined = take_joined_range(&joined, &other);
    if (is_joined && read_proc(joined, &other)) {
        *fields = other;
        return true;
    }
    if (!is_apart)
        *fields = other;
    if (is_apart || is_joined)
        read_brief(is_apart ? apart : joined, fields);
    return is_apart || is_joined;
}

/* ---- the whole ---------------------------------------------------------- */

bool pp_mapping_line_read(struct pp_slice line, struct pp_mapping_line *mapping)
{
    struct fields fields = {0};
    if (!read_fields(line, &fields))
        return false;
    *mapping = (struct pp_mapping_line){
        .filename = fields.filename,
        .build_id = fields.build_id,
        .is_executable =
            fields.permissions.size == 0 ||
            pp_slice_contains(fields.permissions, pp_slice_literal("x")),
    };
    return !mapping->is_executable ||
           (pp_read_hex(fields.start, &mapping->start) &&
            pp_read_hex(fields.limit, &mapping->limit) &&
            (fields.offset.size == 0 ||
             pp_read_hex(fields.offset, &mapping->offset)));
}

struct pp_slice pp_mapping_line_without_log(struct pp_slice line)
{
    struct pp_slice rest = line;
    if (!pp_take_past(&rest, pp_slice_literal("]")) || rest.size == 0 ||
        !pp_is_space(rest.data[0]))
        return line;
    struct pp_slice front = {line.data, (size_t)(rest.data - line.data) - 1};
    size_t digits = front.size;
    while (digits > 0 && pp_is_digit(front.data[digits - 1]))
        digits--;
    bool is_log = digits < front.size && digits > 1 &&
                  front.data[digits - 1] == ':' &&
                  !memchr(front.data, '[', front.size);
    return is_log ? (struct pp_slice){rest.data + 1, rest.size - 1} : line;
}
