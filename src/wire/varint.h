/* Reading protocol buffers: numbers and fields. The bytes are from outside, so
 * each step is checked here and nowhere else. For this folder only.
 *
 *     field = tag payload
 *     tag = varint: number << 3 | type
 *     payload = varint (type 0) | 8 bytes (1) | size bytes... (2) | 4 bytes (5)
 */
#ifndef PP_WIRE_VARINT_H
#define PP_WIRE_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum pp_wire_type {
    PP_WIRE_VARINT = 0,
    PP_WIRE_FIXED64 = 1,
    PP_WIRE_BYTES = 2,
    PP_WIRE_FIXED32 = 5,
};

enum pp_wire_fault {
    PP_WIRE_SOUND = 0,
    PP_WIRE_VARINT_CUT,
    PP_WIRE_VARINT_LONG,
    PP_WIRE_FIELD_CUT,
    PP_WIRE_TYPE_UNKNOWN,
};

enum { PP_WIRE_VARINT_MAX = 10 /* bytes */ };

/* Bytes yet to be read. */
struct pp_wire_span {
    const uint8_t *at, *end;
};

struct pp_wire_field {
    const uint8_t *at; /* its tag */
    uint64_t number;
    enum pp_wire_type type;
    uint64_t value;            /* of varint, fixed64, fixed32 */
    struct pp_wire_span bytes; /* of bytes */
};

/* Bits above the 64th are lost, as in the reference. */
static inline enum pp_wire_fault pp_wire_varint(struct pp_wire_span *span,
                                                uint64_t *value)
{
    const uint8_t *at = span->at;
    if (at < span->end && *at < 0x80) {
        *value = *at;
        span->at++;
        return PP_WIRE_SOUND;
    }
    uint64_t sum = 0;
    for (unsigned i = 0; i < PP_WIRE_VARINT_MAX; i++, at++) {
        if (at == span->end)
            return PP_WIRE_VARINT_CUT;
        sum |= (uint64_t)(*at & 0x7f) << (7 * i);
        if (*at < 0x80) {
            *value = sum;
            span->at = at + 1;
            return PP_WIRE_SOUND;
        }
    }
    return PP_WIRE_VARINT_LONG;
}

/* A fixed64 or fixed32: `size` bytes, the least one first. */
static inline enum pp_wire_fault pp_wire_fixed(struct pp_wire_span *span,
                                               unsigned size, uint64_t *value)
{
    if ((size_t)(span->end - span->at) < size)
        return PP_WIRE_FIELD_CUT;
    *value = 0;
    for (unsigned i = 0; i < size; i++)
        *value |= (uint64_t)span->at[i] << (8 * i);
    span->at += size;
    return PP_WIRE_SOUND;
}

static inline enum pp_wire_fault pp_wire_bytes(struct pp_wire_span *span,
                                               struct pp_wire_span *bytes)
{
    uint64_t size;
    enum pp_wire_fault fault = pp_wire_varint(span, &size);
    if (fault)
        return fault;
    if (size > (size_t)(span->end - span->at))
        return PP_WIRE_FIELD_CUT;
    bytes->at = span->at;
    bytes->end = span->at += size;
    return PP_WIRE_SOUND;
}

/* The next field of a span that is not at its end. */
static inline enum pp_wire_fault pp_wire_field(struct pp_wire_span *span,
                                               struct pp_wire_field *field)
{
    uint64_t tag;
    field->at = span->at;
    enum pp_wire_fault fault = pp_wire_varint(span, &tag);
    if (fault)
        return fault;
    field->number = tag >> 3;
    field->type = (enum pp_wire_type)(tag & 7);
    switch (field->type) {
    case PP_WIRE_VARINT:
        return pp_wire_varint(span, &field->value);
    case PP_WIRE_FIXED64:
        return pp_wire_fixed(span, 8, &field->value);
    case PP_WIRE_BYTES:
        return pp_wire_bytes(span, &field->bytes);
    case PP_WIRE_FIXED32:
        return pp_wire_fixed(span, 4, &field->value);
    default:
        return PP_WIRE_TYPE_UNKNOWN;
    }
}

/* How many varints lie in a span: each ends with a byte below 0x80. Eight
 * bytes at a time. */
static inline size_t pp_wire_count_varints(struct pp_wire_span span)
{
    const uint64_t tops = 0x8080808080808080u;
    size_t count = 0;
    uint64_t word;
    for (; span.end - span.at >= 8; span.at += 8) {
        memcpy(&word, span.at, sizeof word);
        count += ((~word & tops) >> 7) * 0x0101010101010101u >> 56;
    }
    for (; span.at < span.end; span.at++)
        count += *span.at < 0x80;
    return count;
}

#endif
