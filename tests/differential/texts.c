/* Small changes to texts. */
#include "known.h"

#include <stdlib.h>

void text_take(struct pp_buffer *text, struct pp_buffer *replacement)
{
    pp_buffer_release(text);
    *text = *replacement;
}

void text_remove(struct pp_buffer *text, size_t at, size_t size)
{
    memmove(text->data + at, text->data + at + size,
            text->size - at - size + 1);
    text->size -= size;
}

char *text_find(const struct pp_buffer *text, const char *part)
{
    return text->size ? memmem(text->data, text->size, part, strlen(part))
                      : NULL;
}

void text_cut(struct pp_buffer *text, const char *part)
{
    char *at = text_find(text, part);
    if (at)
        text_remove(text, (size_t)(at - text->data), strlen(part));
}

struct lines text_lines(const struct pp_buffer *text)
{
    struct lines lines = {0};
    const char *at = text->data, *end = at + text->size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            stop = end;
        if (lines.count == lines.capacity) {
            lines.capacity = 2 * lines.capacity + 16;
            lines.items =
                realloc(lines.items, lines.capacity * sizeof *lines.items);
        }
        lines.items[lines.count++] = (struct pp_slice){at, (size_t)(stop - at)};
        at = stop + 1;
    }
    return lines;
}

static int compare_lines(const void *a, const void *b)
{
    return pp_slice_compare(*(const struct pp_slice *)a,
                            *(const struct pp_slice *)b);
}

void text_sort(struct pp_buffer *text)
{
    struct lines lines = text_lines(text);
    struct pp_buffer sorted = {0};
    if (lines.count)
        qsort(lines.items, lines.count, sizeof *lines.items, compare_lines);
    for (uint32_t i = 0; i < lines.count; i++) {
        pp_buffer_append_slice(&sorted, lines.items[i]);
        pp_buffer_append_char(&sorted, '\n');
    }
    free(lines.items);
    text_take(text, &sorted);
}
