/* Tags as boxes beside their node: the four heaviest text labels, and the
 * numbers of each, or of none, in up to four groups (addNodelets of
 * google/pprof's internal/graph).
 *
 * Invariant: tags are sorted by weight, then by name, and those that are equal
 * stay in the order of the samples. */
#include "report/dot_tags.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/dot_text.h"

enum { BOXES_MAX = 4 };

struct painter {
    const struct pp_report_job *job;
    struct pp_slice unit; /* of the numbers */
    bool is_leaf;
    struct pp_tag *numbers; /* of the node */
    uint32_t number_count;
};

static int64_t magnitude(int64_t value)
{
    return value < 0 ? (int64_t) - (uint64_t)value : value;
}

static int descending(int64_t a, int64_t b)
{
    a = magnitude(a);
    b = magnitude(b);
    return a > b ? -1 : a < b;
}

static int by_flat(const void *left, const void *right)
{
    const struct pp_tag *a = left;
    const struct pp_tag *b = right;
    int order = descending(a->flat, b->flat);
    return order ? order : pp_slice_compare(a->name, b->name);
}

static int by_cum(const void *left, const void *right)
{
    const struct pp_tag *a = left;
    const struct pp_tag *b = right;
    int order = descending(a->cum, b->cum);
    return order ? order : by_flat(left, right);
}

static void sort_tags(const struct painter *painter, struct pp_tag *tags,
                      uint32_t count)
{
    qsort(tags, count, sizeof *tags, painter->is_leaf ? by_cum : by_flat);
}

/* ---- boxes -------------------------------------------------------------- */

/* `name` is the box's, `source` that of what it stands beside. */
static void print_box(const struct painter *painter, const char *source,
                      const char *name, const struct pp_tag *tag,
                      int64_t weight, const char *style)
{
    struct pp_buffer *out = painter->job->output->out;
    struct pp_buffer value = {0};
    pp_dot_append_value(painter->job, &value, weight);
    pp_buffer_format(out, "%s [label = \"", name);
    pp_dot_append_lines(out, tag->name);
    pp_buffer_format(out,
                     "\" id=\"%s\" fontsize=8 shape=box3d tooltip=\"%s\"]\n",
                     name, value.data);
    pp_buffer_format(out,
                     "%s -> %s [label=\" %s\" weight=100 tooltip=\"%s\" "
                     "labeltooltip=\"%s\"%s]\n",
                     source, name, value.data, value.data, value.data, style);
    pp_buffer_release(&value);
}

/* ---- numbers ------------------------------------------------------------ */

static double scale(const struct painter *painter, int64_t number)
{
    struct pp_slice unit;
    return pp_unit_scale(number, painter->unit, painter->unit, &unit);
}

static double distance(const struct painter *painter, const struct pp_tag *tag,
                       const struct pp_tag *other)
{
    double difference = scale(painter, other->number) - (double)tag->number;
    return difference < 0 ? -difference : difference;
}

/* Some numbers that are told by one box. */
struct group {
    struct pp_tag sum;
    struct pp_tag least, most;
    uint32_t size;
};

static void add_to_group(const struct painter *painter, struct group *group,
                         const struct pp_tag *tag)
{
    int64_t number = pp_unit_truncate(scale(painter, tag->number));
    group->size++;
    if (number < group->least.number)
        group->least = *tag;
    if (number > group->most.number)
        group->most = *tag;
    pp_value_add(&group->sum.flat, tag->flat);
    pp_value_add(&group->sum.cum, tag->cum);
    pp_value_add(&group->sum.flat_divisor, tag->flat_divisor);
    pp_value_add(&group->sum.cum_divisor, tag->cum_divisor);
}

static uint32_t nearest_group(const struct painter *painter,
                              const struct pp_tag *leaders,
                              const struct pp_tag *tag)
{
    uint32_t nearest = 0;
    double least = distance(painter, tag, &leaders[0]);
    for (uint32_t i = 1; i < BOXES_MAX; i++) {
        double other = distance(painter, tag, &leaders[i]);
        if (other < least) {
            nearest = i;
            least = other;
        }
    }
    return nearest;
}

/* "1kB..2MB": not in the report's unit, in which small numbers would all be
 * "0". */
static struct pp_slice name_group(const struct painter *painter,
                                  const struct group *group)
{
    struct pp_slice natural = pp_slice_literal("auto");
    char space[64];
    struct pp_buffer name = pp_buffer_in(space);
    pp_unit_label(&name, group->least.number, painter->unit, natural);
    if (group->size > 1) {
        pp_buffer_append_text(&name, "..");
        pp_unit_label(&name, group->most.number, painter->unit, natural);
    }
    struct pp_slice copy = {
        pp_slice_copy(painter->job->arena, pp_buffer_slice(&name)), name.size};
    pp_buffer_release(&name);
    return copy;
}

