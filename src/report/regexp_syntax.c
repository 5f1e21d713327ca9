/* From RE2's syntax to PCRE2's.
 *
 * People write expressions as Go's regexp package takes them, and errors are
 * told in its words. So the expression is read here, in the order and with the
 * complaints of Go's regexp/syntax, and written out anew.
 *
 * Invariant: nothing is passed on that was not understood. Every literal is
 * escaped, every group is a non-capturing one, so what PCRE2 knows beyond RE2
 * (lookaround, backreferences, recursion, verbs) cannot be reached. */
#include "report/regexp.h"

#include <ctype.h>

enum {
    REPEAT_MAX = 1000,
    NESTING_MAX = 1000,
    CODE_POINT_MAX = 0x10ffff,
};

struct translator {
    struct pp_slice rest; /* what was not read yet */
    struct pp_slice whole;
    struct pp_buffer *out;
    struct pp_error *err;
    const char *last_repeat; /* where the operator just read starts, or NULL */
    bool has_operand;        /* is there something that could be repeated? */
    int depth;               /* open groups */
};

/* ---- reading ------------------------------------------------------------- */

static int fail(struct translator *t, const char *reason, const char *from,
                const char *to)
{
    return pp_fail(t->err, PP_E_USAGE, "error parsing regexp: %s: `%.*s`",
                   reason, (int)(to - from), from);
}

static const char *end_of(const struct translator *t)
{
    return t->rest.data + t->rest.size;
}

static int fail_rest(struct translator *t, const char *reason)
{
    return fail(t, reason, t->rest.data, end_of(t));
}

static int fail_whole(struct translator *t, const char *reason)
{
    return fail(t, reason, t->whole.data, t->whole.data + t->whole.size);
}

/* From `from` up to where reading stands. */
static int fail_since(struct translator *t, const char *reason,
                      const char *from)
{
    return fail(t, reason, from, t->rest.data);
}

static bool at_end(const struct translator *t)
{
    return t->rest.size == 0;
}

static char peek(const struct translator *t, size_t ahead)
{
    return ahead < t->rest.size ? t->rest.data[ahead] : 0;
}

static void skip(struct translator *t, size_t size)
{
    t->rest.data += size;
    t->rest.size -= size;
}

static bool starts_with(const struct translator *t, const char *text)
{
    return pp_slice_starts_with(t->rest, pp_slice_of(text));
}

/* The number of bytes of the UTF-8 sequence, or 0 if it is none. */
static size_t decode_rune(struct pp_slice text, uint32_t *rune)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)text.data;
    size_t size = byte[0] < 0x80   ? 1
                  : byte[0] < 0xc0 ? 0
                  : byte[0] < 0xe0 ? 2
                  : byte[0] < 0xf0 ? 3
                  : byte[0] < 0xf8 ? 4
                                   : 0;
    if (size == 0 || size > text.size)
        return 0;
    *rune = size == 1 ? byte[0] : byte[0] & (0x7f >> size);
    for (size_t i = 1; i < size; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        *rune = *rune << 6 | (byte[i] & 0x3f);
    }
    bool surrogate = *rune >= 0xd800 && *rune < 0xe000;
    return *rune < least[size] || *rune > CODE_POINT_MAX || surrogate ? 0
                                                                      : size;
}

static int next_rune(struct translator *t, uint32_t *rune)
{
    size_t size = decode_rune(t->rest, rune);
    if (size == 0)
        return fail_rest(t, "invalid UTF-8");
    skip(t, size);
    return PP_OK;
}

/* ---- writing ------------------------------------------------------------- */

static void emit(struct translator *t, const char *text)
{
    pp_buffer_append_text(t->out, text);
}

static void emit_rune(struct translator *t, uint32_t rune)
{
    if (rune < 0x80 && isalnum((int)rune))
        pp_buffer_append_char(t->out, (char)rune);
    else
        pp_buffer_format(t->out, "\\x{%x}", rune);
}

static void emit_literal(struct translator *t, uint32_t rune)
{
    emit_rune(t, rune);
    t->has_operand = true;
}

