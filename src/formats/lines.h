/* lines: a text, one line after the other. Private to formats. */
#ifndef PP_FORMATS_LINES_H
#define PP_FORMATS_LINES_H

#include "base/base.h"

/* Begin with {.rest = text}. Lines may be of any length; they borrow. */
struct pp_lines {
    struct pp_slice rest; /* what stands behind the line */
    struct pp_slice line; /* without its end; empty when there are no more */
    size_t number;        /* of the line, from 1 */
};

/* Go to the next line, without its "\n" or "\r\n". False when there are no
 * more; the number then stays that of the last. */
bool pp_lines_next(struct pp_lines *lines);

/* Nothing, or a remark behind '#'. */
bool pp_line_is_blank(struct pp_slice line);

/* Put the form and the number of the line in front of a failure's words.
 * Returns the failure's status. */
int pp_lines_fail(const struct pp_lines *lines, const char *form, int status,
                  struct pp_error *err);

#endif
