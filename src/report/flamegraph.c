/* -flamegraph: one interactive SVG, root at the bottom.
 *
 * Behaviour, element ids and keys are those that users of flamegraph.pl know
 * by heart; the picture stands without its script too (web/flamegraph.js,
 * embedded whole), which reads all it needs out of it.
 *
 * Invariants: boxes stand in pre-order, each as <g><title/><rect/><text/></g>
 * of #frames. Text out of the profile is only ever escaped element content: it
 * is never part of an attribute, a style or the script. The names of frames are
 * short before anything is drawn (flamegraph_label.c), so that a box costs
 * what it shows. The file stays below SIZE_MAX_BYTES, by drawing fewer
 * boxes. */
#include "report/flamegraph_label.h"
#include "report/flamegraph_style.h"
#include "report/format.h"

#include <math.h>
#include <stdio.h>

/* web/flamegraph.js, as web/meson.build embeds it. */
extern const char pp_web_flamegraph_js[];
extern const size_t pp_web_flamegraph_js_size;

enum {
    WIDTH = 1200,
    PAD = 10, /* left and right of the boxes */
    ROW = 16, /* from one row to the next */
    TOP = 66, /* where the boxes start */
    BOTTOM = 36,
    INSET = 3, /* of a text in its box */
    BOXES_MAX = 5000,
    SIZE_MAX_BYTES = 1000 * 1000,
};

/* Of the monospaced fonts that the style asks for: 0.6 em. */
static const double cell_width = 7.22;

struct picture {
    const struct pp_report_job *job;
    const struct pp_flame *tree;
    struct pp_buffer *out;
    double *left; /* of each box, as a part of the whole */
};

/* ---- text out of the profile -------------------------------------------- */

/* Of a text that may be long: a title, a unit. */
static void append_short(const struct picture *p, struct pp_slice name)
{
    pp_buffer_append_escaped_xml(p->out,
                                 pp_flamegraph_name(p->job->arena, name));
}

static struct pp_slice name_of(const struct pp_flame *tree, uint32_t node)
{
    uint32_t frame = tree->nodes[node].frame;
    return frame == PP_NONE ? pp_slice_literal("all")
                            : tree->frames[frame].name;
}

static void append_label(const struct picture *p, uint32_t node, unsigned cells)
{
    struct pp_flamegraph_label label =
        pp_flamegraph_label(name_of(p->tree, node), cells);
    pp_buffer_append_escaped_xml(p->out, label.text);
    if (label.is_cut)
        pp_buffer_append_text(p->out, "..");
}

/* ---- values ------------------------------------------------------------- */

static void append_percentage(struct pp_buffer *out, int64_t value,
                              int64_t total)
{
    double part = total ? fabs((double)value / (double)total) : 0;
    pp_buffer_format(out, "%.2f%%", part * 100);
}

/* A unit is text of the profile as well. */
static void append_value(const struct picture *p, int64_t value)
{
    struct pp_buffer label = {0};
    pp_report_value(p->job, &label, value);
    append_short(p, pp_buffer_slice(&label));
    pp_buffer_release(&label);
}

/* A length with up to four digits behind the point, and no zeros at the end:
 * the script zooms by these, so a tenth of a pixel is not enough. */
static void append_length(struct pp_buffer *out, double length)
{
    char text[40];
    int size = snprintf(text, sizeof text, "%.4f", length);
    while (size > 0 && text[size - 1] == '0')
        size--;
    if (size > 0 && text[size - 1] == '.')
        size--;
    pp_buffer_append(out, text, (size_t)size);
}

/* ---- above and below ---------------------------------------------------- */

static int height_of(const struct pp_flame *tree)
{
    return TOP + ROW * ((int)tree->depth_max + 1) + BOTTOM;
}

static void append_title(const struct picture *p)
{
    const struct pp_profile *profile = p->job->profile;
    struct pp_slice binary = pp_slice_literal("Flame Graph");
    if (p->job->options->title[0]) {
        append_short(p, pp_slice_of(p->job->options->title));
        return;
    }
    if (profile->mappings.count) {
        struct pp_slice file = pp_slice_base_name(
            pp_profile_text(profile, profile->mappings.items[0].filename));
        if (file.size)
            binary = file;
    }
    append_short(p, binary);
    if (p->job->type.size) {
        pp_buffer_append_text(p->out, ": ");
        append_short(p, p->job->type);
    }
}

