/* Query strings and the numbers in them. Invariant: nothing here fails loudly;
 * what cannot be read counts as not there, for so do the servers that clients
 * were written against (Go's net/url.ParseQuery, strconv.ParseInt and
 * ParseUint with base 0, which also takes underscores: no client sends them).
 */
#include "serve/query.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Percent-decode into out, which has room for all of text. */
static bool decode(struct pp_slice text, char *out, size_t *size)
{
    *size = 0;
    for (size_t at = 0; at < text.size; at++) {
        char c = text.data[at];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            if (text.size - at < 3)
                return false;
            int high = hex_digit(text.data[at + 1]);
            int low = hex_digit(text.data[at + 2]);
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            at += 2;
        }
        out[(*size)++] = c;
    }
    return true;
}

static bool decode_slice(struct pp_slice text, struct pp_arena *arena,
                         struct pp_slice *decoded)
{
    char *out = pp_arena_alloc(arena, text.size);
    if (!out)
        return false;
    decoded->data = out;
    return decode(text, out, &decoded->size);
}

/* Cut the text at the first `at`: what is in front of it is returned, what is
 * behind stays. Without one, all of it is in front. */
static struct pp_slice cut(struct pp_slice *text, char at)
{
    const char *found =
        text->size > 0 ? memchr(text->data, at, text->size) : NULL;
    struct pp_slice front = *text;
    if (!found) {
        *text = (struct pp_slice){0};
        return front;
    }
    front.size = (size_t)(found - text->data);
    text->data += front.size + 1;
    text->size -= front.size + 1;
    return front;
}

bool pp_query_get(struct pp_slice query, const char *name,
                  struct pp_arena *arena, struct pp_slice *value)
{
    struct pp_slice wanted = pp_slice_of(name);
    while (query.size > 0) {
        struct pp_slice pair = cut(&query, '&');
        if (pair.size > 0 && memchr(pair.data, ';', pair.size))
            continue;
        struct pp_slice key = cut(&pair, '=');
        if (key.size > 3 * wanted.size || !decode_slice(key, arena, &key) ||
            !pp_slice_equal(key, wanted))
            continue;
        if (decode_slice(pair, arena, value))
            return true;
    }
    return false;
}

bool pp_query_parse_integer(struct pp_slice text, int64_t *value)
{
    bool negative = text.size > 0 && text.data[0] == '-';
    if (negative || (text.size > 0 && text.data[0] == '+')) {
        text.data++;
        text.size--;
    }
    if (text.size == 0)
        return false;
    int64_t number = 0;
    for (size_t i = 0; i < text.size; i++) {
        int digit = text.data[i] - '0';
        if (digit < 0 || digit > 9 ||
            __builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, negative ? -digit : digit, &number))
            return false;
    }
    *value = number;
    return true;
}

/* Take the base off the front: "0x", "0b", "0o", "0", or nothing. */
static uint64_t take_base(struct pp_slice *text)
{
    if (text->size < 2 || text->data[0] != '0')
        return 10;
    char letter = text->data[1] | 0x20;
    uint64_t base = letter == 'x'   ? 16
                    : letter == 'b' ? 2
                    : letter == 'o' ? 8
                                    : 0;
    size_t length = base ? 2 : 1;
    text->data += length;
    text->size -= length;
    return base ? base : 8;
}

uint64_t pp_query_parse_address(struct pp_slice text)
{
    uint64_t base = take_base(&text);
    uint64_t number = 0;
    bool too_large = false;
    for (size_t i = 0; i < text.size; i++) {
        int digit = hex_digit(text.data[i]);
        if (digit < 0 || (uint64_t)digit >= base)
            return 0;
        too_large |= __builtin_mul_overflow(number, base, &number) ||
                     __builtin_add_overflow(number, (uint64_t)digit, &number);
    }
    return too_large ? UINT64_MAX : number;
}
