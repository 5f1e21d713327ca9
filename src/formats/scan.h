/* scan: what stands at the front of a text is taken off it, piece by piece,
 * where a regular expression would do the same. Private to formats.
 *
 * The classes are those of Go's regular expressions: ASCII only. */
#ifndef PP_FORMATS_SCAN_H
#define PP_FORMATS_SCAN_H

#include "base/base.h"

static inline bool pp_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool pp_is_hex(char c)
{
    return pp_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline bool pp_is_blank(char c)
{
    return c == ' ';
}

/* The expressions' \s. */
static inline bool pp_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static inline bool pp_is_not_space(char c)
{
    return !pp_is_space(c);
}

/* Small ones only. */
static inline bool pp_is_hex_small(char c)
{
    return pp_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* What a row of addresses, "0x4012ab 0x401399", is made of. */
static inline bool pp_is_of_addresses(char c)
{
    return c == ' ' || c == 'x' || pp_is_hex_small(c);
}

/* Take all characters of a class; they may be none. */
static inline struct pp_slice pp_take_while(struct pp_slice *text,
                                            bool (*is)(char))
{
    size_t size = 0;
    while (size < text->size && is(text->data[size]))
        size++;
    struct pp_slice taken = {text->data, size};
    if (size == 0) /* the text may be NULL */
        return taken;
    *text = (struct pp_slice){text->data + size, text->size - size};
    return taken;
}

/* Take these very characters, if they are there. */
static inline bool pp_take(struct pp_slice *text, struct pp_slice literal)
{
    if (!pp_slice_starts_with(*text, literal))
        return false;
    *text =
        (struct pp_slice){text->data + literal.size, text->size - literal.size};
    return true;
}

/* Forget what stands up to the end of the first `literal`, if it is there. */
bool pp_take_past(struct pp_slice *text, struct pp_slice literal);

/* The numbers that texts hold. False where the text is none, or does not fit;
 * the number is untouched then. */

/* A sign and decimal digits (Go's ParseInt with base 10). */
bool pp_read_decimal(struct pp_slice text, int64_t *number);

/* The same where a 0, 0b, 0o or 0x in front tells another base (ParseInt with
 * base 0; but no underscores). */
bool pp_read_integer(struct pp_slice text, int64_t *number);

/* Hexadecimal digits, of either case, and nothing in front. */
bool pp_read_hex(struct pp_slice text, uint64_t *number);

#endif
