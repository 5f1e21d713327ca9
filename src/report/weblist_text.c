/* Text of the page of -weblist: see weblist_page.h. */
#include "report/weblist_page.h"

#include "report/format.h"

enum { TAB = 8, INDENT_MAX = 200 };

void pp_weblist_append(const struct pp_weblist_page *page, const char *text)
{
    pp_buffer_append_text(page->out, text);
}

void pp_weblist_append_escaped(const struct pp_weblist_page *page,
                               struct pp_slice text)
{
    pp_buffer_append_escaped_xml(page->out, text);
}

static void append_spaces(struct pp_buffer *out, size_t count)
{
    while (count-- > 0)
        pp_buffer_append_char(out, ' ');
}

/* Units are text of the profile. */
void pp_weblist_append_value(struct pp_weblist_page *page, int64_t value,
                             size_t width)
{
    pp_buffer_clear(&page->scratch);
    pp_report_value_column(page->job, &page->scratch, value, width);
    pp_weblist_append_escaped(page, pp_buffer_slice(&page->scratch));
}

void pp_weblist_append_value_or_dot(struct pp_weblist_page *page, int64_t value)
{
    pp_buffer_clear(&page->scratch);
    pp_report_value_or_dot(page->job, &page->scratch, value,
                           PP_WEBLIST_VALUE_WIDTH);
    pp_weblist_append_escaped(page, pp_buffer_slice(&page->scratch));
}

void pp_weblist_append_padded(struct pp_weblist_page *page, size_t indent,
                              struct pp_slice text, size_t width)
{
    struct pp_buffer *line = &page->scratch;
    size_t column = indent;
    pp_buffer_clear(line);
    append_spaces(line, indent);
    while (text.size) {
        struct pp_character c = pp_utf8_first(text);
        size_t cells = text.data[0] == '\t' ? TAB - column % TAB : 1;
        if (text.data[0] == '\t')
            append_spaces(line, cells);
        else
            pp_buffer_append(line, text.data, c.size);
        column += cells;
        text.data += c.size;
        text.size -= c.size;
    }
    if (column < width)
        append_spaces(line, width - column);
    pp_weblist_append_escaped(page, pp_buffer_slice(line));
}

size_t pp_weblist_indentation(struct pp_slice line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.size && column < INDENT_MAX; i++) {
        if (line.data[i] == '\t')
            column += TAB - column % TAB;
        else if (line.data[i] == ' ')
            column++;
        else
            break;
    }
    return column;
}
