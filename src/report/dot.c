/* -dot, and the reports that are pictures of it: a graph in the language of
 * Graphviz (ComposeDot of google/pprof's internal/graph).
 *
 * Invariant: byte for byte what google/pprof prints, but for quotes and
 * backslashes in tags, titles and files, which it lets end the string. */
#include "report/dot_tags.h"
#include "report/dot_text.h"
#include "report/format.h"
#include "report/table.h"

#include <inttypes.h>
#include <math.h>

/* What is drawn, and what each part of it looks up. */
struct drawing {
    const struct pp_report_job *job;
    const struct pp_graph *graph;
    struct pp_buffer *out;
    struct pp_slice title;
    double heaviest;   /* flat value, in magnitude */
    bool *has_callees; /* by node */
    bool *has_tags;
};

static int64_t magnitude(int64_t value)
{
    return value < 0 ? (int64_t) - (uint64_t)value : value;
}

static double share_of_total(const struct drawing *drawing, int64_t value)
{
    return (double)value / (double)magnitude(drawing->job->total);
}

/* ---- the legend --------------------------------------------------------- */

static struct pp_slice find_title(const struct pp_report_job *job)
{
    const struct pp_profile *profile = job->profile;
    if (job->options->title[0])
        return pp_slice_of(job->options->title);
    if (profile->mappings.count == 0)
        return (struct pp_slice){0};
    return pp_slice_base_name(
        pp_profile_text(profile, profile->mappings.items[0].filename));
}

static void print_start(const struct drawing *drawing)
{
    struct pp_buffer *out = drawing->out;
    pp_buffer_append_text(out, "digraph \"");
    pp_dot_append_lines(out, drawing->title.size ? drawing->title
                                                 : pp_slice_literal("unnamed"));
    pp_buffer_append_text(out, "\" {\n"
                               "node [style=filled fillcolor=\"#f8f8f8\"]\n");
}

static void print_legend(const struct drawing *drawing)
{
    struct pp_buffer *out = drawing->out;
    struct pp_buffer labels = {0};
    size_t first_size = pp_report_legend(drawing->job, drawing->graph, &labels);
    pp_buffer_append_text(out, "subgraph cluster_L { \"");
    pp_dot_append(out, (struct pp_slice){labels.data, first_size});
    pp_buffer_append_text(out, "\" [shape=box fontsize=16 label=\"");
    pp_dot_append(out, pp_buffer_slice(&labels));
    pp_buffer_append_char(out, '"');
    if (drawing->title.size) {
        pp_buffer_append_text(out, " tooltip=\"");
        pp_dot_append_lines(out, drawing->title);
        pp_buffer_append_char(out, '"');
    }
    pp_buffer_append_text(out, "] }\n");
    pp_buffer_release(&labels);
}

/* ---- nodes -------------------------------------------------------------- */

static double find_heaviest(const struct pp_graph *graph)
{
    double heaviest = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        double flat = (double)magnitude(pp_node_flat(graph->nodes[i]));
        if (i == 0 || flat > heaviest)
            heaviest = flat;
    }
    return heaviest;
}

/* "1.50s (42.50%)" */
static void append_share(const struct drawing *drawing, int64_t value)
{
    char space[32];
    struct pp_buffer percentage = pp_buffer_in(space);
    pp_unit_percentage(&percentage, value, drawing->job->total);
    pp_dot_append_value(drawing->job, drawing->out, value);
    pp_buffer_format(drawing->out, " (%s)",
                     percentage.data + strspn(percentage.data, " "));
    pp_buffer_release(&percentage);
}

static void append_values(const struct drawing *drawing, int64_t flat,
                          int64_t cum)
{
    if (flat)
        append_share(drawing, flat);
    else
        pp_buffer_append_char(drawing->out, '0');
    if (cum == flat)
        return;
    pp_buffer_append_text(drawing->out, flat ? "\\nof " : " of ");
    append_share(drawing, cum);
}

