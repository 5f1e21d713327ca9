/* Numbers at the size of 64 bits: read by hand, since strto* of C want a NUL,
 * and skip white space. See scan.h. */
#include "formats/scan.h"

bool pp_take_past(struct pp_slice *text, struct pp_slice literal)
{
    if (text->size < literal.size)
        return false;
    const char *at = memmem(text->data, text->size, literal.data, literal.size);
    if (!at)
        return false;
    size_t used = (size_t)(at - text->data) + literal.size;
    *text = (struct pp_slice){text->data + used, text->size - used};
    return true;
}

static unsigned digit_of(char c)
{
    if (pp_is_digit(c))
        return (unsigned)(c - '0');
    return pp_is_hex(c) ? (unsigned)((c | 0x20) - 'a') + 10 : 16;
}

static bool read_magnitude(struct pp_slice digits, unsigned base,
                           uint64_t *magnitude)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < digits.size; i++) {
        unsigned digit = digit_of(digits.data[i]);
        if (digit >= base || __builtin_mul_overflow(sum, base, &sum) ||
            __builtin_add_overflow(sum, digit, &sum))
            return false;
    }
    if (digits.size == 0)
        return false;
    *magnitude = sum;
    return true;
}

static bool read_signed(struct pp_slice text, bool is_negative, unsigned base,
                        int64_t *number)
{
    uint64_t magnitude;
    if (!read_magnitude(text, base, &magnitude) ||
        magnitude > (uint64_t)INT64_MAX + is_negative)
        return false;
    *number = (int64_t)(is_negative ? -magnitude : magnitude);
    return true;
}

/* True for '-'; a '+' goes, too. */
static bool take_sign(struct pp_slice *text)
{
    return pp_take(text, pp_slice_literal("-")) ||
           (pp_take(text, pp_slice_literal("+")) && false);
}

/* What the front of a number, which goes, says of its base. */
static unsigned take_base(struct pp_slice *text)
{
    char letter = text->size > 2 ? (char)(text->data[1] | 0x20) : 0;
    unsigned base = letter == 'x'   ? 16
                    : letter == 'o' ? 8
                    : letter == 'b' ? 2
                                    : 0;
    if (text->size < 2 || text->data[0] != '0')
        return 10;
    size_t used = base ? 2 : 1;
    *text = (struct pp_slice){text->data + used, text->size - used};
    return base ? base : 8;
}

bool pp_read_decimal(struct pp_slice text, int64_t *number)
{
    bool is_negative = take_sign(&text);
    return read_signed(text, is_negative, 10, number);
}

bool pp_read_integer(struct pp_slice text, int64_t *number)
{
    bool is_negative = take_sign(&text);
    unsigned base = take_base(&text);
    return read_signed(text, is_negative, base, number);
}

bool pp_read_hex(struct pp_slice text, uint64_t *number)
{
    return read_magnitude(text, 16, number);
}
