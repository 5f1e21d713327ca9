/* Text by lines, as Go's bufio.ScanLines tells them apart: the last line needs
 * no newline, and one carriage return before a newline belongs to it. Unlike
 * there a line may be of any length, since nothing is copied. */
#include "formats/lines.h"

bool pp_lines_next(struct pp_lines *lines)
{
    struct pp_slice rest = lines->rest;
    lines->line = (struct pp_slice){0};
    if (rest.size == 0)
        return false;
    const char *end = memchr(rest.data, '\n', rest.size);
    size_t size = end ? (size_t)(end - rest.data) : rest.size;
    size_t used = end ? size + 1 : size;
    lines->rest = (struct pp_slice){rest.data + used, rest.size - used};
    if (size > 0 && rest.data[size - 1] == '\r')
        size--;
    lines->line = (struct pp_slice){rest.data, size};
    lines->number++;
    return true;
}

bool pp_line_is_blank(struct pp_slice line)
{
    struct pp_slice text = pp_utf8_trim(line);
    return text.size == 0 || text.data[0] == '#';
}

int pp_lines_fail(const struct pp_lines *lines, const char *form, int status,
                  struct pp_error *err)
{
    pp_error_prefix(err, "%s: line %zu: ", form, lines->number);
    return status;
}
