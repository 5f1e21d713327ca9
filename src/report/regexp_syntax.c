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
#include "report/regexp_scan.h"

#include <ctype.h>

enum {
    REPEAT_MAX = 1000,
    NESTING_MAX = 1000,
};

struct translator {
    struct pp_scanner scan;
    struct pp_buffer *out;
    const char *last_repeat; /* where the operator just read starts, or NULL */
    struct pp_buffer flags;  /* "(?i)", read but not written: in between may
                              * stand an operator for what is before them */
    bool has_operand;        /* is there something that could be repeated? */
    int depth;               /* open groups */
};

/* ---- writing ------------------------------------------------------------ */

static void emit_flags(struct translator *t)
{
    pp_buffer_append(t->out, t->flags.data, t->flags.size);
    t->flags.size = 0;
}

static void emit(struct translator *t, const char *text)
{
    emit_flags(t);
    pp_buffer_append_text(t->out, text);
}

static void emit_literal(struct translator *t, uint32_t rune)
{
    emit_flags(t);
    pp_regexp_append_rune(t->out, rune);
    t->has_operand = true;
}

static void emit_operand(struct translator *t, const char *text)
{
    emit(t, text);
    t->has_operand = true;
}

/* ---- repetition --------------------------------------------------------- */

/* The operator was read; `from` is where it starts. */
static int finish_repeat(struct translator *t, const char *from)
{
    if (pp_scan_peek(&t->scan, 0) == '?') {
        pp_buffer_append_char(t->out, '?');
        pp_scan_skip(&t->scan, 1);
    }
    if (t->last_repeat)
        return pp_scan_fail_since(
            &t->scan, "invalid nested repetition operator", t->last_repeat);
    if (!t->has_operand)
        return pp_scan_fail_since(
            &t->scan, "missing argument to repetition operator", from);
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
    const char *at = t->scan.rest.data + 1;
    const char *end = pp_scan_end(&t->scan);
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
    return (size_t)(at + 1 - t->scan.rest.data);
}

static int translate_count(struct translator *t)
{
    int min, max;
    const char *from = t->scan.rest.data;
    size_t size = read_counts(t, &min, &max);
    if (size == 0) {
        pp_scan_skip(&t->scan, 1);
        emit_literal(t, '{');
        t->last_repeat = NULL;
        return PP_OK;
    }
    pp_scan_skip(&t->scan, size);
    if (min < 0 || min > REPEAT_MAX || max > REPEAT_MAX ||
        (max >= 0 && min > max))
        return pp_scan_fail_since(&t->scan, "invalid repeat count", from);
    pp_buffer_append(t->out, from, size);
    return finish_repeat(t, from);
}

static int translate_repeat(struct translator *t)
{
    const char *from = t->scan.rest.data;
    if (*from == '{')
        return translate_count(t);
    pp_buffer_append_char(t->out, *from);
    pp_scan_skip(&t->scan, 1);
    return finish_repeat(t, from);
}

/* ---- groups ------------------------------------------------------------- */

static int open_group(struct translator *t, const char *text)
{
    if (++t->depth > NESTING_MAX)
        return pp_scan_fail_whole(&t->scan, "expression nests too deeply");
    emit(t, text);
    t->has_operand = false;
    return PP_OK;
}

static int close_group(struct translator *t)
{
    if (t->depth-- == 0)
        return pp_scan_fail_whole(&t->scan, "unexpected )");
    pp_scan_skip(&t->scan, 1);
    emit_operand(t, ")");
    return PP_OK;
}

/* (?P<name> or (?<name>: names are of no use here. */
static int open_named_group(struct translator *t, size_t name_at)
{
    const char *from = t->scan.rest.data;
    const char *close = memchr(from, '>', t->scan.rest.size);
    if (!close)
        return pp_scan_fail_rest(&t->scan, "invalid named capture");
    pp_scan_skip(&t->scan, (size_t)(close + 1 - from));
    for (const char *at = from + name_at; at < close; at++)
        if (!isalnum((unsigned char)*at) && *at != '_')
            return pp_scan_fail_since(&t->scan, "invalid named capture", from);
    if (from + name_at == close)
        return pp_scan_fail_since(&t->scan, "invalid named capture", from);
    return open_group(t, "(?:");
}

/* From `from` on flags were read, the last rune with them. */
static int finish_flags(struct translator *t, const char *from, bool group)
{
    struct pp_slice text = {from, (size_t)(t->scan.rest.data - from)};
    pp_buffer_append_slice(&t->flags, text);
    return group ? open_group(t, "") : PP_OK;
}

