/* -traces: every sample with its labels and its stack, leaf first
 * (printTraces of google/pprof's internal/report).
 *
 * There is a line for each frame of each sample: gigabytes, for a large
 * profile. So the line of each node is made once, and printing is copying;
 * what is ready is given away between two samples. */
#include "report/format.h"
#include "report/labels.h"
#include "report/table.h"

#include <stdlib.h>

#define SEPARATOR                                                              \
    "-----------+-------------------------------------------------------\n"

enum { VALUE_WIDTH = 10 }; /* of the column in front of names, and of keys */

struct printer {
    const struct pp_report_job *job;
    struct pp_buffer *out;
    struct pp_nodes nodes;
    /* Of node i, without the value that may stand in front: as a function of
     * its own in lines[2 * i], inlined in the next. */
    struct pp_slice *lines;
    struct pp_labels labels;
    uint32_t *label_order; /* of one sample */
    struct pp_buffer text; /* its labels */
    struct {
        struct pp_slice *items; /* their lines */
        uint32_t count, capacity;
    } label_lines;
};

/* ---- frames ------------------------------------------------------------- */

static struct pp_slice node_line(const struct pp_report_job *job,
                                 const struct pp_node *node, bool inlined)
{
    struct pp_slice name = pp_node_name(node, job->arena);
    struct pp_slice end =
        inlined ? pp_slice_literal(" (inline)\n") : pp_slice_literal("\n");
    char space[512];
    struct pp_buffer line = pp_buffer_in(space);
    pp_buffer_format(&line, "%*s", VALUE_WIDTH, "");
    pp_buffer_append_text(&line, "   ");
    pp_buffer_append_slice(&line, name);
    pp_buffer_append_slice(&line, end);
    struct pp_slice copy = {pp_slice_copy(job->arena, pp_buffer_slice(&line)),
                            line.size};
    pp_buffer_release(&line);
    return copy;
}

/* Most nodes are seen in one of the two ways only. */
static void find_lines(struct printer *printer)
{
    const struct pp_nodes *nodes = &printer->nodes;
    const struct pp_report_job *job = printer->job;
    printer->lines = pp_arena_array(job->arena, 2 * (size_t)nodes->all.count,
                                    sizeof *printer->lines);
    for (uint32_t i = 0; i < job->profile->locations.count; i++)
        for (uint32_t k = nodes->starts[i]; k < nodes->starts[i + 1]; k++) {
            bool inlined = k + 1 < nodes->starts[i + 1];
            struct pp_slice *line =
                &printer->lines[2 * (size_t)nodes->frames[k] + inlined];
            if (!line->data)
                *line = node_line(job, &nodes->all.items[nodes->frames[k]],
                                  inlined);
        }
}

static void print_location(struct printer *printer, uint32_t location,
                           size_t skip)
{
    const struct pp_nodes *nodes = &printer->nodes;
    uint32_t end = nodes->starts[location + 1];
    for (uint32_t k = nodes->starts[location]; k < end; k++, skip = 0) {
        struct pp_slice line =
            printer->lines[2 * (size_t)nodes->frames[k] + (k + 1 < end)];
        pp_buffer_append(printer->out, line.data + skip, line.size - skip);
    }
}

/* The value stands in the blanks in front of the leaf. */
static void print_stack(struct printer *printer, uint32_t index)
{
    const struct pp_report_job *job = printer->job;
    const struct pp_sample *sample = &job->profile->samples.items[index];
    const uint32_t *stack = pp_sample_stack(job->profile, sample);
    const int64_t *values = pp_sample_values(job->profile, index);
    int64_t divisor = job->options->mean ? values[0] : 0;
    pp_report_value_column(job, printer->out,
                           pp_mean(values[job->value_index], divisor),
                           VALUE_WIDTH);
    for (uint32_t i = 0; i < sample->stack_depth; i++)
        print_location(printer, stack[i], i == 0 ? VALUE_WIDTH : 0);
}

/* ---- labels ------------------------------------------------------------- */

static uint32_t key_of(const struct printer *printer,
                       const struct pp_label *label)
{
    return printer->labels.number_of[label->key];
}

static void append_label_value(struct printer *printer,
                               const struct pp_label *label)
{
    if (label->string)
        pp_buffer_append_slice(
            &printer->text,
            pp_profile_text(printer->job->profile, label->string));
    else
        pp_unit_label(&printer->text, label->number,
                      printer->labels.units[key_of(printer, label)],
                      pp_slice_literal("auto"));
}

