/* Classes of characters: [a-z], \d, \p{Greek}.
 *
 * Invariant: every character of a class is written as what it is, so that
 * nothing in it means something to PCRE2 that it does not mean to RE2. */
#include "report/regexp_scan.h"

#include <ctype.h>

/* ---- shorthands --------------------------------------------------------- */

/* \d and the like. PCRE2's \s has the vertical tab, RE2's has not. */
static bool translate_perl_class(struct pp_scanner *scan, struct pp_buffer *out,
                                 bool bracketed)
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
        if (pp_scan_starts_with(scan, classes[i].escape)) {
            pp_scan_skip(scan, 2);
            pp_buffer_append_text(out, bracketed ? classes[i].in_brackets
                                                 : classes[i].alone);
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
static int translate_property(struct pp_scanner *scan, struct pp_buffer *out)
{
    const char *from = scan->rest.data;
    if (!pp_scan_starts_with(scan, "\\p") && !pp_scan_starts_with(scan, "\\P"))
        return 0;
    bool negated = pp_scan_peek(scan, 1) == 'P';
    uint32_t rune;
    pp_scan_skip(scan, 2);
    if (pp_scan_at_end(scan))
        return pp_scan_fail_since(scan, "invalid character class range", from);
    if (pp_scan_rune(scan, &rune) < 0)
        return scan->err->status;
    struct pp_slice name = {from + 2, (size_t)(scan->rest.data - from) - 2};
    if (rune == '{') {
        const char *brace = memchr(scan->rest.data, '}', scan->rest.size);
        if (!brace)
            return pp_scan_fail(scan, "invalid character class range", from,
                                pp_scan_end(scan));
        name = (struct pp_slice){scan->rest.data,
                                 (size_t)(brace - scan->rest.data)};
        pp_scan_skip(scan, name.size + 1);
    }
    if (name.size && name.data[0] == '^') {
        negated = !negated;
        name = (struct pp_slice){name.data + 1, name.size - 1};
    }
    if (!is_known_property(name))
        return pp_scan_fail_since(scan, "invalid character class range", from);
    pp_buffer_format(out, "\\%c{" PP_SLICE_FORMAT "}", negated ? 'P' : 'p',
                     PP_SLICE_ARGS(name));
    return 1;
}

int pp_regexp_translate_shorthand(struct pp_scanner *scan,
                                  struct pp_buffer *out)
{
    if (translate_perl_class(scan, out, false))
        return 1;
    return translate_property(scan, out);
}

/* ---- brackets ----------------------------------------------------------- */

/* [:alpha:], inside of brackets. As translate_property. */
static int translate_named_class(struct pp_scanner *scan, struct pp_buffer *out)
{
    static const char *const names[] = {
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
        "lower", "print", "punct", "space", "upper", "word",  "xdigit"};
    const char *close =
        pp_scan_starts_with(scan, "[:")
            ? memmem(scan->rest.data + 2, scan->rest.size - 2, ":]", 2)
            : NULL;
    if (!close)
        return 0;
    const char *from = scan->rest.data;
    struct pp_slice name = {from + 2, (size_t)(close - from) - 2};
    bool negated = name.size && name.data[0] == '^';
    if (negated)
        name = (struct pp_slice){name.data + 1, name.size - 1};
    pp_scan_skip(scan, (size_t)(close + 2 - from));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pp_slice_equal(name, pp_slice_of(names[i]))) {
            pp_buffer_format(out, "[:%s%s:]", negated ? "^" : "", names[i]);
            return 1;
        }
    return pp_scan_fail_since(scan, "invalid character class range", from);
}

static int read_class_rune(struct pp_scanner *scan, const char *class_from,
                           uint32_t *rune)
{
    if (pp_scan_at_end(scan))
        return pp_scan_fail(scan, "missing closing ]", class_from,
                            pp_scan_end(scan));
    return pp_scan_peek(scan, 0) == '\\' ? pp_scan_escape(scan, rune)
                                         : pp_scan_rune(scan, rune);
}

/* A character or a range of them. */
static int translate_range(struct pp_scanner *scan, struct pp_buffer *out,
                           const char *class_from)
{
    const char *from = scan->rest.data;
    uint32_t low, high;
    if (read_class_rune(scan, class_from, &low) < 0)
        return scan->err->status;
    pp_regexp_append_rune(out, low);
    if (scan->rest.size < 2 || pp_scan_peek(scan, 0) != '-' ||
        pp_scan_peek(scan, 1) == ']')
        return PP_OK;
    pp_scan_skip(scan, 1);
    if (read_class_rune(scan, class_from, &high) < 0)
        return scan->err->status;
    if (high < low)
        return pp_scan_fail_since(scan, "invalid character class range", from);
    pp_buffer_append_text(out, "-");
    pp_regexp_append_rune(out, high);
    return PP_OK;
}

static int translate_class_item(struct pp_scanner *scan, struct pp_buffer *out,
                                const char *class_from)
{
    int found = translate_named_class(scan, out);
    if (found == 0)
        found = translate_property(scan, out);
    if (found != 0)
        return found;
    if (translate_perl_class(scan, out, true))
        return PP_OK;
    return translate_range(scan, out, class_from);
}

int pp_regexp_translate_class(struct pp_scanner *scan, struct pp_buffer *out)
{
    const char *from = scan->rest.data;
    pp_scan_skip(scan, 1);
    pp_buffer_append_text(out, "[");
    if (pp_scan_peek(scan, 0) == '^' && !pp_scan_at_end(scan)) {
        pp_buffer_append_text(out, "^");
        pp_scan_skip(scan, 1);
    }
    /* A bracket that comes first is one of the characters. */
    for (bool first = true;
         pp_scan_at_end(scan) || pp_scan_peek(scan, 0) != ']' || first;
         first = false)
        if (translate_class_item(scan, out, from) < 0)
            return scan->err->status;
    pp_scan_skip(scan, 1);
    pp_buffer_append_char(out, ']');
    return PP_OK;
}
