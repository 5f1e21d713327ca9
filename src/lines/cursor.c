/* Reading bytes from outside; the parts that are not inlined. See cursor.h.
 *
 * Specification: DWARF 5, 7.4 (32-bit and 64-bit formats) and 7.6 (LEB128). */
#include "lines/cursor.h"

/* More nobody writes; but what has no end in sight could be searched for it
 * over and over, from here and from there. */
enum { LEB_SIZE_MAX = 32, TEXT_MAX = 256 << 10 };

uint64_t pp_cursor_number(struct pp_cursor *cursor, uint32_t size)
{
    switch (size) {
    case 1:
        return pp_cursor_u8(cursor);
    case 2:
        return pp_cursor_u16(cursor);
    case 4:
        return pp_cursor_u32(cursor);
    case 8:
        return pp_cursor_u64(cursor);
    case 3: {
        uint64_t low = pp_cursor_u8(cursor), middle = pp_cursor_u8(cursor);
        uint64_t high = pp_cursor_u8(cursor);
        bool is_big_endian =
            cursor->is_swapped == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
        return is_big_endian ? low << 16 | middle << 8 | high
                             : high << 16 | middle << 8 | low;
    }
    }
    pp_cursor_fail(cursor);
    return 0;
}

/* A number's bits, and in `shift` how many its bytes have room for. */
static uint64_t read_leb(struct pp_cursor *cursor, uint32_t *shift,
                         uint8_t *last)
{
    uint64_t value = 0;
    *shift = 0;
    do {
        *last = pp_cursor_u8(cursor);
        if (*shift < 64)
            value |= (uint64_t)(*last & 0x7f) << *shift;
        *shift += 7;
    } while (*last & 0x80 && *shift < LEB_SIZE_MAX * 7);
    if (*last & 0x80)
        pp_cursor_fail(cursor);
    return value;
}

uint64_t pp_cursor_long_uleb(struct pp_cursor *cursor)
{
    uint32_t shift;
    uint8_t last;
    uint64_t value = read_leb(cursor, &shift, &last);
    return cursor->has_failed ? 0 : value;
}

int64_t pp_cursor_long_sleb(struct pp_cursor *cursor)
{
    uint32_t shift;
    uint8_t last;
    uint64_t value = read_leb(cursor, &shift, &last);
    if (shift < 64 && last & 0x40)
        value |= UINT64_MAX << shift;
    return cursor->has_failed ? 0 : (int64_t)value;
}

void pp_cursor_long_skip(struct pp_cursor *cursor)
{
    for (int size = 0; size < LEB_SIZE_MAX && cursor->at < cursor->end; size++)
        if (*cursor->at++ < 0x80)
            return;
    pp_cursor_fail(cursor);
}

struct pp_slice pp_cursor_text(struct pp_cursor *cursor)
{
    size_t left = pp_cursor_left(cursor);
    size_t size = left < TEXT_MAX ? left : TEXT_MAX;
    const uint8_t *start = cursor->at;
    const uint8_t *nul = size > 0 ? memchr(start, 0, size) : NULL;
    if (!nul) {
        pp_cursor_fail(cursor);
        return (struct pp_slice){0};
    }
    cursor->at = nul + 1;
    return (struct pp_slice){(const char *)start, (size_t)(nul - start)};
}

uint64_t pp_cursor_unit_length(struct pp_cursor *cursor, uint8_t *offset_size)
{
    enum { ESCAPE_64 = 0xffffffff, RESERVED_FIRST = 0xfffffff0 };
    uint64_t length = pp_cursor_u32(cursor);
    *offset_size = 4;
    if (length == ESCAPE_64) {
        *offset_size = 8;
        length = pp_cursor_u64(cursor);
    } else if (length >= RESERVED_FIRST) {
        pp_cursor_fail(cursor);
    }
    return pp_cursor_needs(cursor, length) ? length : 0;
}
