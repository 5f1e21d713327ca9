/* UTF-8 (RFC 3629). Invariant: a valid character is in its shortest form, no
 * surrogate, and not above U+10FFFF; so nothing passes in disguise. See
 * utf8.h. */
#include "base/base.h"

#include <assert.h>

/* How many bytes a character has that begins with this one; 0: none does. */
static uint8_t size_after(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static bool is_scalar(uint32_t point, size_t size)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
    return point >= smallest[size] && point <= 0x10ffff && !is_surrogate;
}

struct pp_character pp_utf8_first(struct pp_slice text)
{
    static const struct pp_character invalid = {0xfffd, 1, false};
    const uint8_t *byte = (const uint8_t *)text.data;
    assert(text.size > 0);
    uint8_t size = size_after(byte[0]);
    if (size == 1)
        return (struct pp_character){byte[0], 1, true};
    if (size == 0 || size > text.size)
        return invalid;
    uint32_t point = byte[0] & (0x7fu >> size);
    for (uint8_t i = 1; i < size; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return invalid;
        point = point << 6 | (byte[i] & 0x3f);
    }
    if (!is_scalar(point, size))
        return invalid;
    return (struct pp_character){point, size, true};
}

size_t pp_utf8_count(struct pp_slice text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.size; count++)
        at += pp_utf8_first((struct pp_slice){text.data + at, text.size - at})
                  .size;
    return count;
}

bool pp_utf8_is_space(uint32_t point)
{
    return point == ' ' || (point >= '\t' && point <= '\r') || point == 0x85 ||
           point == 0xa0 || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f ||
           point == 0x3000;
}

/* How many bytes of white space the text ends with; 0: none. No other
 * character ends as one of them does, so that looking at every size will do. */
static size_t last_space(struct pp_slice text)
{
    for (size_t size = 1; size <= 3 && size <= text.size; size++) {
        struct pp_slice end = {text.data + text.size - size, size};
        struct pp_character last = pp_utf8_first(end);
        if (last.size == size && last.is_valid)
            return pp_utf8_is_space(last.point) ? size : 0;
    }
    return 0;
}

struct pp_slice pp_utf8_trim(struct pp_slice text)
{
    while (text.size > 0) {
        struct pp_character first = pp_utf8_first(text);
        if (!pp_utf8_is_space(first.point))
            break;
        text.data += first.size;
        text.size -= first.size;
    }
    for (size_t size; (size = last_space(text)) > 0;)
        text.size -= size;
    return text;
}

/* Runs of what is valid are copied whole. */
void pp_utf8_append_valid(struct pp_buffer *out, struct pp_slice text)
{
    size_t start = 0, at = 0;
    while (at < text.size) {
        struct pp_slice rest = {text.data + at, text.size - at};
        struct pp_character first = pp_utf8_first(rest);
        if (!first.is_valid) {
            pp_buffer_append(out, text.data + start, at - start);
            pp_buffer_append_text(out, PP_UTF8_REPLACEMENT);
            start = at + first.size;
        }
        at += first.size;
    }
    if (at > start) /* the text may be NULL */
        pp_buffer_append(out, text.data + start, at - start);
}

bool pp_utf8_is_harmful(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x08},     /* C0 up to the tab */
        {0x0b, 0x1f},     /* C0 behind the newline */
        {0x7f, 0x9f},     /* DEL and C1 */
        {0x61c, 0x61c},   /* Arabic letter mark */
        {0x200e, 0x200f}, /* left-to-right, right-to-left mark */
        {0x2028, 0x202e}, /* line, paragraph separator; embeddings */
        {0x2066, 0x2069}, /* isolates */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (point <= ranges[i].last)
            return point >= ranges[i].first;
    return false;
}
