/* terminal: what a person sees, and what must not reach a terminal. Private
 * to present. */
#ifndef PP_PRESENT_TERMINAL_H
#define PP_PRESENT_TERMINAL_H

#include "base/base.h"

/* Append text with everything that a terminal might obey, or that would show
 * it in another order than it stands, written out: \x1b, \u202e, and \xff for
 * bytes that are no UTF-8. Newlines and tabs stay. */
void pp_append_harmless(struct pp_buffer *out, struct pp_slice text);

/* The same, newlines written out, too: what is behind one would pass for a
 * line of our own. */
void pp_append_harmless_line(struct pp_buffer *out, struct pp_slice text);

/* One line on stderr, made harmless, a newline within it written out, too;
 * wipes the progress line first. */
void pp_tell(const char *line);
void pp_tell_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* Is stderr a terminal that can redraw a line? */
bool pp_progress_possible(void);

/* Redraw the progress line; NULL: wipe it. */
void pp_progress_line(const char *line);

/* The same for a profile being fetched; elapsed < 0: wipe it. The arguments are
 * those of pp_fetch_options.progress. */
void pp_progress(void *context, double elapsed, double expected, int64_t bytes);

/* The progress line, without control sequences; utf8: blocks may be used. */
void pp_progress_format(struct pp_buffer *out, double elapsed, double expected,
                        int64_t bytes, bool utf8);

#endif
