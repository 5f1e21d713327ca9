/* -callgrind. Functions of one name and file are told apart, "work [1/2]": by
 * us everywhere, by the reference only where they are called. */
#include "known.h"

#include <stdio.h>
#include <stdlib.h>

enum { IDS_MAX = 4096 };

/* "ob=", "fl=", "cfl=" and their like, and whose numbers they use. */
static const struct {
    const char *start;
    uint32_t names;
} name_lines[] = {{"ob=", 0}, {"fl=", 1}, {"cfl=", 1}, {"fn=", 2}, {"cfn=", 2}};

enum {
    NAME_LINES = sizeof name_lines / sizeof *name_lines,
    FUNCTION_LINE = 3,
    CALLEE_LINE = 4
};

struct reader {
    struct pp_slice names[3][IDS_MAX]; /* by number */
    struct pp_buffer heading;          /* "ob=...\nfl=...\nfn=...\n" */
    struct pp_buffer last_heading;     /* that of the node before */
    struct pp_buffer out;
    uint64_t previous, current; /* addresses of nodes */
};

/* Which of name_lines, or NAME_LINES. */
static uint32_t kind_of(struct pp_slice line)
{
    uint32_t kind = 0;
    while (kind < NAME_LINES &&
           !pp_slice_starts_with(line, pp_slice_of(name_lines[kind].start)))
        kind++;
    return kind;
}

/* Does the name end in " [1/2]"? Its size without that, or its size. */
static size_t size_without_place(struct pp_slice name)
{
    const char *open = memrchr(name.data, '[', name.size);
    const char *stop = name.data + name.size;
    int i, n, end = 0;
    char text[40];
    if (!open || open == name.data || open[-1] != ' ')
        return name.size;
    snprintf(text, sizeof text, "%.*s", (int)(stop - open), open);
    if (sscanf(text, "[%d/%d]%n", &i, &n, &end) != 2 || open + end != stop)
        return name.size;
    return (size_t)(open - 1 - name.data);
}

/* A function may have such a name itself. */
static struct pp_slice without_place(struct pp_slice name)
{
    size_t size;
    while ((size = size_without_place(name)) < name.size)
        name.size = size;
    return name;
}

/* In front of a name that was written out in full, so that it is not taken for
 * a number again: functions may be called "(3)". */
static const char in_full = '\1';

/* What "(3) name" or "(3)" stands for. */
static struct pp_slice name_of(struct reader *reader, uint32_t names,
                               struct pp_slice text)
{
    const char *end = text.data + text.size;
    if (text.size == 0)
        return text;
    if (text.data[0] == in_full)
        return (struct pp_slice){text.data + 1, text.size - 1};
    uint32_t id = (uint32_t)strtoul(text.data + 1, NULL, 10) % IDS_MAX;
    const char *close = memchr(text.data, ')', text.size);
    if (close && close + 1 < end)
        reader->names[names][id] =
            (struct pp_slice){close + 2, (size_t)(end - close - 2)};
    return reader->names[names][id];
}

/* A heading that repeats the one before goes. */
static void end_heading(struct reader *reader)
{
    struct pp_buffer *new = &reader->heading, *old = &reader->last_heading;
    if (new->size == 0)
        return;
    if (!pp_slice_equal(pp_buffer_slice(new), pp_buffer_slice(old)))
        pp_buffer_append_slice(&reader->out, pp_buffer_slice(new));
    pp_buffer_clear(old);
    pp_buffer_append_slice(old, pp_buffer_slice(new));
    pp_buffer_clear(new);
}

/* "0x10", "+4", "-4", or "*": relative to the node before. */
static uint64_t address_of(const struct reader *reader, const char *text)
{
    if (text[0] == '*')
        return reader->previous;
    if (text[0] == '+' || text[0] == '-')
        return reader->previous + (uint64_t)strtoll(text, NULL, 10);
    return strtoull(text, NULL, 16);
}