/* From 8 to 24, growing fast at first: small ones shall be told apart. Of a
 * value that has no magnitude it is what Go makes of no number. */
static int64_t font_size(const struct drawing *drawing, int64_t flat)
{
    double weight = (double)magnitude(flat);
    if (flat == 0 || drawing->heaviest == 0 || weight > drawing->heaviest)
        return 8;
    return 8 + pp_unit_truncate(ceil(16 * sqrt(weight / drawing->heaviest)));
}

static void print_node(const struct drawing *drawing, uint32_t index)
{
    struct pp_buffer *out = drawing->out;
    const struct pp_node *node = drawing->graph->nodes[index];
    int64_t flat = pp_node_flat(node);
    int64_t cum = pp_node_cum(node);
    pp_buffer_format(out, "N%u [label=\"", index + 1);
    pp_dot_append_name(out, node, drawing->job->arena);
    append_values(drawing, flat, cum);
    pp_buffer_format(
        out, "\" id=\"node%u\" fontsize=%" PRId64 " shape=box tooltip=\"",
        index + 1, font_size(drawing, flat));
    pp_dot_append(out, drawing->graph->names[index]);
    pp_buffer_append_text(out, " (");
    pp_dot_append_value(drawing->job, out, cum);
    pp_buffer_append_text(out, ")\" color=\"");
    pp_dot_append_color(out, share_of_total(drawing, cum), false);
    pp_buffer_append_text(out, "\" fillcolor=\"");
    pp_dot_append_color(out, share_of_total(drawing, cum), true);
    pp_buffer_append_text(out, "\"]\n");
}

static void find_callees(const struct drawing *drawing)
{
    const struct pp_graph *graph = drawing->graph;
    for (uint32_t i = 0; i < graph->edges.count; i++)
        drawing->has_callees[graph->edges.items[i].source] = true;
}

/* ---- edges -------------------------------------------------------------- */

/* 1 and up to `steps` more. */
static int thickness(const struct drawing *drawing, int64_t value, int steps)
{
    int64_t scaled = (int64_t)((uint64_t)value * (uint64_t)steps);
    int64_t share = magnitude(pp_mean(scaled, drawing->job->total));
    return 1 + (int)(share < steps ? share : steps);
}

static void append_weight(const struct drawing *drawing, int64_t value)
{
    struct pp_buffer *out = drawing->out;
    if (drawing->job->total == 0)
        return;
    int weight = thickness(drawing, value, 100);
    int width = thickness(drawing, value, 5);
    if (weight > 1)
        pp_buffer_format(out, " weight=%d", weight);
    if (width > 1)
        pp_buffer_format(out, " penwidth=%d", width);
    pp_buffer_append_text(out, " color=\"");
    pp_dot_append_color(out, share_of_total(drawing, value), false);
    pp_buffer_append_char(out, '"');
}

static void append_tooltip(const struct drawing *drawing, const char *key,
                           const struct pp_edge *edge, int64_t value)
{
    struct pp_buffer *out = drawing->out;
    pp_buffer_format(out, " %s=\"", key);
    pp_dot_append(out, drawing->graph->names[edge->source]);
    pp_buffer_append_text(out, edge->residual ? " ... " : " -> ");
    pp_dot_append(out, drawing->graph->names[edge->target]);
    pp_buffer_append_text(out, " (");
    pp_dot_append_value(drawing->job, out, value);
    pp_buffer_append_text(out, ")\"");
}

/* Shadows are not drawn: edges to them go to N0, as the reference has it. */
static uint32_t drawn_number(const struct drawing *drawing, uint32_t place)
{
    return place < drawing->graph->node_count ? place + 1 : 0;
}

