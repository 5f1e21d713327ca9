/* Regular expressions over PCRE2, with RE2's syntax and meaning.
 *
 * Invariant: a search costs a bounded number of steps. RE2 is linear by
 * construction, PCRE2 is not, so it works under a limit, and reaching it is an
 * error that is told, never a silent "no". */
#include "report/regexp.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

struct pp_regexp {
    pcre2_code *code;
    pcre2_match_data *matches;
    pcre2_match_context *limits;
    int failure; /* of PCRE2, the first; 0: none */
};

enum {
    MATCH_LIMIT = 1000000,
    NESTING_LIMIT = 1000, /* RE2's */
};

static pcre2_code *compile(struct pp_slice pattern, int *error, size_t *at)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        return NULL;
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(context, NESTING_LIMIT + 1);
    pcre2_code *code = pcre2_compile(
        (PCRE2_SPTR)(pattern.data ? pattern.data : ""), pattern.size,
        PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX |
            PCRE2_NEVER_BACKSLASH_C,
        error, at, context);
    pcre2_compile_context_free(context);
    return code;
}

/* What RE2 accepts and PCRE2 does not: a matter of size, mostly. */
static void fail_in_pcre(struct pp_slice pattern, int error,
                         struct pp_error *err)
{
    char reason[120];
    pcre2_get_error_message(error, (PCRE2_UCHAR *)reason, sizeof reason);
    pp_fail(err, PP_E_USAGE, "error parsing regexp: %s: `" PP_SLICE_FORMAT "`",
            reason, PP_SLICE_ARGS(pattern));
}

static struct pp_regexp *prepare(pcre2_code *code, struct pp_error *err)
{
    struct pp_regexp *regexp = calloc(1, sizeof *regexp);
    if (!regexp) {
        pcre2_code_free(code);
        pp_fail_memory(err);
        return NULL;
    }
    regexp->code = code;
    regexp->matches = pcre2_match_data_create(1, NULL);
    regexp->limits = pcre2_match_context_create(NULL);
    if (!regexp->matches || !regexp->limits) {
        pp_regexp_free(regexp);
        pp_fail_memory(err);
        return NULL;
    }
    pcre2_set_match_limit(regexp->limits, MATCH_LIMIT);
    /* Where there is no compiler to machine code, PCRE2 interprets. */
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return regexp;
}

struct pp_regexp *pp_regexp_new(struct pp_slice pattern, struct pp_error *err)
{
    struct pp_buffer translated = {0};
    pcre2_code *code = NULL;
    if (pp_regexp_translate(pattern, &translated, err) == PP_OK) {
        int error = 0;
        size_t at;
        code = compile(pp_buffer_slice(&translated), &error, &at);
        if (!code)
            fail_in_pcre(pattern, error, err);
    }
    pp_buffer_release(&translated);
    return code ? prepare(code, err) : NULL;
}

void pp_regexp_free(struct pp_regexp *regexp)
{
    if (!regexp)
        return;
    pcre2_match_context_free(regexp->limits);
    pcre2_match_data_free(regexp->matches);
    pcre2_code_free(regexp->code);
    free(regexp);
}

/* As pcre2_match. */
static int search(struct pp_regexp *regexp, struct pp_slice text)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.data ? text.data : "");
    return pcre2_match(regexp->code, subject, text.size, 0, 0, regexp->matches,
                       regexp->limits);
}

static bool is_about_utf8(int result)
{
    return result <= PCRE2_ERROR_UTF8_ERR1 && result >= PCRE2_ERROR_UTF8_ERR21;
}

/* The same in a copy of the text that is UTF-8: Go reads U+FFFD for each bad
 * byte, which PCRE2 does not read at all. */
static int search_repaired(struct pp_regexp *regexp, struct pp_slice text)
{
    char space[512];
    struct pp_buffer repaired = pp_buffer_in(space);
    pp_utf8_append_valid(&repaired, text);
    int result = repaired.failed ? PCRE2_ERROR_NOMEMORY
                                 : search(regexp, pp_buffer_slice(&repaired));
    pp_buffer_release(&repaired);
    return result;
}

bool pp_regexp_matches(struct pp_regexp *regexp, struct pp_slice text)
{
    int result = search(regexp, text);
    if (is_about_utf8(result))
        result = search_repaired(regexp, text);
    if (result < 0 && result != PCRE2_ERROR_NOMATCH && !regexp->failure)
        regexp->failure = result;
    return result >= 0;
}

int pp_regexp_check(const struct pp_regexp *regexp, struct pp_error *err)
{
    char reason[120];
    if (!regexp->failure)
        return PP_OK;
    pcre2_get_error_message(regexp->failure, (PCRE2_UCHAR *)reason,
                            sizeof reason);
    return pp_fail(err, PP_E_USAGE, "regexp is too hard to match: %s", reason);
}