/* A cost or a call, with its address in full. True if it was one. */
static bool take_address(struct reader *reader, struct pp_slice line)
{
    static const char calls[] = "calls=0 ";
    bool call = pp_slice_starts_with(line, pp_slice_literal(calls));
    const char *at = line.data + (call ? sizeof calls - 1 : 0);
    const char *end = line.data + line.size;
    const char *rest = memchr(at, ' ', (size_t)(end - at));
    if (!rest || !strchr("0+-*", *at) || strncmp(at, "* * ", 4) == 0)
        return false;
    if (!call)
        reader->previous = reader->current;
    uint64_t address = address_of(reader, at);
    if (!call)
        reader->current = address;
    end_heading(reader);
    pp_buffer_format(&reader->out, "%s%#llx" PP_SLICE_FORMAT "\n",
                     call ? calls : "", (unsigned long long)address,
                     (int)(end - rest), rest);
    return true;
}

static void take_line(struct reader *reader, struct pp_slice line)
{
    uint32_t kind = kind_of(line);
    if (kind == NAME_LINES) {
        if (line.size && take_address(reader, line))
            return;
        if (line.size)
            end_heading(reader);
        pp_buffer_append_slice(line.size ? &reader->out : &reader->heading,
                               line);
        pp_buffer_append_char(line.size ? &reader->out : &reader->heading,
                              '\n');
        return;
    }
    const char *start = name_lines[kind].start;
    size_t front = strlen(start);
    struct pp_slice name =
        name_of(reader, name_lines[kind].names,
                (struct pp_slice){line.data + front, line.size - front});
    bool callee = start[0] == 'c';
    if (kind == FUNCTION_LINE)
        name = without_place(name);
    if (callee)
        end_heading(reader);
    struct pp_buffer *out = callee ? &reader->out : &reader->heading;
    pp_buffer_append_text(out, start);
    pp_buffer_append_char(out, in_full);
    pp_buffer_append_slice(out, name);
    pp_buffer_append_char(out, '\n');
}

/* Names and addresses in full. The one function whose name has two lines loses
 * the second, which would be taken for the file's own. */
static void expand(struct pp_buffer *text)
{
    struct reader *reader = calloc(1, sizeof *reader);
    while (text_find(text, "\nlines"))
        text_cut(text, "\nlines");
    struct lines lines = text_lines(text);
    for (uint32_t i = 0; i < lines.count; i++)
        take_line(reader, lines.items[i]);
    end_heading(reader);
    free(lines.items);
    text_take(text, &reader->out);
    pp_buffer_release(&reader->heading);
    pp_buffer_release(&reader->last_heading);
    free(reader);
}

void normalize_callgrind_names(const struct test_case *test_case,
                               struct run *ours, struct run *reference)
{
    if (!is_command(test_case, "callgrind"))
        return;
    expand(&ours->out);
    expand(&reference->out);
}

/* "ob=...", "fl=..." and "fn=...", of the function that costs and calls are
 * of. */
struct place {
    struct pp_slice lines[FUNCTION_LINE + 1]; /* by kind */
};

static void append_place(struct pp_buffer *out, const struct place *place)
{
    for (uint32_t kind = 0; kind <= FUNCTION_LINE; kind++)
        pp_buffer_append_slice(out, place->lines[kind]);
}

static bool is_cost(struct pp_slice line)
{
    return line.size && line.data[0] != '*' &&
           !pp_slice_starts_with(line, pp_slice_literal("calls="));
}

/* One line for each call and for each cost, told with the function that it is
 * of: their order is lost then, but not whose they are. */
void callgrind_sort(struct pp_buffer *text)
{
    enum { CALLED_FILE_LINE = 2 };
    struct pp_buffer result = {0};
    struct place place = {0};
    struct pp_slice cost = {"", 0};
    expand(text);
    struct lines lines = text_lines(text);
    for (uint32_t i = 0; i < lines.count; i++) {
        struct pp_slice line = lines.items[i];
        uint32_t kind = kind_of(line);
        bool is_heading = kind <= FUNCTION_LINE && kind != CALLED_FILE_LINE;
        if (is_heading)
            place.lines[kind] = line;
        if (is_heading || line.size == 0)
            continue;
        if (kind == NAME_LINES && is_cost(line))
            cost = line;
        if (kind == CALLED_FILE_LINE || (kind == NAME_LINES && is_cost(line))) {
            pp_buffer_append_char(&result, '\n');
            append_place(&result, &place);
            pp_buffer_append_slice(&result, cost);
        }
        if (kind == CALLEE_LINE)
            line = without_place(line);
        pp_buffer_append_char(&result, ' ');
        pp_buffer_append_slice(&result, line);
    }
    pp_buffer_append_char(&result, '\n');
    free(lines.items);
    text_take(text, &result);
    text_sort(text);
}
