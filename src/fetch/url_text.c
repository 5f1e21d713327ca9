/* url_text: the characters of a URL. See url_text.h. */
#include "fetch/url_text.h"

bool pp_url_is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool pp_url_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool pp_url_is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

bool pp_url_is_unreserved(char c)
{
    return pp_url_is_alpha(c) || pp_url_is_digit(c) ||
           pp_url_is_one_of(c, "-_.~");
}

static int hex_value(char c)
{
    if (pp_url_is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

size_t pp_url_index_of(struct pp_slice text, char c)
{
    const char *found = text.size ? memchr(text.data, c, text.size) : NULL;
    return found ? (size_t)(found - text.data) : text.size;
}

struct pp_slice pp_url_head(struct pp_slice text, size_t size)
{
    return (struct pp_slice){text.data, size};
}

struct pp_slice pp_url_tail(struct pp_slice text, size_t skip)
{
    if (skip >= text.size)
        return (struct pp_slice){text.data + text.size, 0};
    return (struct pp_slice){text.data + skip, text.size - skip};
}

bool pp_url_has_bad_escape(struct pp_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '%' &&
            (i + 2 >= text.size || hex_value(text.data[i + 1]) < 0 ||
             hex_value(text.data[i + 2]) < 0))
            return true;
    return false;
}

void pp_url_escape_byte(struct pp_buffer *out, char c)
{
    pp_buffer_format(out, "%%%02X", (unsigned char)c);
}

bool pp_url_unescape(struct pp_buffer *out, struct pp_slice text,
                     bool plus_is_space)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '+' && plus_is_space)
            c = ' ';
        if (c == '%') {
            if (i + 2 >= text.size ||
                pp_url_has_bad_escape(pp_url_head(pp_url_tail(text, i), 3)))
                return false;
            c = (char)(hex_value(text.data[i + 1]) << 4 |
                       hex_value(text.data[i + 2]));
            i += 2;
        }
        pp_buffer_append_char(out, c);
    }
    return true;
}