static void print_edge(const struct drawing *drawing,
                       const struct pp_edge *edge)
{
    struct pp_buffer *out = drawing->out;
    int64_t value = pp_mean(edge->weight, edge->weight_divisor);
    pp_buffer_format(out, "N%u -> N%u [label=\" ",
                     drawn_number(drawing, edge->source),
                     drawn_number(drawing, edge->target));
    pp_dot_append_value(drawing->job, out, value);
    pp_buffer_append_text(out, edge->is_inline ? "\\n (inline)\"" : "\"");
    append_weight(drawing, value);
    append_tooltip(drawing, "tooltip", edge, value);
    append_tooltip(drawing, "labeltooltip", edge, value);
    if (edge->residual)
        pp_buffer_append_text(out, " style=\"dotted\"");
    /* Callees stand further off, to make room for the tags. */
    if (drawing->has_tags[edge->source])
        pp_buffer_append_text(out, " minlen=2");
    pp_buffer_append_text(out, "]\n");
}

/* ---- the whole ---------------------------------------------------------- */

static void print_graph(const struct drawing *drawing)
{
    const struct pp_graph *graph = drawing->graph;
    print_start(drawing);
    print_legend(drawing);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        print_node(drawing, i);
        drawing->has_tags[i] =
            pp_dot_print_tags(drawing->job, graph, i, !drawing->has_callees[i]);
    }
    for (uint32_t i = 0; i < graph->edges.count; i++)
        if (graph->edges.items[i].source < graph->node_count)
            print_edge(drawing, &graph->edges.items[i]);
    pp_buffer_append_text(drawing->out, "}\n");
}

static const struct pp_graph *make_graph(const struct pp_report_job *job)
{
    struct pp_graph_options options =
        pp_report_graph_options(job, PP_EDGES_ALL);
    options.order = PP_ORDER_PICTURE;
    options.call_tree = job->options->call_tree;
    options.tags.wanted = true;
    options.tags.unit = job->out_unit;
    return pp_graph_new(job->arena, job->profile, &options);
}

int pp_report_print_dot(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_graph *graph = make_graph(job);
    uint32_t place_count = graph->node_count + graph->shadow_count;
    pp_report_choose_unit(job, graph);
    struct drawing drawing = {
        .job = job,
        .graph = graph,
        .out = job->output->out,
        .title = find_title(job),
        .heaviest = find_heaviest(graph),
        .has_callees = pp_arena_alloc(job->arena, place_count),
        .has_tags = pp_arena_alloc(job->arena, place_count),
    };
    find_callees(&drawing);
    print_graph(&drawing);
    return drawing.out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_dot = {
    .name = "dot",
    .description = "Outputs a graph in DOT format",
    .suffix = "dot",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_gif = {
    .name = "gif",
    .description = "Outputs a graph image in GIF format",
    .suffix = "gif",
    .binary = true,
    .picture = "gif",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_pdf = {
    .name = "pdf",
    .description = "Outputs a graph in PDF format",
    .suffix = "pdf",
    .binary = true,
    .picture = "pdf",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_png = {
    .name = "png",
    .description = "Outputs a graph image in PNG format",
    .suffix = "png",
    .binary = true,
    .picture = "png",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_ps = {
    .name = "ps",
    .description = "Outputs a graph in PS format",
    .suffix = "ps",
    .binary = true,
    .picture = "ps",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_svg = {
    .name = "svg",
    .description = "Outputs a graph in SVG format",
    .suffix = "svg",
    .binary = true,
    .picture = "svg",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_web = {
    .name = "web",
    .description = "Visualize graph through web browser",
    .suffix = "svg",
    .picture = "svg",
    .viewer = "web",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_eog = {
    .name = "eog",
    .description = "Visualize graph through eog",
    .suffix = "svg",
    .picture = "svg",
    .viewer = "eog",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_evince = {
    .name = "evince",
    .description = "Visualize graph through evince",
    .suffix = "pdf",
    .picture = "pdf",
    .viewer = "evince",
    .print = pp_report_print_dot,
};

const struct pp_report pp_report_gv = {
    .name = "gv",
    .description = "Visualize graph through gv",
    .suffix = "ps",
    .picture = "ps",
    .viewer = "gv",
    .print = pp_report_print_dot,
};
