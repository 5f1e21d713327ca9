/* Values, units and the lines on top of a report.
 *
 * Invariant: the order of the lines, and every conversion between integers
 * and floating point in them, is the reference's (ProfileLabels, reportLabels
 * and selectOutputUnit of google/pprof's internal/report). */
#include "report/format.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- values ------------------------------------------------------------- */

static int64_t apply_ratio(const struct pp_report_job *job, int64_t value)
{
    if (job->ratio > 0 && job->ratio != 1)
        return pp_unit_truncate((double)value * job->ratio);
    return value;
}

void pp_report_value(const struct pp_report_job *job, struct pp_buffer *out,
                     int64_t value)
{
    pp_unit_label(out, apply_ratio(job, value), job->unit, job->out_unit);
}

/* Characters, not bytes, are counted: units have all kinds. */
void pp_report_value_column(const struct pp_report_job *job,
                            struct pp_buffer *out, int64_t value, size_t width)
{
    char space[64];
    struct pp_buffer label = pp_buffer_in(space);
    pp_report_value(job, &label, value);
    for (size_t i = pp_utf8_count(pp_buffer_slice(&label)); i < width; i++)
        pp_buffer_append_char(out, ' ');
    pp_buffer_append_slice(out, pp_buffer_slice(&label));
    pp_buffer_release(&label);
}

void pp_report_value_or_dot(const struct pp_report_job *job,
                            struct pp_buffer *out, int64_t value, size_t width)
{
    /* Nearly all of many are this. */
    static const char dot[] = "                   .";
    assert(width < sizeof dot);
    if (value)
        pp_report_value_column(job, out, value, width);
    else
        pp_buffer_append(out, dot + sizeof dot - 1 - width, width);
}

void pp_report_flat_cum(const struct pp_report_job *job, struct pp_buffer *out,
                        int64_t flat, int64_t cum)
{
    enum { WIDTH = 10 };
    pp_report_value_column(job, out, flat, WIDTH);
    pp_buffer_append_char(out, ' ');
    pp_report_value_column(job, out, cum, WIDTH);
    pp_buffer_append_text(out, " (flat, cum) ");
    pp_unit_percentage(out, cum, job->total);
    pp_buffer_append_text(out, " of Total\n");
}

/* ---- the pattern -------------------------------------------------------- */

/* How many digits the base of a number takes, and which that is. */
static size_t base_prefix(const char *text, int *base)
{
    static const struct {
        char letter;
        int base;
    } bases[] = {{'x', 16}, {'o', 8}, {'b', 2}};
    *base = text[0] == '0' ? 8 : 10;
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        if (text[0] == '0' && (text[1] | 0x20) == bases[i].letter) {
            *base = bases[i].base;
            return 2;
        }
    }
    return 0;
}

bool pp_report_pattern_address(const struct pp_report_job *job,
                               uint64_t *address)
{
    const char *text = job->options->pattern;
    char *end;
    int base;
    text += base_prefix(text, &base);
    if (text[0] == 0 || text[strspn(text, "0123456789abcdefABCDEF")])
        return false;
    errno = 0;
    *address = strtoull(text, &end, base);
    return errno == 0 && *end == 0;
}

/* ---- units -------------------------------------------------------------- */

static int64_t magnitude(int64_t value)
{
    return value < 0 ? (int64_t) - (uint64_t)value : value;
}

/* The smallest value that the graph shows, other than 0; 0 if there is none. */
static int64_t smallest_value(const struct pp_graph *graph)
{
    int64_t smallest = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        int64_t value = magnitude(pp_node_flat(graph->nodes[i]));
        if (value == 0)
            value = magnitude(pp_node_cum(graph->nodes[i]));
        if (value > 0 && (smallest == 0 || value < smallest))
            smallest = value;
    }
    return smallest;
}

static struct pp_slice natural_unit(const struct pp_report_job *job,
                                    int64_t value)
{
    struct pp_slice unit;
    pp_unit_scale(value, job->unit, pp_slice_literal("minimum"), &unit);
    return unit;
}

static int64_t times_hundred(int64_t value)
{
    return (int64_t)((uint64_t)value * 100);
}

static bool is_open(const struct pp_report_job *job,
                    const struct pp_graph *graph)
{
    return pp_slice_equal(job->out_unit, pp_slice_literal("minimum")) &&
           graph->node_count > 0;
}

/* The smallest value, or where there is none the largest, as it is printed. */
static int64_t finest_value(const struct pp_report_job *job,
                            const struct pp_graph *graph)
{
    int64_t smallest = smallest_value(graph);
    return apply_ratio(job, smallest ? smallest : job->total);
}

void pp_report_choose_unit(struct pp_report_job *job,
                           const struct pp_graph *graph)
{
    if (!is_open(job, graph))
        return;
    int64_t smallest = finest_value(job, graph);
    int64_t largest = apply_ratio(job, job->total);
    struct pp_slice unit = natural_unit(job, smallest);
    if (!pp_slice_equal(unit, natural_unit(job, largest)) &&
        times_hundred(smallest) < largest)
        unit = natural_unit(job, times_hundred(smallest));
    job->out_unit = unit.size ? unit : job->unit;
}

