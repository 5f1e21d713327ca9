/* A cursor over bytes from outside: every read is checked, and the first that
 * fails sticks. Private to lines/.
 *
 * A reader takes what it needs and looks once, at the end: after a failure
 * everything reads as 0 and the cursor is at its end, so that every loop that
 * goes on while there are bytes stops, too. */
#ifndef PP_LINES_CURSOR_H
#define PP_LINES_CURSOR_H

#include "base/base.h"

struct pp_cursor {
    const uint8_t *at, *end;
    bool is_swapped; /* the bytes are of the other order than ours */
    bool has_failed; /* something was asked for that is not there */
};

/* A cursor at an offset of the bytes; a failed one where that is outside. */
static inline struct pp_cursor pp_cursor_at(struct pp_slice bytes,
                                            uint64_t offset, bool is_swapped)
{
    /* Nothing may be added to NULL, which empty bytes can be. */
    static const uint8_t nowhere = 0;
    const uint8_t *data =
        bytes.size > 0 ? (const uint8_t *)bytes.data : &nowhere;
    struct pp_cursor cursor = {
        .at = data, .end = data + bytes.size, .is_swapped = is_swapped};
    if (offset <= bytes.size) {
        cursor.at += offset;
    } else {
        cursor.at = cursor.end;
        cursor.has_failed = true;
    }
    return cursor;
}

static inline size_t pp_cursor_left(const struct pp_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

static inline void pp_cursor_fail(struct pp_cursor *cursor)
{
    cursor->at = cursor->end;
    cursor->has_failed = true;
}

/* Whether there are so many bytes; without them the cursor has failed. */
static inline bool pp_cursor_needs(struct pp_cursor *cursor, uint64_t size)
{
    if (size <= pp_cursor_left(cursor))
        return true;
    pp_cursor_fail(cursor);
    return false;
}

static inline void pp_cursor_skip(struct pp_cursor *cursor, uint64_t size)
{
    if (pp_cursor_needs(cursor, size))
        cursor->at += size;
}

/* The next bytes, which the cursor goes behind; empty after a failure. */
static inline struct pp_slice pp_cursor_slice(struct pp_cursor *cursor,
                                              uint64_t size)
{
    if (!pp_cursor_needs(cursor, size))
        return (struct pp_slice){0};
    const char *data = (const char *)cursor->at;
    cursor->at += size;
    return (struct pp_slice){data, (size_t)size};
}

/* ---- numbers ------------------------------------------------------------ */

static inline uint8_t pp_cursor_u8(struct pp_cursor *cursor)
{
    return pp_cursor_needs(cursor, 1) ? *cursor->at++ : 0;
}

static inline uint16_t pp_cursor_u16(struct pp_cursor *cursor)
{
    uint16_t value;
    if (!pp_cursor_needs(cursor, sizeof value))
        return 0;
    memcpy(&value, cursor->at, sizeof value);
    cursor->at += sizeof value;
    return cursor->is_swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t pp_cursor_u32(struct pp_cursor *cursor)
{
    uint32_t value;
    if (!pp_cursor_needs(cursor, sizeof value))
        return 0;
    memcpy(&value, cursor->at, sizeof value);
    cursor->at += sizeof value;
    return cursor->is_swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t pp_cursor_u64(struct pp_cursor *cursor)
{
    uint64_t value;
    if (!pp_cursor_needs(cursor, sizeof value))
        return 0;
    memcpy(&value, cursor->at, sizeof value);
    cursor->at += sizeof value;
    return cursor->is_swapped ? __builtin_bswap64(value) : value;
}

/* A number of 1, 2, 3, 4 or 8 bytes; of any other size a failure. */
uint64_t pp_cursor_number(struct pp_cursor *cursor, uint32_t size);

/* LEB128, of which bits behind the 64th are dropped: the parts for numbers of
 * more than one byte, of which 32 are a failure. */
uint64_t pp_cursor_long_uleb(struct pp_cursor *cursor);
int64_t pp_cursor_long_sleb(struct pp_cursor *cursor);
void pp_cursor_long_skip(struct pp_cursor *cursor);

static inline uint64_t pp_cursor_uleb(struct pp_cursor *cursor)
{
    if (cursor->at < cursor->end && *cursor->at < 0x80)
        return *cursor->at++;
    return pp_cursor_long_uleb(cursor);
}

static inline int64_t pp_cursor_sleb(struct pp_cursor *cursor)
{
    if (cursor->at < cursor->end && *cursor->at < 0x80) {
        uint8_t byte = *cursor->at++;
        return byte < 0x40 ? byte : byte - 0x80;
    }
    return pp_cursor_long_sleb(cursor);
}

/* Go behind a LEB128 number. */
static inline void pp_cursor_skip_leb(struct pp_cursor *cursor)
{
    if (cursor->at < cursor->end && *cursor->at < 0x80)
        cursor->at++;
    else
        pp_cursor_long_skip(cursor);
}

/* ---- DWARF's own -------------------------------------------------------- */

/* Text up to a NUL, without it. One of more than 256 KB is a failure. */
struct pp_slice pp_cursor_text(struct pp_cursor *cursor);

/* The length in front of a unit: how many bytes follow, and the size that its
 * offsets have, 4 or 8. What does not fit into the bytes that are there is a
 * failure. */
uint64_t pp_cursor_unit_length(struct pp_cursor *cursor, uint8_t *offset_size);

#endif