static void append_key(struct pp_buffer *out, struct pp_slice key)
{
    for (size_t i = pp_utf8_count(key); i < VALUE_WIDTH; i++)
        pp_buffer_append_char(out, ' ');
    pp_buffer_append_slice(out, key);
    pp_buffer_append_char(out, ':');
}

/* "       key:  v1 v2" of the first label and those behind it with its key,
 * texts or numbers. How many they are. */
static uint32_t append_label_line(struct printer *printer,
                                  const uint32_t *order, uint32_t count)
{
    const struct pp_label *all = printer->job->profile->labels.items;
    const struct pp_label *first = &all[order[0]];
    uint32_t taken = 0;
    append_key(&printer->text,
               pp_labels_text(&printer->labels, key_of(printer, first)));
    for (; taken < count; taken++) {
        const struct pp_label *label = &all[order[taken]];
        if (key_of(printer, label) != key_of(printer, first) ||
            !label->string != !first->string)
            break;
        pp_buffer_append_text(&printer->text, taken ? " " : "  ");
        append_label_value(printer, label);
    }
    pp_buffer_append_char(&printer->text, '\n');
    return taken;
}

static int compare_lines(const void *left, const void *right)
{
    return pp_slice_compare(*(const struct pp_slice *)left,
                            *(const struct pp_slice *)right);
}

/* Lines in the order of their bytes: shorter keys, which have more blanks in
 * front, come first. */
static void print_label_lines(struct printer *printer, const uint32_t *order,
                              uint32_t count)
{
    pp_buffer_clear(&printer->text);
    printer->label_lines.count = 0;
    for (uint32_t at = 0; at < count;) {
        size_t start = printer->text.size;
        at += append_label_line(printer, order + at, count - at);
        *pp_vector_add(printer->job->arena, &printer->label_lines) =
            (struct pp_slice){NULL, printer->text.size - start};
    }
    const char *data = printer->text.data;
    for (uint32_t i = 0; i < printer->label_lines.count; i++) {
        printer->label_lines.items[i].data = data;
        data += printer->label_lines.items[i].size;
    }
    if (printer->label_lines.count > 1)
        qsort(printer->label_lines.items, printer->label_lines.count,
              sizeof *printer->label_lines.items, compare_lines);
    for (uint32_t i = 0; i < printer->label_lines.count; i++)
        pp_buffer_append_slice(printer->out, printer->label_lines.items[i]);
}

/* Those with text, then the numbers. */
static void print_labels(struct printer *printer,
                         const struct pp_sample *sample)
{
    const struct pp_profile *profile = printer->job->profile;
    uint32_t *order = printer->label_order;
    uint32_t count = sample->label_count, texts = 0;
    if (count == 0)
        return;
    pp_sample_order_labels(profile, sample, order);
    while (texts < count && profile->labels.items[order[texts]].string)
        texts++;
    print_label_lines(printer, order, texts);
    print_label_lines(printer, order + texts, count - texts);
}

/* ---- the report --------------------------------------------------------- */

static int print_samples(struct printer *printer, struct pp_error *err)
{
    const struct pp_profile *profile = printer->job->profile;
    int status = PP_OK;
    for (uint32_t i = 0; i < profile->samples.count && status >= 0; i++) {
        if (profile->samples.items[i].stack_depth == 0)
            continue;
        pp_buffer_append_slice(printer->out, pp_slice_literal(SEPARATOR));
        print_labels(printer, &profile->samples.items[i]);
        print_stack(printer, i);
        status = pp_report_drain(printer->job, err);
    }
    pp_buffer_append_slice(printer->out, pp_slice_literal(SEPARATOR));
    return status;
}

static int print_traces(struct pp_report_job *job, struct pp_error *err)
{
    struct printer printer = {.job = job, .out = job->output->out};
    pp_nodes_find(&printer.nodes, job->arena, job->profile,
                  &(struct pp_node_options){.whole_paths = true});
    find_lines(&printer);
    pp_labels_find(&printer.labels, job->arena, job->profile);
    printer.label_order = pp_arena_array(
        job->arena, pp_profile_label_count_max(job->profile), sizeof(uint32_t));
    pp_report_profile_labels(job, printer.out);
    int status = print_samples(&printer, err);
    bool failed = printer.text.failed || printer.out->failed;
    pp_buffer_release(&printer.text);
    return status < 0 ? status : failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_traces = {
    .name = "traces",
    .description = "Outputs all profile samples in text form",
    .suffix = "txt",
    .print = print_traces,
};
