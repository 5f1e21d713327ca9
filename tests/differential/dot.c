/* -dot. The reference writes labels of samples and the name of the binary as
 * they are, so that a quote in them ends the string; we escape them. */
#include "known.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- escapes ------------------------------------------------------------ */

/* \\ \" and \l become what they stand for. */
static void append_plain(struct pp_buffer *out, struct pp_slice text)
{
    static const char escapes[][2] = {{'\\', '\\'}, {'"', '"'}, {'l', '\n'}};
    for (size_t i = 0; i < text.size; i++) {
        const char *plain = NULL;
        if (text.data[i] == '\\' && i + 1 < text.size)
            for (uint32_t k = 0; k < sizeof escapes / sizeof *escapes; k++)
                if (escapes[k][0] == text.data[i + 1])
                    plain = &escapes[k][1];
        if (plain)
            i++;
        pp_buffer_append_char(out, plain ? *plain : text.data[i]);
    }
}

/* What stands between these is not escaped by the reference. It may have line
 * ends. */
static const struct {
    const char *start, *end;
} plain_texts[] = {
    {"digraph \"", "\" {\n"},
    {"\\l\" tooltip=\"", "\"] }\n"}, /* of the legend */
    {" [label = \"", "\" id=\"N"},
};

/* The first such text from `at` on. */
static bool find_plain_text(const char *at, struct pp_slice *found)
{
    found->data = NULL;
    for (uint32_t i = 0; i < sizeof plain_texts / sizeof *plain_texts; i++) {
        const char *start = strstr(at, plain_texts[i].start);
        if (!start)
            continue;
        start += strlen(plain_texts[i].start);
        const char *end = strstr(start, plain_texts[i].end);
        if (end && (!found->data || start < found->data))
            *found = (struct pp_slice){start, (size_t)(end - start)};
    }
    return found->data != NULL;
}

void normalize_dot_escapes(const struct test_case *test_case, struct run *ours,
                           struct run *reference)
{
    (void)reference;
    if (!is_command(test_case, "dot") || ours->out.size == 0)
        return;
    struct pp_buffer result = {0};
    struct pp_slice plain;
    const char *at = ours->out.data;
    while (find_plain_text(at, &plain)) {
        pp_buffer_append(&result, at, (size_t)(plain.data - at));
        append_plain(&result, plain);
        at = plain.data + plain.size;
    }
    pp_buffer_append_text(&result, at);
    text_take(&ours->out, &result);
}

/* ---- order -------------------------------------------------------------- */

enum { NODES_MAX = 4096 };

/* The number in "N12 [" or "NN12_0 [" or "N12_0 [": of its node; -1: none.
 * Where the name ends goes to *end. */
static int node_number(const char *at, const char **end)
{
    int number, size = 0;
    while (*at == 'N')
        at++;
    if (sscanf(at, "%d%n", &number, &size) != 1)
        return -1;
    *end = at + size;
    return number;
}

/* N12 becomes what is known of the node, and ids go: they are the order. */
static void append_renamed(struct pp_buffer *out, struct pp_slice line,
                           const struct pp_slice *nodes)
{
    const char *at = line.data, *stop = line.data + line.size, *end;
    while (at < stop && *at == 'N') {
        int number = node_number(at, &end);
        if (number < 0 || number >= NODES_MAX)
            break;
        pp_buffer_append_slice(out, nodes[number]);
        at = end;
        size_t rest = (size_t)(stop - at);
        const char *arrow = memmem(at, rest, " -> N", 5);
        const char *attributes = memmem(at, rest, " [", 2);
        if (!arrow || !attributes || arrow > attributes)
            break;
        pp_buffer_append(out, at, (size_t)(arrow + 4 - at));
        at = arrow + 4;
    }
    const char *id = memmem(at, (size_t)(stop - at), " id=\"", 5);
    if (id) {
        pp_buffer_append(out, at, (size_t)(id - at));
        at = memchr(id + 5, '"', (size_t)(stop - id - 5));
        at = at ? at : stop;
    }
    pp_buffer_append(out, at, (size_t)(stop - at));
    pp_buffer_append_char(out, '\n');
}

/* "N12 [label=... id=": all of a node but its place, from its label on. */
static void find_nodes(const struct lines *lines, struct pp_slice *nodes)
{
    for (uint32_t i = 0; i < lines->count; i++) {
        struct pp_slice line = lines->items[i];
        const char *end;
        int number = line.size && line.data[0] == 'N'
                         ? node_number(line.data, &end)
                         : -1;
        if (number < 0 || number >= NODES_MAX ||
            strncmp(end, " [label=\"", 9) != 0)
            continue;
        const char *id = memmem(line.data, line.size, "\" id=\"", 6);
        if (id)
            nodes[number] = (struct pp_slice){end, (size_t)(id - end)};
    }
}

void dot_sort(struct pp_buffer *text)
{
    struct pp_slice *nodes = calloc(NODES_MAX, sizeof *nodes);
    struct lines lines = text_lines(text);
    struct pp_buffer result = {0};
    find_nodes(&lines, nodes);
    for (uint32_t i = 0; i < lines.count; i++)
        append_renamed(&result, lines.items[i], nodes);
    free(lines.items);
    free(nodes);
    text_take(text, &result);
    text_sort(text);
}

/* The header, and the names of nodes alone: which of several paths that tie
 * are shown is random, and with them the calls. */
void dot_keep_names(struct pp_buffer *text)
{
    struct lines lines = text_lines(text);
    struct pp_buffer result = {0};
    for (uint32_t i = 0; i < lines.count; i++) {
        struct pp_slice line = lines.items[i];
        const char *label = memmem(line.data, line.size, " [label=\"", 9);
        const char *end =
            label ? memmem(label, line.size - (size_t)(label - line.data),
                           "\\n", 2)
                  : NULL;
        const char *arrow = memmem(line.data, line.size, " -> N", 5);
        if (line.size && line.data[0] == 'N' && (!end || arrow))
            continue;
        if (line.size && line.data[0] == 'N')
            pp_buffer_append(&result, label, (size_t)(end - label));
        else
            pp_buffer_append_slice(&result, line);
        pp_buffer_append_char(&result, '\n');
    }
    free(lines.items);
    text_take(text, &result);
    text_sort(text);
}
