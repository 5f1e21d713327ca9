/* Text: borrowed slices, and buffers that own their bytes and know how big
 * they may ever become. */
#ifndef PP_BASE_TEXT_H
#define PP_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"

/* Bytes that belong to somebody else: not NUL-terminated, any content. */
struct pp_slice {
    const char *data; /* never NULL when size > 0 */
    size_t size;
};

#define PP_SLICE_FORMAT "%.*s"
#define PP_SLICE_ARGS(slice) (int)(slice).size, (slice).data
#define pp_slice_literal(text) ((struct pp_slice){(text), sizeof(text) - 1})

static inline struct pp_slice pp_slice_of(const char *text)
{
    return (struct pp_slice){text, text ? strlen(text) : 0};
}

static inline bool pp_slice_equal(struct pp_slice a, struct pp_slice b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Bytewise order, as strcmp and as Go's < on strings. */
int pp_slice_compare(struct pp_slice a, struct pp_slice b);

bool pp_slice_contains(struct pp_slice text, struct pp_slice part);
bool pp_slice_starts_with(struct pp_slice text, struct pp_slice start);

/* What stands in front of the first newline. */
struct pp_slice pp_slice_first_line(struct pp_slice text);
/* What stands behind the last '/' (Go's filepath.Base for a plain path). */
struct pp_slice pp_slice_base_name(struct pp_slice path);

/* A NUL-terminated copy in the arena, or NULL. */
char *pp_slice_copy(struct pp_arena *arena, struct pp_slice slice);

/* A buffer grows by appending up to its ceiling. The first failure sticks:
 * appends after it do nothing, so a writer need only look at the end.
 *
 *     struct pp_buffer out;
 *     pp_buffer_init(&out, 1 << 20);
 *     pp_buffer_format(&out, "%10s %s\n", value, name);
 *     if (out.failed) ...
 *     pp_buffer_release(&out);
 *
 * An all-zero buffer is an empty one without a ceiling. data is always
 * followed by a NUL that size does not count (once anything was appended). */
struct pp_buffer {
    char *data;
    size_t size;
    size_t capacity;
    size_t ceiling; /* 0: none */
    bool failed;    /* out of memory, or the ceiling would have been passed */
    bool on_loan;   /* data is the caller's, see pp_buffer_in */
};

void pp_buffer_init(struct pp_buffer *buffer, size_t ceiling);
void pp_buffer_release(struct pp_buffer *buffer);

/* A buffer that begins in `space` of the caller (an array of at least 1 byte
 * that outlives it) and moves to memory of its own when that is full: for
 * short texts made in great number. */
#define pp_buffer_in(space)                                                    \
    ((struct pp_buffer){                                                       \
        .data = (space), .capacity = sizeof(space), .on_loan = true})

/* Forget the content, keep the memory. */
void pp_buffer_clear(struct pp_buffer *buffer);

void pp_buffer_append(struct pp_buffer *buffer, const void *bytes, size_t size);
void pp_buffer_append_slice(struct pp_buffer *buffer, struct pp_slice slice);
void pp_buffer_append_text(struct pp_buffer *buffer, const char *text);
void pp_buffer_append_char(struct pp_buffer *buffer, char c);
void pp_buffer_format(struct pp_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pp_buffer_format_va(struct pp_buffer *buffer, const char *format,
                         va_list arguments);

/* Room for `extra` more bytes behind size, to be filled by the caller, who then
 * adds to size. NULL on failure. */
char *pp_buffer_room(struct pp_buffer *buffer, size_t extra);

static inline struct pp_slice pp_buffer_slice(const struct pp_buffer *buffer)
{
    return (struct pp_slice){buffer->data, buffer->size};
}

/* Append text in double quotes, as Go's %q: with quotes, backslashes and
 * control characters written out. */
void pp_buffer_append_quoted(struct pp_buffer *buffer, struct pp_slice text);

/* Append text with the characters that mean something in HTML and SVG
 * replaced by entities, harmful characters (see utf8.h) and invalid UTF-8 by
 * U+FFFD. Safe in element content and in quoted attributes. */
void pp_buffer_append_escaped_xml(struct pp_buffer *buffer,
                                  struct pp_slice text);

#endif
