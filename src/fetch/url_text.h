/* url_text: the characters of a URL, and slices of it. Private to fetch. */
#ifndef PP_FETCH_URL_TEXT_H
#define PP_FETCH_URL_TEXT_H

#include "base/base.h"

bool pp_url_is_alpha(char c);
bool pp_url_is_digit(char c);
bool pp_url_is_one_of(char c, const char *set);

/* The characters that RFC 3986 calls unreserved. */
bool pp_url_is_unreserved(char c);

/* Where the first `c` stands in text, or text.size. */
size_t pp_url_index_of(struct pp_slice text, char c);

/* The first `size` bytes; and what stands behind the first `skip`, empty past
 * the end. */
struct pp_slice pp_url_head(struct pp_slice text, size_t size);
struct pp_slice pp_url_tail(struct pp_slice text, size_t skip);

/* Is there a % without two hexadecimal digits behind it? */
bool pp_url_has_bad_escape(struct pp_slice text);

/* Append c as %XX; append text with each %XX as its byte, false at a bad
 * one. */
void pp_url_escape_byte(struct pp_buffer *out, char c);
bool pp_url_unescape(struct pp_buffer *out, struct pp_slice text,
                     bool plus_is_space);

#endif