void pp_report_choose_integer_unit(struct pp_report_job *job,
                                   const struct pp_graph *graph)
{
    if (!is_open(job, graph))
        return;
    struct pp_slice unit = natural_unit(job, finest_value(job, graph));
    job->out_unit = unit.size ? unit : job->unit;
}

/* ---- the profile's lines ------------------------------------------------ */

static struct pp_slice text(const struct pp_report_job *job, pp_string string)
{
    return pp_profile_text(job->profile, string);
}

/* Labels, one a line. They may hold newlines of their own: so where the first
 * one ends is written down. */
struct labels {
    struct pp_buffer *out;
    bool any;
    size_t first_end;
};

static void end_label(struct labels *labels)
{
    if (!labels->any)
        labels->first_end = labels->out->size;
    labels->any = true;
    pp_buffer_append_char(labels->out, '\n');
}

static void append_label(struct labels *labels, const char *front,
                         struct pp_slice value)
{
    pp_buffer_append_text(labels->out, front);
    pp_buffer_append_slice(labels->out, value);
    end_label(labels);
}

static void append_binary(const struct pp_report_job *job,
                          struct labels *labels)
{
    if (job->profile->mappings.count == 0)
        return;
    const struct pp_mapping *mapping = &job->profile->mappings.items[0];
    struct pp_slice file = text(job, mapping->filename);
    struct pp_slice build_id = text(job, mapping->build_id);
    if (file.size)
        append_label(labels, "File: ", pp_slice_base_name(file));
    if (build_id.size)
        append_label(labels, "Build ID: ", build_id);
}

/* Comments that start with '#' are for programs. */
static void append_comments(const struct pp_report_job *job,
                            struct labels *labels)
{
    for (uint32_t i = 0; i < job->profile->comments.count; i++) {
        struct pp_slice comment = text(job, job->profile->comments.items[i]);
        if (comment.size == 0 || comment.data[0] != '#')
            append_label(labels, "", comment);
    }
}

static void append_duration(const struct pp_report_job *job,
                            struct labels *labels)
{
    struct pp_buffer *out = labels->out;
    int64_t duration = job->profile->duration_nanos;
    struct pp_slice nanoseconds = pp_slice_literal("nanoseconds");
    struct pp_slice unit;
    double total = pp_unit_scale(job->total, job->unit, nanoseconds, &unit);
    pp_buffer_append_text(out, "Duration: ");
    pp_unit_label(out, duration, nanoseconds, pp_slice_literal("auto"));
    pp_buffer_append_text(out, ", Total samples = ");
    pp_report_value(job, out, job->total);
    pp_buffer_append_char(out, ' ');
    if (pp_slice_equal(unit, pp_slice_literal("ns")) && total != 0) {
        pp_buffer_append_char(out, '(');
        pp_unit_percentage(out, pp_unit_truncate(total), duration);
        pp_buffer_append_char(out, ')');
    }
    end_label(labels);
}

static void append_profile_labels(const struct pp_report_job *job,
                                  struct labels *labels)
{
    append_binary(job, labels);
    append_comments(job, labels);
    if (job->type.size)
        append_label(labels, "Type: ", job->type);
    if (job->profile->time_nanos) {
        pp_buffer_append_text(labels->out, "Time: ");
        pp_report_time(labels->out, job->profile->time_nanos);
        end_label(labels);
    }
    if (job->profile->duration_nanos)
        append_duration(job, labels);
}

void pp_report_profile_labels(const struct pp_report_job *job,
                              struct pp_buffer *out)
{
    struct labels labels = {.out = out};
    append_profile_labels(job, &labels);
}

/* ---- the report's lines ------------------------------------------------- */

static void append_filter(struct labels *labels, const char *name,
                          const char *value)
{
    enum { LONGEST = 80 };
    struct pp_buffer line = {0};
    pp_buffer_format(&line, "%s=%s", name, value);
    pp_buffer_append_text(labels->out, "   ");
    pp_buffer_append(labels->out, line.data,
                     line.size > LONGEST ? LONGEST : line.size);
    pp_buffer_append_text(labels->out, line.size > LONGEST ? "…" : "");
    end_label(labels);
    pp_buffer_release(&line);
}

static void append_filters(const struct pp_options *options,
                           struct labels *labels)
{
    const struct {
        const char *name, *value;
    } filters[] = {
        {"focus", options->focus},         {"ignore", options->ignore},
        {"hide", options->hide},           {"show", options->show},
        {"show_from", options->show_from}, {"tagfocus", options->tagfocus},
        {"tagignore", options->tagignore}, {"tagshow", options->tagshow},
        {"taghide", options->taghide},
    };
    bool any = false;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (!filters[i].value[0])
            continue;
        if (!any)
            append_label(labels, "Active filters:", pp_slice_literal(""));
        any = true;
        append_filter(labels, filters[i].name, filters[i].value);
    }
}