/* "1.70s of 1.73s (98.27%) · 120 boxes too small to draw hold 0.31%" */
static void append_subtitle(const struct picture *p)
{
    const struct pp_flame *tree = p->tree;
    int64_t shown = tree->nodes[0].total, all = p->job->total;
    append_value(p, pp_flame_value(tree, 0));
    if (shown != all) {
        pp_buffer_append_text(p->out, " of ");
        append_value(p, all);
        pp_buffer_append_text(p->out, " (");
        append_percentage(p->out, shown, all);
        pp_buffer_append_char(p->out, ')');
    }
    if (p->job->profile->duration_nanos > 0) {
        pp_buffer_append_text(p->out, " in ");
        pp_unit_label(p->out, p->job->profile->duration_nanos,
                      pp_slice_literal("nanoseconds"),
                      pp_slice_literal("auto"));
    }
    if (tree->net)
        pp_buffer_append_text(p->out, " · red is more, blue is less");
    if (tree->left_out_count) {
        pp_buffer_format(p->out, " · %u boxes too small to draw hold ",
                         tree->left_out_count);
        append_percentage(p->out, tree->left_out_total, shown);
    }
}

static void append_header(const struct picture *p)
{
    pp_buffer_format(p->out,
                     "<g id=\"header\">"
                     "<rect class=\"bar\" width=\"100%%\" height=\"%d\"/>\n"
                     "<text id=\"title\" x=\"%d\" y=\"26\">",
                     TOP - 8, WIDTH / 2);
    append_title(p);
    pp_buffer_format(
        p->out, "</text>\n<text id=\"subtitle\" x=\"%d\" y=\"47\">", WIDTH / 2);
    append_subtitle(p);
    pp_buffer_format(
        p->out,
        "</text>\n"
        "<text id=\"unzoom\" x=\"%d\" y=\"26\" class=\"hide\" role=\"button\" "
        "tabindex=\"0\">Reset Zoom</text>\n"
        "<text id=\"search\" x=\"%d\" y=\"26\" role=\"button\" "
        "tabindex=\"0\">Search</text>\n"
        "<text id=\"ignorecase\" x=\"%d\" y=\"26\" role=\"button\" "
        "tabindex=\"0\" aria-pressed=\"false\">ic"
        "<title>Ignore case (Ctrl-I)</title></text></g>\n",
        PAD, WIDTH - PAD - 26, WIDTH - PAD);
}

static void append_footer(const struct picture *p)
{
    int height = height_of(p->tree);
    pp_buffer_format(
        p->out,
        "<g id=\"footer\"><rect class=\"bar\" y=\"%d\" width=\"100%%\" "
        "height=\"%d\"/>\n"
        "<text id=\"details\" x=\"%d\" y=\"%d\"> </text>\n"
        "<text id=\"matched\" x=\"%d\" y=\"%d\" role=\"status\"> </text></g>\n",
        height - BOTTOM + 4, BOTTOM - 4, PAD, height - 12, WIDTH - PAD,
        height - 12);
}

/* ---- boxes -------------------------------------------------------------- */

static double part_of_all(const struct pp_flame *tree, int64_t weight)
{
    int64_t all = tree->nodes[0].total;
    return all ? (double)weight / (double)all : 1;
}

/* Children stand at the left of their parent, side by side. */
static double *place_boxes(struct pp_arena *arena, const struct pp_flame *tree)
{
    double *left = pp_arena_array(arena, tree->node_count, sizeof *left);
    for (uint32_t i = 0; i < tree->node_count; i++) {
        double next = left[i];
        double end = left[i] + part_of_all(tree, tree->nodes[i].total);
        for (uint32_t c = i + 1; c < tree->nodes[i].end;
             c = tree->nodes[c].end) {
            left[c] = fmin(next, end);
            next += part_of_all(tree, tree->nodes[c].total);
        }
    }
    return left;
}

static void append_box_title(const struct picture *p, uint32_t node)
{
    int64_t value = pp_flame_value(p->tree, node);
    pp_buffer_append_escaped_xml(p->out, name_of(p->tree, node));
    pp_buffer_append_text(p->out, " (");
    append_value(p, value);
    pp_buffer_append_text(p->out, ", ");
    append_percentage(p->out, value, p->job->total);
    if (p->tree->nodes[node].inlined)
        pp_buffer_append_text(p->out, ", inlined");
    pp_buffer_append_char(p->out, ')');
}