/* Put numbers, which are sorted, with the nearest of the heaviest. The groups
 * take the place of the first. */
static void collapse(const struct painter *painter, struct pp_tag *tags,
                     uint32_t count)
{
    struct group groups[BOXES_MAX];
    for (uint32_t i = 0; i < BOXES_MAX; i++)
        groups[i] = (struct group){tags[i], tags[i], tags[i], 1};
    for (uint32_t i = BOXES_MAX; i < count; i++)
        add_to_group(painter, &groups[nearest_group(painter, tags, &tags[i])],
                     &tags[i]);
    for (uint32_t i = 0; i < BOXES_MAX; i++)
        tags[i] = (struct pp_tag){
            .name = name_group(painter, &groups[i]),
            .flat = pp_tag_flat(&groups[i].sum),
            .cum = pp_tag_cum(&groups[i].sum),
        };
    sort_tags(painter, tags, BOXES_MAX);
}

static void print_number(const struct painter *painter, const char *source,
                         uint32_t index, const struct pp_tag *tag)
{
    int64_t flat = pp_tag_flat(tag);
    int64_t cum = pp_tag_cum(tag);
    bool is_own = !painter->is_leaf || flat == cum;
    int64_t weight = is_own ? flat : cum;
    char name[64];
    snprintf(name, sizeof name, "N%s_%u", source, index);
    if (weight)
        print_box(painter, source, name, tag, weight,
                  is_own ? "" : " style=\"dotted\"");
}

/* The numbers that go with some text labels, or with none. */
static void print_numbers(const struct painter *painter, const char *source,
                          uint32_t labels)
{
    uint32_t first = 0;
    while (first < painter->number_count &&
           painter->numbers[first].labels != labels)
        first++;
    struct pp_tag *tags = painter->numbers + first;
    uint32_t count = 0;
    while (first + count < painter->number_count &&
           tags[count].labels == labels)
        count++;
    sort_tags(painter, tags, count);
    if (count > BOXES_MAX) {
        collapse(painter, tags, count);
        count = BOXES_MAX;
    }
    for (uint32_t i = 0; i < count; i++)
        print_number(painter, source, i, &tags[i]);
}

/* ---- the whole ---------------------------------------------------------- */

static void print_texts(const struct painter *painter, const char *source,
                        const struct pp_tag *texts, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < BOXES_MAX; i++) {
        const struct pp_tag *tag = &texts[i];
        int64_t weight = painter->is_leaf ? pp_tag_cum(tag) : pp_tag_flat(tag);
        char name[64];
        if (weight == 0)
            continue;
        snprintf(name, sizeof name, "%s_%u", source, i);
        print_box(painter, source, name, tag, weight, "");
        print_numbers(painter, name, tag->labels);
    }
}

static int by_labels(const void *left, const void *right)
{
    const struct pp_tag *a = left;
    const struct pp_tag *b = right;
    return a->labels < b->labels ? -1 : a->labels > b->labels;
}

/* Texts in front, numbers behind them; how many texts there are. */
static uint32_t part_tags(const struct pp_tag_list *list, struct pp_tag *tags)
{
    uint32_t text_count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (!list->items[i].is_number)
            tags[text_count++] = list->items[i];
    for (uint32_t i = 0, used = text_count; i < list->count; i++)
        if (list->items[i].is_number)
            tags[used++] = list->items[i];
    return text_count;
}

bool pp_dot_print_tags(const struct pp_report_job *job,
                       const struct pp_graph *graph, uint32_t index,
                       bool is_leaf)
{
    const struct pp_tag_list *list = &graph->tags[index];
    size_t size_before = job->output->out->size;
    if (list->count == 0)
        return false;
    struct pp_tag *tags = pp_arena_array(job->arena, list->count, sizeof *tags);
    uint32_t text_count = part_tags(list, tags);
    struct painter painter = {
        .job = job,
        .unit = graph->tag_unit,
        .is_leaf = is_leaf,
        .numbers = tags + text_count,
        .number_count = list->count - text_count,
    };
    char source[32];
    snprintf(source, sizeof source, "N%u", index + 1);
    sort_tags(&painter, tags, text_count);
    qsort(painter.numbers, painter.number_count, sizeof *tags, by_labels);
    print_texts(&painter, source, tags, text_count);
    print_numbers(&painter, source, 0);
    return job->output->out->size > size_before;
}