static void emit_operand(struct translator *t, const char *text)
{
    emit(t, text);
    t->has_operand = true;
}

/* ---- escapes ------------------------------------------------------------- */

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
static int64_t read_braced_hex(struct translator *t)
{
    int64_t value = 0;
    for (uint32_t count = 0;; count++) {
        uint32_t rune;
        if (at_end(t) || next_rune(t, &rune) < 0)
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
static int64_t read_hex(struct translator *t)
{
    uint32_t high, low;
    if (at_end(t) || next_rune(t, &high) < 0)
        return -1;
    if (high == '{')
        return read_braced_hex(t);
    /* Go looks at the second before it judges the first. */
    if (at_end(t)) {
        fail_rest(t, "invalid UTF-8");
        return -1;
    }
    if (next_rune(t, &low) < 0 || hex_digit(high) < 0 || hex_digit(low) < 0)
        return -1;
    return hex_digit(high) * 16 + hex_digit(low);
}

static int64_t read_octal(struct translator *t, uint32_t first)
{
    int64_t value = first - '0';
    for (int i = 1; i < 3 && peek(t, 0) >= '0' && peek(t, 0) <= '7'; i++) {
        value = value * 8 + peek(t, 0) - '0';
        skip(t, 1);
    }
    return value;
}

/* The code point that an escape stands for, -1 if it stands for none. */
static int64_t escaped_rune(struct translator *t, uint32_t rune)
{
    static const char letters[] = "afnrtv";
    static const char meanings[] = "\a\f\n\r\t\v";
    const char *at = rune < 0x80 && rune ? strchr(letters, (int)rune) : NULL;
    bool octal_follows = peek(t, 0) >= '0' && peek(t, 0) <= '7';
    if (at)
        return meanings[at - letters];
    if (rune == 'x')
        return read_hex(t);
    if (rune == '0' || (rune >= '1' && rune <= '7' && octal_follows))
        return read_octal(t, rune);
    if (rune < 0x80 && !isalnum((int)rune))
        return rune;
    return -1;
}

static int read_escape(struct translator *t, uint32_t *rune)
{
    const char *from = t->rest.data;
    skip(t, 1);
    if (at_end(t))
        return fail_rest(t, "trailing backslash at end of expression");
    uint32_t letter;
    if (next_rune(t, &letter) < 0)
        return t->err->status;
    int64_t value = escaped_rune(t, letter);
    if (value < 0) /* unless the words are there already */
        return fail_since(t, "invalid escape sequence", from);
    *rune = (uint32_t)value;
    return PP_OK;
}

/* ---- classes ------------------------------------------------------------- */

/* \d and the like. PCRE2's \s has the vertical tab, RE2's has not. */
static bool translate_perl_class(struct translator *t, bool bracketed)
{
    static const struct {
        const char *escape, *alone, *in_brackets;
    } classes[] = {
        {"\\d", "\\d", "\\d"},
        {"\\D", "\\D", "\\D"},
        {"\\w", "\\w", "\\w"},
        {"\\W", "\\W", "\\W"},
        {"\\s", "[\\t\\n\\f\\r\\x20]", "\\t\\n\\f\\r\\x20"},
        {"\\S", "[^\\t\\n\\f\\r\\x20]", "\\S\\x0b"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (starts_with(t, classes[i].escape)) {
            skip(t, 2);
            emit(t, bracketed ? classes[i].in_brackets : classes[i].alone);
            return true;
        }
    return false;
}

/* The general categories; everything longer is the name of a script. */
static bool is_known_property(struct pp_slice name)
{
    static const char *const words[] = {
        "C",  "Cc", "Cf", "Co", "Cs", "L",  "Ll", "Lm", "Lo", "Lt", "Lu", "M",
        "Mc", "Me", "Mn", "N",  "Nd", "Nl", "No", "P",  "Pc", "Pd", "Pe", "Pf",
        "Pi", "Po", "Ps", "S",  "Sc", "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (pp_slice_equal(name, pp_slice_of(words[i])))
            return true;
    if (name.size < 3 || !isupper((unsigned char)name.data[0]))
        return false;
    for (size_t i = 0; i < name.size; i++)
        if (!isalpha((unsigned char)name.data[i]) && name.data[i] != '_')
            return false;
    return true;
}

/* \pN, \p{Greek}, \P{^Lu}. 1 if there was one, 0 if not, or a failure. */
static int translate_property(struct translator *t)
{
    const char *from = t->rest.data;
    if (!starts_with(t, "\\p") && !starts_with(t, "\\P"))
        return 0;
    bool negated = peek(t, 1) == 'P';
    uint32_t rune;
    skip(t, 2);
    if (at_end(t) || next_rune(t, &rune) < 0)
        return fail_rest(t, "invalid UTF-8");
    struct pp_slice name = {from + 2, (size_t)(t->rest.data - from) - 2};
    if (rune == '{') {
        const char *brace = memchr(t->rest.data, '}', t->rest.size);
        if (!brace)
            return fail(t, "invalid character class range", from, end_of(t));
        name = (struct pp_slice){t->rest.data, (size_t)(brace - t->rest.data)};
        skip(t, name.size + 1);
    }
    if (name.size && name.data[0] == '^') {
        negated = !negated;
        name = (struct pp_slice){name.data + 1, name.size - 1};
    }
    if (!is_known_property(name))
        return fail_since(t, "invalid character class range", from);
    pp_buffer_format(t->out, "\\%c{" PP_SLICE_FORMAT "}", negated ? 'P' : 'p',
                     PP_SLICE_ARGS(name));
    return 1;
}

/* [:alpha:], inside of brackets. As translate_property. */
static int translate_named_class(struct translator *t)
{
    static const char *const names[] = {
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
        "lower", "print", "punct", "space", "upper", "word",  "xdigit"};
    const char *close = starts_with(t, "[:") ? memmem(t->rest.data + 2,
                                                      t->rest.size - 2, ":]", 2)
                                             : NULL;
    if (!close)
        return 0;
    const char *from = t->rest.data;
    struct pp_slice name = {from + 2, (size_t)(close - from) - 2};
    bool negated = name.size && name.data[0] == '^';
    if (negated)
        name = (struct pp_slice){name.data + 1, name.size - 1};
    skip(t, (size_t)(close + 2 - from));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pp_slice_equal(name, pp_slice_of(names[i]))) {
            pp_buffer_format(t->out, "[:%s%s:]", negated ? "^" : "", names[i]);
            return 1;
        }
    return fail_since(t, "invalid character class range", from);
}

static int read_class_rune(struct translator *t, const char *class_from,
                           uint32_t *rune)
{
    if (at_end(t))
        return fail(t, "missing closing ]", class_from, end_of(t));
    return peek(t, 0) == '\\' ? read_escape(t, rune) : next_rune(t, rune);
}

/* A character or a range of them. */
static int translate_range(struct translator *t, const char *class_from)
{
    const char *from = t->rest.data;
    uint32_t low, high;
    if (read_class_rune(t, class_from, &low) < 0)
        return t->err->status;
    emit_rune(t, low);
    if (t->rest.size < 2 || peek(t, 0) != '-' || peek(t, 1) == ']')
        return PP_OK;
    skip(t, 1);
    if (read_class_rune(t, class_from, &high) < 0)
        return t->err->status;
    if (high < low)
        return fail_since(t, "invalid character class range", from);
    emit(t, "-");
    emit_rune(t, high);
    return PP_OK;
}

static int translate_class_item(struct translator *t, const char *class_from)
{
    int found = translate_named_class(t);
    if (found == 0)
        found = translate_property(t);
    if (found != 0)
        return found;
    if (translate_perl_class(t, true))
        return PP_OK;
    return translate_range(t, class_from);
}

static int translate_class(struct translator *t)
{
    const char *from = t->rest.data;
    skip(t, 1);
    emit(t, "[");
    if (peek(t, 0) == '^' && !at_end(t)) {
        emit(t, "^");
        skip(t, 1);
    }
    /* A bracket that comes first is one of the characters. */
    for (bool first = true; at_end(t) || peek(t, 0) != ']' || first;
         first = false)
        if (translate_class_item(t, from) < 0)
            return t->err->status;
    skip(t, 1);
    emit_operand(t, "]");
    return PP_OK;
}

/* ---- repetition ---------------------------------------------------------- */

/* The operator was read; `from` is where it starts. */
static int finish_repeat(struct translator *t, const char *from)
{
    if (peek(t, 0) == '?') {
        emit(t, "?");
        skip(t, 1);
    }
    if (t->last_repeat)
        return fail_since(t, "invalid nested repetition operator",
                          t->last_repeat);
    if (!t->has_operand)
        return fail_since(t, "missing argument to repetition operator", from);
    t->last_repeat = from;
    return PP_OK;
}

/* A number without leading zeros at *at; too big a one is -1. */
static bool read_count(const char **at, const char *end, int *count)
{
    const char *from = *at;
    *count = 0;
    for (; *at < end && isdigit((unsigned char)**at); (*at)++)
        *count =
            *count < 0 || *count > 100000 ? -1 : *count * 10 + (**at - '0');
    return *at > from && !(*from == '0' && *at - from > 1);
}

/* {2}, {2,} or {2,3}: the size, or 0 when that is not what stands there. */
static size_t read_counts(const struct translator *t, int *min, int *max)
{
    const char *at = t->rest.data + 1;
    const char *end = end_of(t);
    if (!read_count(&at, end, min))
        return 0;
    *max = *min;
    if (at < end && *at == ',') {
        at++;
        if (at < end && *at == '}') {
            *max = -1;
        } else {
            if (!read_count(&at, end, max))
                return 0;
            if (*max < 0)
                *min = -1;
        }
    }
    if (at == end || *at != '}')
        return 0;
    return (size_t)(at + 1 - t->rest.data);
}

static int translate_count(struct translator *t)
{
    int min, max;
    const char *from = t->rest.data;
    size_t size = read_counts(t, &min, &max);
    if (size == 0) {
        skip(t, 1);
        emit_literal(t, '{');
        t->last_repeat = NULL;
        return PP_OK;
    }
    skip(t, size);
    if (min < 0 || min > REPEAT_MAX || max > REPEAT_MAX ||
        (max >= 0 && min > max))
        return fail_since(t, "invalid repeat count", from);
    pp_buffer_append(t->out, from, size);
    return finish_repeat(t, from);
}

static int translate_repeat(struct translator *t)
{
    const char *from = t->rest.data;
    if (*from == '{')
        return translate_count(t);
    pp_buffer_append_char(t->out, *from);
    skip(t, 1);
    return finish_repeat(t, from);
}

/* ---- groups -------------------------------------------------------------- */

static int open_group(struct translator *t, const char *text)
{
    if (++t->depth > NESTING_MAX)
        return fail_whole(t, "expression nests too deeply");
    emit(t, text);
    t->has_operand = false;
    return PP_OK;
}

static int close_group(struct translator *t)
{
    if (t->depth-- == 0)
        return fail_whole(t, "unexpected )");
    skip(t, 1);
    emit_operand(t, ")");
    return PP_OK;
}

/* (?P<name> or (?<name>: names are of no use here. */
static int open_named_group(struct translator *t, size_t name_at)
{
    const char *from = t->rest.data;
    const char *close = memchr(from, '>', t->rest.size);
    if (!close)
        return fail_rest(t, "invalid named capture");
    skip(t, (size_t)(close + 1 - from));
    for (const char *at = from + name_at; at < close; at++)
        if (!isalnum((unsigned char)*at) && *at != '_')
            return fail_since(t, "invalid named capture", from);
    if (from + name_at == close)
        return fail_since(t, "invalid named capture", from);
    return open_group(t, "(?:");
}

/* (?i) or (?i: and the like. */
static int translate_flags(struct translator *t)
{
    const char *from = t->rest.data;
    bool negated = false, saw_flag = false;
    uint32_t rune;
    skip(t, 2);
    while (!at_end(t)) {
        if (next_rune(t, &rune) < 0)
            return t->err->status;
        if (rune < 0x80 && rune && strchr("imsU", (int)rune)) {
            saw_flag = true;
        } else if (rune == '-' && !negated) {
            negated = true;
            saw_flag = false;
        } else if ((rune == ':' || rune == ')') && !(negated && !saw_flag)) {
            pp_buffer_append(t->out, from, (size_t)(t->rest.data - from) - 1);
            if (rune == ':')
                return open_group(t, ":");
            emit(t, ")");
            return PP_OK;
        } else {
            break;
        }
    }
    return fail_since(t, "invalid or unsupported Perl syntax", from);
}

static int translate_group(struct translator *t)
{
    if (starts_with(t, "(?P<") && t->rest.size > 4)
        return open_named_group(t, 4);
    if (starts_with(t, "(?<") && t->rest.size > 3)
        return open_named_group(t, 3);
    if (starts_with(t, "(?"))
        return translate_flags(t);
    skip(t, 1);
    return open_group(t, "(?:");
}

/* ---- the whole ----------------------------------------------------------- */

/* \Q...\E */
static int translate_quoted(struct translator *t)
{
    skip(t, 2);
    while (!at_end(t) && !starts_with(t, "\\E")) {
        uint32_t rune;
        if (next_rune(t, &rune) < 0)
            return t->err->status;
        emit_literal(t, rune);
    }
    if (!at_end(t))
        skip(t, 2);
    return PP_OK;
}

static int translate_escape(struct translator *t)
{
    static const struct {
        const char *escape, *meaning;
    } assertions[] = {
        {"\\A", "(?:\\A)"},
        {"\\z", "(?:\\z)"},
        {"\\b", "(?:\\b)"},
        {"\\B", "(?:\\B)"},
    };
    uint32_t rune;
    for (size_t i = 0; i < sizeof assertions / sizeof *assertions; i++)
        if (starts_with(t, assertions[i].escape)) {
            skip(t, 2);
            emit_operand(t, assertions[i].meaning);
            return PP_OK;
        }
    if (starts_with(t, "\\Q"))
        return translate_quoted(t);
    int found = translate_property(t);
    if (found == 0)
        found = translate_perl_class(t, false);
    if (found != 0) {
        t->has_operand = true;
        return found;
    }
    if (read_escape(t, &rune) < 0)
        return t->err->status;
    emit_literal(t, rune);
    return PP_OK;
}

/* In a group, so that they may be repeated, as RE2 allows. */
static int translate_symbol(struct translator *t, const char *meaning)
{
    skip(t, 1);
    emit_operand(t, meaning);
    return PP_OK;
}

static int translate_bar(struct translator *t)
{
    skip(t, 1);
    emit(t, "|");
    t->has_operand = false;
    return PP_OK;
}

static int translate_character(struct translator *t)
{
    uint32_t rune;
    if (next_rune(t, &rune) < 0)
        return t->err->status;
    emit_literal(t, rune);
    return PP_OK;
}

static int translate_next(struct translator *t)
{
    switch (peek(t, 0)) {
    case '*':
    case '+':
    case '?':
    case '{':
        return translate_repeat(t);
    case '(':
        return translate_group(t);
    case ')':
        return close_group(t);
    case '|':
        return translate_bar(t);
    case '^':
        return translate_symbol(t, "(?:^)");
    case '$':
        return translate_symbol(t, "(?:$)");
    case '.':
        return translate_symbol(t, ".");
    case '[':
        return translate_class(t);
    case '\\':
        return translate_escape(t);
    default:
        return translate_character(t);
    }
}

int pp_regexp_translate(struct pp_slice pattern, struct pp_buffer *out,
                        struct pp_error *err)
{
    struct pp_error own_err = {0};
    struct translator t = {
        .rest = pattern,
        .whole = pattern,
        .out = out,
        .err = err ? err : &own_err,
    };
    while (!at_end(&t)) {
        const char *repeat_before = t.last_repeat;
        int status = translate_next(&t);
        if (status < 0)
            return status;
        if (t.last_repeat == repeat_before)
            t.last_repeat = NULL;
    }
    if (t.depth > 0)
        return fail_whole(&t, "missing closing )");
    return out->failed ? pp_fail_memory(t.err) : PP_OK;
}
