/* Reading an expression, rune by rune, with the complaints of Go's
 * regexp/syntax in its words. Invariant: what was read is UTF-8. */
#include "report/regexp_scan.h"

#include <ctype.h>

enum { CODE_POINT_MAX = 0x10ffff };

/* ---- reading ------------------------------------------------------------ */

int pp_scan_fail(struct pp_scanner *scan, const char *reason, const char *from,
                 const char *to)
{
    return pp_fail(scan->err, PP_E_USAGE, "error parsing regexp: %s: `%.*s`",
                   reason, (int)(to - from), from);
}

int pp_scan_fail_rest(struct pp_scanner *scan, const char *reason)
{
    return pp_scan_fail(scan, reason, scan->rest.data, pp_scan_end(scan));
}

int pp_scan_fail_whole(struct pp_scanner *scan, const char *reason)
{
    return pp_scan_fail(scan, reason, scan->whole.data,
                        scan->whole.data + scan->whole.size);
}

/* From `from` up to where reading stands. */
int pp_scan_fail_since(struct pp_scanner *scan, const char *reason,
                       const char *from)
{
    return pp_scan_fail(scan, reason, from, scan->rest.data);
}

int pp_scan_rune(struct pp_scanner *scan, uint32_t *rune)
{
    struct pp_character first = pp_utf8_first(scan->rest);
    *rune = 0;
    if (!first.is_valid)
        return pp_scan_fail_rest(scan, "invalid UTF-8");
    *rune = first.point;
    pp_scan_skip(scan, first.size);
    return PP_OK;
}

/* ---- escapes ------------------------------------------------------------ */

static int hex_digit(uint32_t rune)
{
    if (rune >= '0' && rune <= '9')
        return (int)rune - '0';
    if (rune >= 'a' && rune <= 'f')
        return (int)rune - 'a' + 10;
    if (rune >= 'A' && rune <= 'F')
        return (int)rune - 'A' + 10;
    return -1;
}

/* Behind "\x{": digits and a brace. -1: not so, but reading went on as far as
 * it made sense. */
static int64_t read_braced_hex(struct pp_scanner *scan)
{
    int64_t value = 0;
    for (uint32_t count = 0;; count++) {
        uint32_t rune;
        if (pp_scan_at_end(scan) || pp_scan_rune(scan, &rune) < 0)
            return -1;
        if (rune == '}')
            return count ? value : -1;
        int digit = hex_digit(rune);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
        if (value > CODE_POINT_MAX)
            return -1;
    }
}

/* Behind "\x". */
static int64_t read_hex(struct pp_scanner *scan)
{
    uint32_t high, low;
    if (pp_scan_at_end(scan) || pp_scan_rune(scan, &high) < 0)
        return -1;
    if (high == '{')
        return read_braced_hex(scan);
    /* Go reads the second before it judges the first. */
    if (pp_scan_at_end(scan) || pp_scan_rune(scan, &low) < 0 ||
        hex_digit(high) < 0 || hex_digit(low) < 0)
        return -1;
    return hex_digit(high) * 16 + hex_digit(low);
}

static int64_t read_octal(struct pp_scanner *scan, uint32_t first)
{
    int64_t value = first - '0';
    for (int i = 1;
         i < 3 && pp_scan_peek(scan, 0) >= '0' && pp_scan_peek(scan, 0) <= '7';
         i++) {
        value = value * 8 + pp_scan_peek(scan, 0) - '0';
        pp_scan_skip(scan, 1);
    }
    return value;
}

/* The code point that an escape stands for, -1 if it stands for none. */
static int64_t escaped_rune(struct pp_scanner *scan, uint32_t rune)
{
    static const char letters[] = "afnrtv";
    static const char meanings[] = "\a\f\n\r\t\v";
    const char *at = rune < 0x80 && rune ? strchr(letters, (int)rune) : NULL;
    bool octal_follows =
        pp_scan_peek(scan, 0) >= '0' && pp_scan_peek(scan, 0) <= '7';
    if (at)
        return meanings[at - letters];
    if (rune == 'x')
        return read_hex(scan);
    if (rune == '0' || (rune >= '1' && rune <= '7' && octal_follows))
        return read_octal(scan, rune);
    if (rune < 0x80 && !isalnum((int)rune))
        return rune;
    return -1;
}

int pp_scan_escape(struct pp_scanner *scan, uint32_t *rune)
{
    const char *from = scan->rest.data;
    pp_scan_skip(scan, 1);
    if (pp_scan_at_end(scan))
        return pp_scan_fail_rest(scan,
                                 "trailing backslash at end of expression");
    uint32_t letter;
    if (pp_scan_rune(scan, &letter) < 0)
        return scan->err->status;
    int64_t value = escaped_rune(scan, letter);
    if (value < 0) /* unless the words are there already */
        return pp_scan_fail_since(scan, "invalid escape sequence", from);
    *rune = (uint32_t)value;
    return PP_OK;
}

void pp_regexp_append_rune(struct pp_buffer *out, uint32_t rune)
{
    if (rune < 0x80 && isalnum((int)rune))
        pp_buffer_append_char(out, (char)rune);
    else
        pp_buffer_format(out, "\\x{%x}", rune);
}
