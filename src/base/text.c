/* Slices and buffers. Invariant of a buffer: data[size] is NUL whenever data
 * is not NULL, and size < capacity <= ceiling + 1. See text.h. */
#include "base/base.h"

#include <stdio.h>
#include <sys/mman.h>

int pp_slice_compare(struct pp_slice a, struct pp_slice b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

bool pp_slice_contains(struct pp_slice text, struct pp_slice part)
{
    return part.size == 0 ||
           (text.size >= part.size &&
            memmem(text.data, text.size, part.data, part.size) != NULL);
}

bool pp_slice_starts_with(struct pp_slice text, struct pp_slice start)
{
    return text.size >= start.size &&
           pp_slice_equal((struct pp_slice){text.data, start.size}, start);
}

struct pp_slice pp_slice_first_line(struct pp_slice text)
{
    const char *newline = text.size ? memchr(text.data, '\n', text.size) : NULL;
    if (newline)
        text.size = (size_t)(newline - text.data);
    return text;
}

struct pp_slice pp_slice_base_name(struct pp_slice path)
{
    while (path.size > 1 && path.data[path.size - 1] == '/')
        path.size--;
    const char *slash =
        path.size > 1 ? memrchr(path.data, '/', path.size) : NULL;
    if (!slash)
        return path;
    size_t skip = (size_t)(slash + 1 - path.data);
    return (struct pp_slice){path.data + skip, path.size - skip};
}

char *pp_slice_copy(struct pp_arena *arena, struct pp_slice slice)
{
    char *copy = pp_arena_alloc(arena, slice.size + 1);
    if (copy && slice.size)
        memcpy(copy, slice.data, slice.size);
    return copy;
}

void pp_buffer_init(struct pp_buffer *buffer, size_t ceiling)
{
    *buffer = (struct pp_buffer){.ceiling = ceiling};
}

void pp_buffer_release(struct pp_buffer *buffer)
{
    if (buffer->data && !buffer->on_loan)
        pp_spare_give(buffer->data, buffer->capacity, buffer->capacity);
    *buffer = (struct pp_buffer){.ceiling = buffer->ceiling};
}

void pp_buffer_clear(struct pp_buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
    if (buffer->data)
        buffer->data[0] = 0;
}

/* The bytes in a mapping of that many, or more. */
static char *move(struct pp_buffer *buffer, size_t *capacity)
{
    if (buffer->data && !buffer->on_loan) {
        void *data =
            mremap(buffer->data, buffer->capacity, *capacity, MREMAP_MAYMOVE);
        if (data == MAP_FAILED)
            return NULL;
        pp_advise_huge_pages(data, *capacity);
        return data;
    }
    char *data = pp_spare_take(capacity);
    if (data && buffer->size)
        memcpy(data, buffer->data, buffer->size);
    return data;
}

static bool grow_to(struct pp_buffer *buffer, size_t wanted)
{
    enum { FIRST = 4096 };
    size_t capacity =
        buffer->on_loan || !buffer->capacity ? FIRST : buffer->capacity;
    while (capacity < wanted) {
        if (capacity > SIZE_MAX / 2)
            return false;
        capacity *= 2;
    }
    char *data = move(buffer, &capacity);
    if (!data)
        return false;
    buffer->data = data;
    buffer->capacity = capacity;
    buffer->on_loan = false;
    return true;
}

char *pp_buffer_room(struct pp_buffer *buffer, size_t extra)
{
    size_t wanted; /* with the NUL */
    if (buffer->failed)
        return NULL;
    if (__builtin_add_overflow(buffer->size, extra, &wanted) ||
        (buffer->ceiling && wanted > buffer->ceiling) || wanted == SIZE_MAX ||
        (wanted + 1 > buffer->capacity && !grow_to(buffer, wanted + 1))) {
        buffer->failed = true;
        return NULL;
    }
    return buffer->data + buffer->size;
}

void pp_buffer_append(struct pp_buffer *buffer, const void *bytes, size_t size)
{
    char *room = pp_buffer_room(buffer, size);
    if (!room)
        return;
    if (size)
        memcpy(room, bytes, size);
    buffer->size += size;
    buffer->data[buffer->size] = 0;
}

void pp_buffer_append_slice(struct pp_buffer *buffer, struct pp_slice slice)
{
    pp_buffer_append(buffer, slice.data, slice.size);
}

void pp_buffer_append_text(struct pp_buffer *buffer, const char *text)
{
    pp_buffer_append(buffer, text, strlen(text));
}

void pp_buffer_append_char(struct pp_buffer *buffer, char c)
{
    pp_buffer_append(buffer, &c, 1);
}

/* Into the room there is; if that was too small, once more into enough. */
void pp_buffer_format_va(struct pp_buffer *buffer, const char *format,
                         va_list arguments)
{
    if (buffer->failed)
        return;
    size_t room = buffer->capacity - buffer->size;
    char *at = room ? buffer->data + buffer->size : NULL;
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(at, room, format, arguments);
    bool fits = size >= 0 && pp_buffer_room(buffer, (size_t)size);
    if (fits && (size_t)size >= room)
        vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, again);
    va_end(again);
    if (fits)
        buffer->size += (size_t)size;
    else
        buffer->failed = true;
    if (buffer->data)
        buffer->data[buffer->size] = 0;
}

void pp_buffer_format(struct pp_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pp_buffer_format_va(buffer, format, arguments);
    va_end(arguments);
}

/* Has the character a place in a document? U+FFFE and U+FFFF have none in
 * XML, though UTF-8 writes them. */
static bool is_for_documents(struct pp_character character)
{
    return character.is_valid && !pp_utf8_is_harmful(character.point) &&
           character.point != 0xfffe && character.point != 0xffff;
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void pp_buffer_append_escaped_xml(struct pp_buffer *buffer,
                                  struct pp_slice text)
{
    while (text.size) {
        struct pp_character first = pp_utf8_first(text);
        const char *replacement = is_for_documents(first) ? entity(text.data[0])
                                                          : PP_UTF8_REPLACEMENT;
        if (replacement)
            pp_buffer_append_text(buffer, replacement);
        else
            pp_buffer_append(buffer, text.data, first.size);
        text.data += first.size;
        text.size -= first.size;
    }
}

void pp_buffer_append_quoted(struct pp_buffer *out, struct pp_slice text)
{
    pp_buffer_append_char(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        const char *at = c ? strchr("\"\\\a\b\f\n\r\t\v", c) : NULL;
        if (at)
            pp_buffer_format(out, "\\%c",
                             "\"\\abfnrtv"[at - "\"\\\a\b\f\n\r\t\v"]);
        else if ((unsigned char)c < 0x20 || c == 0x7f)
            pp_buffer_format(out, "\\x%02x", (unsigned char)c);
        else
            pp_buffer_append_char(out, c);
    }
    pp_buffer_append_char(out, '"');
}
