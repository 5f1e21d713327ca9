/* Bytes put together by hand, for tests of what reads them. */
#ifndef TEST_UNIT_LINES_BYTES_H
#define TEST_UNIT_LINES_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base.h"

struct bytes {
    uint8_t data[1 << 18];
    size_t size;
    bool is_big_endian;
};

/* Whether a reader on this machine has to swap them. */
static inline bool is_swapped(const struct bytes *bytes)
{
    return bytes->is_big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static inline void put_at(struct bytes *bytes, size_t at, uint64_t value,
                          size_t size)
{
    assert_true(at + size <= sizeof bytes->data);
    for (size_t i = 0; i < size; i++) {
        size_t shift = bytes->is_big_endian ? size - 1 - i : i;
        bytes->data[at + i] = (uint8_t)(value >> shift * 8);
    }
}

static inline void put(struct bytes *bytes, uint64_t value, size_t size)
{
    put_at(bytes, bytes->size, value, size);
    bytes->size += size;
}

static inline void put_u8(struct bytes *bytes, uint64_t value)
{
    put(bytes, value, 1);
}

static inline void put_uleb(struct bytes *bytes, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        put_u8(bytes, (value & 0x7f) | 0x80);
    put_u8(bytes, value);
}

/* A small negative number, as SLEB128 of two bytes. */
static inline void put_negative(struct bytes *bytes, int value)
{
    put_u8(bytes, ((uint32_t)value & 0x7f) | 0x80);
    put_u8(bytes, (uint32_t)value >> 7 & 0x7f);
}

static inline void put_text(struct bytes *bytes, const char *text)
{
    do
        put_u8(bytes, (uint8_t)*text);
    while (*text++);
}

static inline struct pp_slice slice_of(const struct bytes *bytes)
{
    return (struct pp_slice){(const char *)bytes->data, bytes->size};
}

#endif
