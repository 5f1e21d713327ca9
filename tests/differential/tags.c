/* -tags. Go 1.23 prints "key: Total 1.5s" and the percentages of that sum;
 * newer releases print "key: Total 1.52s of 3.04s (50.00%)" and percentages of
 * the profile. */
#include "known.h"

#include <math.h>
#include <stdlib.h>

/* A line "  1.52s (50.00%): name", or with "key:  Total " in front. */
struct tag_line {
    struct pp_slice front; /* "key:" or nothing */
    double value;
    struct pp_slice rest; /* behind the number: the unit, and more */
    struct pp_slice name; /* of the tag */
};

static struct pp_slice slice_between(const char *start, const char *end)
{
    return (struct pp_slice){start, (size_t)(end - start)};
}

static const char *skip_spaces(const char *at, const char *end)
{
    while (at < end && *at == ' ')
        at++;
    return at;
}

/* Behind the last `mark`, or NULL. */
static const char *behind_last(struct pp_slice line, const char *mark)
{
    const char *found = NULL;
    size_t size = strlen(mark);
    for (size_t i = 0; i + size <= line.size; i++)
        if (memcmp(line.data + i, mark, size) == 0)
            found = line.data + i + size;
    return found;
}

static const char *behind_first(struct pp_slice line, const char *mark)
{
    const char *found = memmem(line.data, line.size, mark, strlen(mark));
    return found ? found + strlen(mark) : NULL;
}

static bool parse_line(struct pp_slice line, struct tag_line *parsed)
{
    static const char total[] = " Total ";
    const char *end = line.data + line.size;
    const char *start = behind_last(line, total);
    *parsed = (struct tag_line){.front = {line.data, 0}};
    if (start) {
        const char *front_end = start - sizeof total + 1;
        while (front_end > line.data && front_end[-1] == ' ')
            front_end--;
        line.data = skip_spaces(line.data, front_end);
        parsed->front = slice_between(line.data, front_end);
    } else {
        const char *name = behind_first(line, ": ");
        if (!name)
            return false;
        parsed->name = slice_between(skip_spaces(name, end), end);
        start = skip_spaces(line.data, end);
        end = name - 2;
    }
    char *number_end;
    parsed->value = strtod(start, &number_end);
    parsed->rest = slice_between(number_end, end);
    return number_end > start && number_end <= end;
}

/* The units are where both have the same, up to a blank. Of 0 we print none. */
static bool same_value(const struct tag_line *ours,
                       const struct tag_line *reference)
{
    /* A half of the tenth, and of the hundredth, are rounded away. */
    double allowed = 0.0551 + 1e-12 * fabs(reference->value);
    size_t unit = reference->rest.size;
    const char *percentage = behind_first(reference->rest, " (");
    if (percentage)
        unit = (size_t)(percentage - 2 - reference->rest.data);
    struct pp_slice reference_unit = {reference->rest.data, unit};
    if (fabs(ours->value - reference->value) > allowed)
        return false;
    return ours->value == 0 || pp_slice_starts_with(ours->rest, reference_unit);
}

/* Our line in the reference's words, if it says the same. */
static bool same_line(struct pp_slice ours, struct pp_slice reference)
{
    struct tag_line a, b;
    return parse_line(ours, &a) && parse_line(reference, &b) &&
           pp_slice_equal(a.front, b.front) && pp_slice_equal(a.name, b.name) &&
           same_value(&a, &b);
}

/* Go's tabwriter takes a byte 0xff for an escape: tabs stay behind one, in
 * ours, too. */
static void blank_tabs(struct pp_buffer *text)
{
    if (!text_find(text, "\xff"))
        return;
    for (size_t i = 0; i < text->size; i++)
        if (text->data[i] == '\t')
            text->data[i] = ' ';
}

/* The line of the reference that says the same as one of ours: mostly that at
 * the same place; another of the same key where values tie. NULL where there
 * is none. An empty line stands behind each key. */
static const struct pp_slice *find_same(struct pp_slice line,
                                        const struct lines *reference,
                                        uint32_t place)
{
    const struct pp_slice *all = reference->items;
    if (place >= reference->count)
        return NULL;
    if (same_line(line, all[place]))
        return &all[place];
    uint32_t i = place;
    while (i > 0 && all[i - 1].size)
        i--;
    for (; i < reference->count && all[i].size; i++)
        if (same_line(line, all[i]))
            return &all[i];
    return NULL;
}

/* Lines of ours that say the same become the reference's. */
void normalize_tags_layout(const struct test_case *test_case, struct run *ours,
                           struct run *reference)
{
    if (!is_command(test_case, "tags"))
        return;
    blank_tabs(&ours->out);
    blank_tabs(&reference->out);
    struct lines a = text_lines(&ours->out), b = text_lines(&reference->out);
    struct pp_buffer result = {0};
    for (uint32_t i = 0; i < a.count; i++) {
        const struct pp_slice *same = find_same(a.items[i], &b, i);
        pp_buffer_append_slice(&result, same ? *same : a.items[i]);
        pp_buffer_append_char(&result, '\n');
    }
    free(a.items);
    free(b.items);
    text_take(&ours->out, &result);
}

/* Keys and names only, sorted: the order is that of the values. */
static void keep_names(struct pp_buffer *text)
{
    struct lines lines = text_lines(text);
    struct pp_buffer result = {0};
    struct tag_line parsed;
    for (uint32_t i = 0; i < lines.count; i++) {
        if (parse_line(lines.items[i], &parsed)) {
            pp_buffer_append_slice(&result, parsed.front);
            pp_buffer_append_slice(&result, parsed.name);
        } else {
            pp_buffer_append_slice(&result, lines.items[i]);
        }
        pp_buffer_append_char(&result, '\n');
    }
    free(lines.items);
    text_take(text, &result);
    text_sort(text);
}

void normalize_tags_divided(const struct test_case *test_case, struct run *ours,
                            struct run *reference)
{
    bool divided = has_option(test_case, "mean") ||
                   has_option(test_case, "mean_delay") ||
                   has_option(test_case, "divide_by");
    if (!is_command(test_case, "tags") || !divided)
        return;
    blank_tabs(&ours->out);
    blank_tabs(&reference->out);
    keep_names(&ours->out);
    keep_names(&reference->out);
}
