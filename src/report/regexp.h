/* Regular expressions in RE2's syntax. Private to report. */
#ifndef PP_REPORT_REGEXP_H
#define PP_REPORT_REGEXP_H

#include "base/base.h"

/* Check an expression of RE2's syntax and append the same in PCRE2's. On
 * failure the words are those of Go's regexp package: what is wrong, and the
 * part of the expression where. */
int pp_regexp_translate(struct pp_slice pattern, struct pp_buffer *out,
                        struct pp_error *err);

struct pp_regexp;

/* NULL on failure, with "error parsing regexp: ..." in err. */
struct pp_regexp *pp_regexp_new(struct pp_slice pattern, struct pp_error *err);
void pp_regexp_free(struct pp_regexp *regexp);

/* Does it match anywhere in the text? Each byte that is not UTF-8 matches as
 * U+FFFD does. False, too, where the search was given up; see below. */
bool pp_regexp_matches(struct pp_regexp *regexp, struct pp_slice text);

/* 0, or a failure if some search was given up since the expression was made:
 * then what was found is not to be relied on. */
int pp_regexp_check(const struct pp_regexp *regexp, struct pp_error *err);

#endif
