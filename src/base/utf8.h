/* UTF-8: the characters of text that comes from anywhere. What is no UTF-8 is
 * read as Go reads it, since our reports are compared with its: each byte that
 * begins no character is one itself, and stands for U+FFFD. */
#ifndef PP_BASE_UTF8_H
#define PP_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* U+FFFD, shown in place of what cannot be. */
#define PP_UTF8_REPLACEMENT "\xef\xbf\xbd"

struct pp_character {
    uint32_t point; /* U+FFFD if it is not valid */
    uint8_t size;   /* in bytes, 1 to 4; 1 if it is not valid */
    bool is_valid;
};

/* The first character of a text, which is not empty. */
struct pp_character pp_utf8_first(struct pp_slice text);

/* How many characters the text has. */
size_t pp_utf8_count(struct pp_slice text);

/* Append the text as UTF-8: each byte that begins no character becomes U+FFFD.
 */
void pp_utf8_append_valid(struct pp_buffer *out, struct pp_slice text);

/* White space (Unicode's; Go's unicode.IsSpace), and a text without that around
 * it (strings.TrimSpace). */
bool pp_utf8_is_space(uint32_t point);
struct pp_slice pp_utf8_trim(struct pp_slice text);

/* May a character do something to what shows it, or to the text around it?
 * Control characters, line separators, and marks that turn the direction of
 * writing. Newline and tab are not among them: whoever has one line to write
 * looks for the newline himself. */
bool pp_utf8_is_harmful(uint32_t point);

#endif
