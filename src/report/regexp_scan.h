/* Reading an expression, rune by rune. Private to the regexp_*.c files. */
#ifndef PP_REPORT_REGEXP_SCAN_H
#define PP_REPORT_REGEXP_SCAN_H

#include "base/base.h"

struct pp_scanner {
    struct pp_slice rest; /* what was not read yet */
    struct pp_slice whole;
    struct pp_error *err; /* not NULL */
};

static inline const char *pp_scan_end(const struct pp_scanner *scan)
{
    return scan->rest.data + scan->rest.size;
}

static inline bool pp_scan_at_end(const struct pp_scanner *scan)
{
    return scan->rest.size == 0;
}

/* The byte that stands so far ahead, 0 behind the end. */
static inline char pp_scan_peek(const struct pp_scanner *scan, size_t ahead)
{
    return ahead < scan->rest.size ? scan->rest.data[ahead] : 0;
}

static inline void pp_scan_skip(struct pp_scanner *scan, size_t size)
{
    scan->rest.data += size;
    scan->rest.size -= size;
}

static inline bool pp_scan_starts_with(const struct pp_scanner *scan,
                                       const char *text)
{
    return pp_slice_starts_with(scan->rest, pp_slice_of(text));
}

/* Read one rune. 0, or a failure: not UTF-8. */
int pp_scan_rune(struct pp_scanner *scan, uint32_t *rune);

/* Read an escape that stands for one rune, from its backslash on. */
int pp_scan_escape(struct pp_scanner *scan, uint32_t *rune);

/* Fail for a reason, in Go's words, and quote a part of the expression. */
int pp_scan_fail(struct pp_scanner *scan, const char *reason, const char *from,
                 const char *to);
int pp_scan_fail_since(struct pp_scanner *scan, const char *reason,
                       const char *from); /* up to where reading stands */
int pp_scan_fail_rest(struct pp_scanner *scan, const char *reason);
int pp_scan_fail_whole(struct pp_scanner *scan, const char *reason);

/* Append a rune so that PCRE2 takes it literally. */
void pp_regexp_append_rune(struct pp_buffer *out, uint32_t rune);

/* ---- classes (regexp_class.c) ------------------------------------------- */

/* \d, \pN, \p{Greek}: translated if that is what comes next. 1 if it was, 0 if
 * not, or a failure. */
int pp_regexp_translate_shorthand(struct pp_scanner *scan,
                                  struct pp_buffer *out);

/* [a-z\d[:alpha:]], from its bracket on. 0, or a failure. */
int pp_regexp_translate_class(struct pp_scanner *scan, struct pp_buffer *out);

#endif
