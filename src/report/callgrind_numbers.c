/* Decimal and hexadecimal numbers. See callgrind_numbers.h. */
#include "report/callgrind_numbers.h"

#include <string.h>

static unsigned count_digits(uint64_t value)
{
    unsigned count = 1;
    for (; value >= 10000; value /= 10000)
        count += 4;
    return count + (value >= 10) + (value >= 100) + (value >= 1000);
}

char *pp_put_decimal(char *at, int64_t value)
{
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    *at = '-';
    at += value < 0;
    char *end = at + count_digits(rest);
    for (at = end; rest >= 10; rest /= 10)
        *--at = (char)('0' + rest % 10);
    *--at = (char)('0' + rest);
    return end;
}

/* How many hexadecimal digits, and no zeros in front. */
static unsigned count_nibbles(uint64_t value)
{
    return value ? (63 - (unsigned)__builtin_clzll(value)) / 4 + 1 : 1;
}

static char *put_hexadecimal(char *at, uint64_t value)
{
    *at++ = '0';
    *at++ = 'x';
    for (unsigned i = count_nibbles(value); i-- > 0;)
        *at++ = "0123456789abcdef"[value >> 4 * i & 15];
    return at;
}

char *pp_put_address(char *at, const uint64_t *previous, uint64_t address)
{
    if (!previous)
        return put_hexadecimal(at, address);
    int64_t distance = (int64_t)(address - *previous);
    if (distance == 0) {
        *at = '*';
        return at + 1;
    }
    *at = '+';
    char *end = pp_put_decimal(at + (distance > 0), distance);
    if (end - at < 2 + (long)count_nibbles(address))
        return end;
    return put_hexadecimal(at, address);
}