/* (?i) or (?i: and the like. */
static int translate_flags(struct translator *t)
{
    const char *from = t->scan.rest.data;
    bool negated = false, saw_flag = false;
    uint32_t rune;
    pp_scan_skip(&t->scan, 2);
    while (!pp_scan_at_end(&t->scan)) {
        if (pp_scan_rune(&t->scan, &rune) < 0)
            return t->scan.err->status;
        if (rune < 0x80 && rune && strchr("imsU", (int)rune)) {
            saw_flag = true;
        } else if (rune == '-' && !negated) {
            negated = true;
            saw_flag = false;
        } else if ((rune == ':' || rune == ')') && !(negated && !saw_flag)) {
            return finish_flags(t, from, rune == ':');
        } else {
            break;
        }
    }
    return pp_scan_fail_since(&t->scan, "invalid or unsupported Perl syntax",
                              from);
}

static int translate_group(struct translator *t)
{
    if (pp_scan_starts_with(&t->scan, "(?P<") && t->scan.rest.size > 4)
        return open_named_group(t, 4);
    if (pp_scan_starts_with(&t->scan, "(?<") && t->scan.rest.size > 3)
        return open_named_group(t, 3);
    if (pp_scan_starts_with(&t->scan, "(?"))
        return translate_flags(t);
    pp_scan_skip(&t->scan, 1);
    return open_group(t, "(?:");
}

/* ---- the whole ---------------------------------------------------------- */

/* \Q...\E */
static int translate_quoted(struct translator *t)
{
    pp_scan_skip(&t->scan, 2);
    while (!pp_scan_at_end(&t->scan) && !pp_scan_starts_with(&t->scan, "\\E")) {
        uint32_t rune;
        if (pp_scan_rune(&t->scan, &rune) < 0)
            return t->scan.err->status;
        emit_literal(t, rune);
    }
    if (!pp_scan_at_end(&t->scan))
        pp_scan_skip(&t->scan, 2);
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
        if (pp_scan_starts_with(&t->scan, assertions[i].escape)) {
            pp_scan_skip(&t->scan, 2);
            emit_operand(t, assertions[i].meaning);
            return PP_OK;
        }
    if (pp_scan_starts_with(&t->scan, "\\Q"))
        return translate_quoted(t);
    emit_flags(t);
    int found = pp_regexp_translate_shorthand(&t->scan, t->out);
    if (found != 0) {
        t->has_operand = true;
        return found;
    }
    if (pp_scan_escape(&t->scan, &rune) < 0)
        return t->scan.err->status;
    emit_literal(t, rune);
    return PP_OK;
}

/* In a group, so that they may be repeated, as RE2 allows. */
static int translate_symbol(struct translator *t, const char *meaning)
{
    pp_scan_skip(&t->scan, 1);
    emit_operand(t, meaning);
    return PP_OK;
}

static int translate_bar(struct translator *t)
{
    pp_scan_skip(&t->scan, 1);
    emit(t, "|");
    t->has_operand = false;
    return PP_OK;
}

static int translate_class(struct translator *t)
{
    emit_flags(t);
    t->has_operand = true;
    return pp_regexp_translate_class(&t->scan, t->out);
}

static int translate_character(struct translator *t)
{
    uint32_t rune;
    if (pp_scan_rune(&t->scan, &rune) < 0)
        return t->scan.err->status;
    emit_literal(t, rune);
    return PP_OK;
}

static int translate_next(struct translator *t)
{
    switch (pp_scan_peek(&t->scan, 0)) {
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

static int translate_all(struct translator *t)
{
    while (!pp_scan_at_end(&t->scan)) {
        const char *repeat_before = t->last_repeat;
        int status = translate_next(t);
        if (status < 0)
            return status;
        if (t->last_repeat == repeat_before)
            t->last_repeat = NULL;
    }
    if (t->depth > 0)
        return pp_scan_fail_whole(&t->scan, "missing closing )");
    return PP_OK;
}

int pp_regexp_translate(struct pp_slice pattern, struct pp_buffer *out,
                        struct pp_error *err)
{
    struct pp_error own_err = {0};
    struct translator t = {
        .scan = {.rest = pattern,
                 .whole = pattern,
                 .err = err ? err : &own_err},
        .out = out,
    };
    int status = translate_all(&t);
    if (!status && (out->failed || t.flags.failed))
        status = pp_fail_memory(t.scan.err);
    pp_buffer_release(&t.flags);
    return status;
}