static void append_box(const struct picture *p, uint32_t node)
{
    const struct pp_flame_node *box = &p->tree->nodes[node];
    int y = height_of(p->tree) - BOTTOM - ROW * ((int)box->depth + 1);
    double x = PAD + p->left[node] * (WIDTH - 2 * PAD);
    double width = part_of_all(p->tree, box->total) * (WIDTH - 2 * PAD);
    unsigned room =
        width > 2 * INSET ? (unsigned)((width - 2 * INSET) / cell_width) : 0;
    pp_buffer_append_text(p->out, "<g class=\"");
    pp_flamegraph_class(p->out, p->tree, node);
    pp_buffer_append_text(p->out, "\"><title>");
    append_box_title(p, node);
    pp_buffer_append_text(p->out, "</title><rect x=\"");
    append_length(p->out, x);
    pp_buffer_format(p->out, "\" y=\"%d\" width=\"", y);
    append_length(p->out, width);
    pp_buffer_format(p->out, "\" height=\"%d\"/>", ROW - 1);
    if (room >= 3) {
        pp_buffer_append_text(p->out, "<text x=\"");
        append_length(p->out, x + INSET);
        pp_buffer_format(p->out, "\" y=\"%d\">", y + ROW - 5);
        append_label(p, node, room);
        pp_buffer_append_text(p->out, "</text>");
    }
    pp_buffer_append_text(p->out, "</g>\n");
}

/* ---- the file ----------------------------------------------------------- */

static void append_picture(const struct picture *p)
{
    int height = height_of(p->tree);
    pp_buffer_format(p->out,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                     "version=\"1.1\" width=\"%d\" height=\"%d\" "
                     "viewBox=\"0 0 %d %d\" onload=\"init(evt)\">\n<title>",
                     WIDTH, height, WIDTH, height);
    append_title(p);
    pp_buffer_append_text(p->out, "</title>\n");
    pp_flamegraph_style(p->out);
    pp_buffer_append_text(p->out, "<script><![CDATA[\n");
    pp_buffer_append(p->out, pp_web_flamegraph_js, pp_web_flamegraph_js_size);
    pp_buffer_append_text(p->out, "]]></script>\n"
                                  "<rect id=\"background\" width=\"100%\" "
                                  "height=\"100%\"/>\n"
                                  "<g id=\"frames\" role=\"tree\" "
                                  "aria-labelledby=\"title\">\n");
    for (uint32_t i = 0; i < p->tree->node_count; i++)
        append_box(p, i);
    pp_buffer_append_text(p->out, "</g>\n");
    append_header(p);
    append_footer(p);
    pp_buffer_append_text(p->out, "</svg>\n");
}

/* Draw, and while that is too much draw fewer boxes: so many as should fit,
 * were all of the same size. */
static void draw_to_size(struct picture *p)
{
    int64_t wanted = p->job->options->nodecount;
    uint32_t boxes =
        wanted > 0 && wanted < BOXES_MAX ? (uint32_t)wanted : BOXES_MAX;
    const struct pp_flame *whole = p->tree;
    for (;;) {
        p->tree = pp_flame_prune(p->job->arena, whole, boxes);
        p->left = place_boxes(p->job->arena, p->tree);
        pp_buffer_clear(p->out);
        append_picture(p);
        if (p->out->size <= SIZE_MAX_BYTES || p->out->failed || boxes < 100)
            return;
        boxes = (uint32_t)(0.95 * p->tree->node_count * SIZE_MAX_BYTES /
                           (double)p->out->size);
    }
}

static struct pp_flame *new_tree(const struct pp_report_job *job)
{
    const struct pp_node_options names = {
        .trim_path = job->options->trim_path,
        .source_path = job->options->source_path,
    };
    struct pp_flame *tree =
        pp_flame_new(job->arena, job->profile, &names, job->value_index);
    for (uint32_t i = 0; i < tree->frame_count; i++)
        tree->frames[i].name =
            pp_flamegraph_name(job->arena, tree->frames[i].name);
    return tree;
}

static int print_flamegraph(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_buffer svg = {0};
    struct picture picture = {.job = job, .tree = new_tree(job), .out = &svg};
    draw_to_size(&picture);
    pp_buffer_append_slice(job->output->out, pp_buffer_slice(&svg));
    bool failed = svg.failed || job->output->out->failed;
    pp_buffer_release(&svg);
    return failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_flamegraph = {
    .name = "flamegraph",
    .description = "Outputs a flame graph as an interactive SVG",
    .suffix = "svg",
    .binary = true,
    .unlimited = true,
    .print = print_flamegraph,
};