/* "Dropped 12 nodes (cum <= 0.01s)" */
static void append_dropped(const struct pp_report_job *job,
                           struct labels *labels, uint32_t count,
                           const char *what, const char *measure,
                           double fraction)
{
    if (count == 0)
        return;
    pp_buffer_format(labels->out, "Dropped %u %s%s (%s <= ", count, what,
                     count > 1 ? "s" : "", measure);
    pp_report_value(job, labels->out,
                    magnitude(pp_unit_truncate((double)job->total * fraction)));
    pp_buffer_append_char(labels->out, ')');
    end_label(labels);
}

static int64_t sum_of_flat(const struct pp_graph *graph)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < graph->node_count; i++)
        sum += (uint64_t)pp_node_flat(graph->nodes[i]);
    return (int64_t)sum;
}

static void append_share(const struct pp_report_job *job,
                         const struct pp_graph *graph, struct labels *labels)
{
    struct pp_buffer *out = labels->out;
    struct pp_buffer percentage = {0};
    int64_t sum = sum_of_flat(graph);
    pp_unit_percentage(&percentage, sum, job->total);
    pp_buffer_append_text(out, "Showing nodes accounting for ");
    pp_report_value(job, out, sum);
    pp_buffer_append_text(out, ", ");
    pp_buffer_append_text(out, percentage.data + strspn(percentage.data, " "));
    pp_buffer_append_text(out, " of ");
    pp_report_value(job, out, job->total);
    pp_buffer_append_text(out, " total");
    end_label(labels);
    pp_buffer_release(&percentage);
}

static void append_node_limit(const struct pp_graph *graph,
                              struct labels *labels)
{
    if (graph->node_count == 0 || graph->node_count >= graph->candidate_count)
        return;
    pp_buffer_format(labels->out, "Showing top %u nodes out of %u",
                     graph->node_count, graph->candidate_count);
    end_label(labels);
}

static void append_report_labels(const struct pp_report_job *job,
                                 const struct pp_graph *graph,
                                 uint32_t dropped_edges, struct labels *labels)
{
    append_filters(job->options, labels);
    append_share(job, graph, labels);
    if (job->total == 0)
        return;
    append_dropped(job, labels, graph->dropped_nodes, "node", "cum",
                   job->options->nodefraction);
    append_dropped(job, labels, dropped_edges, "edge", "freq",
                   job->options->edgefraction);
    append_node_limit(graph, labels);
}

void pp_report_labels(const struct pp_report_job *job,
                      const struct pp_graph *graph, struct pp_buffer *out)
{
    struct labels labels = {.out = out};
    if (!job->options->compact_labels)
        append_profile_labels(job, &labels);
    append_report_labels(job, graph, 0, &labels);
}

size_t pp_report_legend(const struct pp_report_job *job,
                        const struct pp_graph *graph, struct pp_buffer *out)
{
    struct labels labels = {.out = out};
    append_profile_labels(job, &labels);
    append_report_labels(job, graph, graph->dropped_edges, &labels);
    append_label(&labels,
                 "\nSee https://git.io/JfYMW for how to read the graph",
                 pp_slice_literal(""));
    return labels.first_end;
}

/* ---- the graph ---------------------------------------------------------- */

struct pp_graph_options pp_report_graph_options(const struct pp_report_job *job,
                                                enum pp_graph_edges edges)
{
    const struct pp_options *options = job->options;
    return (struct pp_graph_options){
        .nodes = {.trim_path = options->trim_path,
                  .source_path = options->source_path},
        .value_index = job->value_index,
        .mean = options->mean,
        .drop_negative = options->drop_negative,
        .node_fraction = options->nodefraction,
        .edge_fraction = options->edgefraction,
        .node_count = options->nodecount,
        .order = options->sort_cum ? PP_ORDER_CUM : PP_ORDER_FLAT,
        .edges = edges,
    };
}

struct pp_graph *pp_report_graph(const struct pp_report_job *job,
                                 enum pp_graph_edges edges)
{
    struct pp_graph_options options = pp_report_graph_options(job, edges);
    return pp_graph_new(job->arena, job->profile, &options);
}

/* ---- the output --------------------------------------------------------- */

int pp_report_drain(const struct pp_report_job *job, struct pp_error *err)
{
    enum { FULL_BYTES = 1 << 20 };
    const struct pp_report_output *output = job->output;
    if (output->out->failed)
        return pp_fail_memory(err);
    if (!output->drain || output->out->size < FULL_BYTES)
        return PP_OK;
    return output->drain(output->context, output->out, err);
}

void pp_report_warn(const struct pp_report_output *output, const char *format,
                    ...)
{
    char line[1000];
    va_list arguments;
    if (!output->warn)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    output->warn(output->context, line);
}
