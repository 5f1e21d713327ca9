/* Numbers as Go's strconv package reads them. strto* of C differ in both
 * directions: they know no underscores, 0b and 0o, but white space in front,
 * nan(1) and 0x10 for a float. So the grammar is here, and only the decimal
 * arithmetic of floats theirs.
 *
 * Specification: "Integer literals" and "Floating-point literals" of the Go
 * language, and ParseInt and ParseFloat of its strconv package. */
#include "present/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

static int fail_parse(struct pp_error *err)
{
    return pp_fail(err, PP_E_FORMAT, "parse error");
}

static int fail_range(struct pp_error *err)
{
    return pp_fail(err, PP_E_USAGE, "value out of range");
}

static char lower(char c)
{
    return (char)tolower((unsigned char)c);
}

static const char *skip_sign(const char *text)
{
    return text + (*text == '+' || *text == '-');
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'z')
        return lower(c) - 'a' + 10;
    return 36;
}

static bool has_prefix(const char *number)
{
    return number[0] == '0' && number[1] && strchr("box", lower(number[1]));
}

/* An underscore stands behind a digit or the prefix of a base, and in front of
 * a digit. */
static bool underscores_are_fine(const char *text)
{
    const char *at = skip_sign(text);
    bool follows_digit = has_prefix(at);
    int base = follows_digit && lower(at[1]) == 'x' ? 16 : 10;
    if (follows_digit)
        at += 2;
    for (; *at; at++) {
        if (*at == '_' && (!follows_digit || digit_of(at[1]) >= base))
            return false;
        follows_digit = digit_of(*at) < base;
    }
    return true;
}

/* ---- integers ----------------------------------------------------------- */

/* The base that the start of a number tells; *digits is what stands behind. */
static unsigned find_base(const char *number, const char **digits)
{
    static const struct {
        char letter;
        unsigned base;
    } prefixes[] = {{'b', 2}, {'o', 8}, {'x', 16}};
    *digits = number;
    if (number[0] != '0')
        return 10;
    *digits = number + 1; /* as in C; "0" has no digits behind */
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (lower(number[1]) != prefixes[i].letter || !number[2])
            continue;
        *digits = number + 2;
        return prefixes[i].base;
    }
    return 8;
}

static int parse_magnitude(const char *number, unsigned base,
                           uint64_t *magnitude, struct pp_error *err)
{
    *magnitude = 0;
    for (; *number; number++) {
        unsigned digit = (unsigned)digit_of(*number);
        if (*number == '_')
            continue;
        if (digit >= base)
            return fail_parse(err);
        if (__builtin_mul_overflow(*magnitude, base, magnitude) ||
            __builtin_add_overflow(*magnitude, digit, magnitude))
            return fail_range(err);
    }
    return PP_OK;
}

static int apply_sign(const char *text, uint64_t magnitude, int64_t *number,
                      struct pp_error *err)
{
    bool is_negative = text[0] == '-';
    if (magnitude > (uint64_t)INT64_MAX + is_negative)
        return fail_range(err);
    *number = (int64_t)(is_negative ? -magnitude : magnitude);
    return PP_OK;
}

int pp_parse_int(const char *text, int64_t *number, struct pp_error *err)
{
    uint64_t magnitude;
    const char *digits = skip_sign(text);
    if (!digits[0])
        return fail_parse(err);
    unsigned base = find_base(digits, &digits);
    if (parse_magnitude(digits, base, &magnitude, err) < 0)
        return err->status;
    if (!underscores_are_fine(text))
        return fail_parse(err);
    return apply_sign(text, magnitude, number, err);
}

int pp_parse_decimal(const char *text, int64_t *number, struct pp_error *err)
{
    uint64_t magnitude;
    const char *digits = skip_sign(text);
    if (!digits[0] || strchr(digits, '_'))
        return fail_parse(err);
    if (parse_magnitude(digits, 10, &magnitude, err) < 0)
        return err->status;
    return apply_sign(text, magnitude, number, err);
}

/* ---- floats ------------------------------------------------------------- */

/* What has a name: a NaN has no sign. */
static bool parse_name(const char *text, double *number)
{
    const char *name = skip_sign(text);
    if (strcasecmp(text, "nan") == 0)
        *number = NAN;
    else if (strcasecmp(name, "inf") == 0 || strcasecmp(name, "infinity") == 0)
        *number = text[0] == '-' ? -INFINITY : INFINITY;
    else
        return false;
    return true;
}

/* Step over digits and underscores; whether there was a digit. */
static bool skip_digits(const char **at, int base)
{
    bool has_digit = false;
    for (; **at == '_' || digit_of(**at) < base; ++*at)
        has_digit |= **at != '_';
    return has_digit;
}

/* Whether the text has the form of a float, underscores apart. A hexadecimal
 * one must have its exponent, which C leaves out. */
static bool is_float(const char *text)
{
    const char *at = skip_sign(text);
    bool is_hex = at[0] == '0' && lower(at[1]) == 'x';
    int base = is_hex ? 16 : 10;
    at += is_hex ? 2 : 0;
    bool has_digit = skip_digits(&at, base);
    if (*at == '.') {
        at++;
        has_digit |= skip_digits(&at, base);
    }
    if (!has_digit)
        return false;
    if (lower(*at) != (is_hex ? 'p' : 'e'))
        return !is_hex && *at == 0;
    at = skip_sign(at + 1);
    return *at != '_' && skip_digits(&at, 10) && *at == 0;
}

static void append_without_underscores(struct pp_buffer *out, const char *text)
{
    for (; *text; text++)
        if (*text != '_')
            pp_buffer_append_char(out, *text);
}

int pp_parse_float(const char *text, double *number, struct pp_error *err)
{
    char space[64];
    struct pp_buffer plain = pp_buffer_in(space);
    if (parse_name(text, number))
        return PP_OK;
    if (!is_float(text) || !underscores_are_fine(text))
        return fail_parse(err);
    append_without_underscores(&plain, text);
    int status = PP_OK;
    if (plain.failed)
        status = pp_fail_memory(err);
    else if (isinf(*number = strtod(plain.data, NULL)))
        status = fail_range(err);
    pp_buffer_release(&plain);
    return status;
}

/* The fewest digits that read back as the same number, as 1.5e-07. */
static void format_shortest(double number, char text[static 32])
{
    for (int digits = 0; digits <= 16; digits++) {
        snprintf(text, 32, "%.*e", digits, number);
        if (strtod(text, NULL) == number)
            return;
    }
}

void pp_format_float(struct pp_buffer *out, double number)
{
    char text[32];
    if (isnan(number) || isinf(number)) {
        pp_buffer_append_text(out, isnan(number) ? "NaN"
                                   : number < 0  ? "-Inf"
                                                 : "+Inf");
        return;
    }
    format_shortest(number, text);
    const char *e = strchr(text, 'e'), *point = strchr(text, '.');
    int exponent = atoi(e + 1);
    int decimals = (point ? (int)(e - point) - 1 : 0) - exponent;
    if (exponent < -4 || exponent >= 6)
        pp_buffer_append_text(out, text);
    else
        pp_buffer_format(out, "%.*f", decimals > 0 ? decimals : 0, number);
}
