/* -top and -text: the heaviest nodes, one a line (printText of google/pprof's
 * internal/report). */
#include "report/format.h"
#include "report/inlining.h"
#include "report/table.h"

static void append_percentage(const struct pp_report_job *job,
                              struct pp_buffer *out, int64_t value)
{
    pp_buffer_append_char(out, ' ');
    pp_unit_percentage(out, value, job->total);
}

static void append_row(const struct pp_report_job *job, struct pp_buffer *out,
                       const struct pp_node *node, int64_t sum)
{
    enum { WIDTH = 10 };
    pp_report_value_column(job, out, pp_node_flat(node), WIDTH);
    append_percentage(job, out, pp_node_flat(node));
    append_percentage(job, out, sum);
    pp_buffer_append_char(out, ' ');
    pp_report_value_column(job, out, pp_node_cum(node), WIDTH);
    append_percentage(job, out, pp_node_cum(node));
    pp_buffer_append_text(out, "  ");
}

static int print_top(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_buffer *out = job->output->out;
    const struct pp_graph *graph = pp_report_graph(job, PP_EDGES_INLINED);
    const char *const *suffixes = pp_report_inline_suffixes(job->arena, graph);
    uint64_t sum = 0;
    pp_report_choose_unit(job, graph);
    pp_report_labels(job, graph, out);
    pp_buffer_append_text(out, "      flat  flat%   sum%        cum   cum%\n");
    for (uint32_t i = 0; i < graph->node_count; i++) {
        sum += (uint64_t)pp_node_flat(graph->nodes[i]);
        append_row(job, out, graph->nodes[i], (int64_t)sum);
        pp_buffer_append_slice(out, graph->names[i]);
        pp_buffer_append_text(out, suffixes[i]);
        pp_buffer_append_char(out, '\n');
    }
    return out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_top = {
    .name = "top",
    .description = "Outputs top entries in text form",
    .suffix = "txt",
    .unlimited = true,
    .print = print_top,
};

const struct pp_report pp_report_text = {
    .name = "text",
    .description = "Outputs top entries in text form",
    .suffix = "txt",
    .unlimited = true,
    .print = print_top,
};
