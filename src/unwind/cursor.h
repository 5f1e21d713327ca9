/* Reading bytes that somebody else wrote: a cursor never passes its end. The
 * first read that would sets `failed`; it and all later ones give 0, so a
 * parser reads like the format and looks at the end. Fields are little
 * endian, as both architectures are. */
#ifndef PP_UNWIND_CURSOR_H
#define PP_UNWIND_CURSOR_H

#include "base/base.h"

struct pp_cursor {
    const uint8_t *at, *end;
    bool failed;
};

static inline struct pp_cursor pp_cursor_of(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    return (struct pp_cursor){at, at + size, false};
}

static inline size_t pp_cursor_left(const struct pp_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

static inline void pp_cursor_fail(struct pp_cursor *cursor)
{
    cursor->failed = true;
    cursor->at = cursor->end;
}

static inline void pp_cursor_skip(struct pp_cursor *cursor, uint64_t size)
{
    if (size > pp_cursor_left(cursor))
        pp_cursor_fail(cursor);
    else
        cursor->at += size;
}

static inline uint64_t pp_cursor_bytes(struct pp_cursor *cursor, unsigned size)
{
    uint64_t value = 0;
    if (size > pp_cursor_left(cursor)) {
        pp_cursor_fail(cursor);
        return 0;
    }
    memcpy(&value, cursor->at, size);
    cursor->at += size;
    return value;
}

static inline uint8_t pp_cursor_u8(struct pp_cursor *cursor)
{
    if (cursor->at == cursor->end) {
        pp_cursor_fail(cursor);
        return 0;
    }
    return *cursor->at++;
}

static inline uint32_t pp_cursor_u32(struct pp_cursor *cursor)
{
    return (uint32_t)pp_cursor_bytes(cursor, 4);
}

/* LEB128 (DWARF 5, 7.6). Bits beyond the 64th are dropped. */
static inline uint64_t pp_cursor_uleb(struct pp_cursor *cursor)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = pp_cursor_u8(cursor);
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
}

static inline int64_t pp_cursor_sleb(struct pp_cursor *cursor)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = pp_cursor_u8(cursor);
        if (shift < 64)
            value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte & 0x80)
            continue;
        if (shift + 7 < 64 && (byte & 0x40))
            value |= ~0ull << (shift + 7);
        return (int64_t)value;
    }
}

#endif
