/* -flamegraph: one interactive SVG, root at the bottom.
 *
 * Behaviour, element ids and keys are those that users of flamegraph.pl know
 * by heart; the picture stands without its script too (web/flamegraph.js,
 * embedded whole), which reads all it needs out of it.
 *
 * Invariants: boxes stand in pre-order, each as <g><title/><rect/><text/></g>
 * of #frames. Text out of the profile only ever becomes element content, in
 * append_name: it is never part of an attribute, a style or the script. The
 * file stays below SIZE_MAX_BYTES, by drawing fewer boxes. */
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
    NAME_MAX_BYTES = 1000,
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

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: they turn the text
 * behind them around, and with it what we say of the frame. */
static bool is_direction_mark(const char *at, size_t size)
{
    const unsigned char *byte = (const unsigned char *)at;
    if (size < 3 || byte[0] != 0xe2)
        return false;
    return (byte[1] == 0x80 && (byte[2] == 0x8e || byte[2] == 0x8f ||
                                (byte[2] >= 0xaa && byte[2] <= 0xae))) ||
           (byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9);
}

static void append_harmless(struct pp_buffer *out, struct pp_slice text)
{
    size_t start = 0;
    for (size_t at = 0; at < text.size; at++) {
        if (!is_direction_mark(text.data + at, text.size - at))
            continue;
        pp_buffer_append_escaped_xml(
            out, (struct pp_slice){text.data + start, at - start});
        pp_buffer_append_text(out, "\xef\xbf\xbd");
        start = at + 3;
    }
    pp_buffer_append_escaped_xml(
        out, (struct pp_slice){text.data + start, text.size - start});
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* The name, without its middle if it is longer than anybody reads. */
static void append_name(struct pp_buffer *out, struct pp_slice name)
{
    if (name.size <= NAME_MAX_BYTES) {
        append_harmless(out, name);
        return;
    }
    size_t head = NAME_MAX_BYTES * 3 / 4, tail = name.size - NAME_MAX_BYTES / 4;
    while (head > 0 && is_continuation(name.data[head]))
        head--;
    while (tail < name.size && is_continuation(name.data[tail]))
        tail++;
    append_harmless(out, (struct pp_slice){name.data, head});
    pp_buffer_append_text(out, "…");
    append_harmless(out, (struct pp_slice){name.data + tail, name.size - tail});
}

static struct pp_slice name_of(const struct pp_flame *tree, uint32_t node)
{
    uint32_t frame = tree->nodes[node].frame;
    return frame == PP_NONE ? pp_slice_literal("all")
                            : tree->frames[frame].name;
}

/* Cells that the character starting here takes: East Asian ones and pictures
 * are wide, as far as the first byte tells. */
static unsigned cells_at(char c)
{
    unsigned char byte = (unsigned char)c;
    if (is_continuation(c))
        return 0;
    return (byte >= 0xe3 && byte <= 0xed) || byte >= 0xef ? 2 : 1;
}

/* How many bytes of the name can stand in so many cells. */
static size_t bytes_in_cells(struct pp_slice name, unsigned cells)
{
    size_t at = 0;
    for (; at < name.size; at++) {
        unsigned width = cells_at(name.data[at]);
        if (width > cells)
            break;
        cells -= width;
    }
    return at;
}

/* Where the part behind a '.' is no name of its own: what compilers append to
 * copies of functions, and Go to closures. */
static bool is_clone_suffix(struct pp_slice text)
{
    static const char *const words[] = {
        "isra", "part", "constprop", "", "cold", "lto_priv", "llvm", "func"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct pp_slice word = pp_slice_of(words[i]);
        if (!pp_slice_starts_with(text, word))
            continue;
        char next = text.size > word.size ? text.data[word.size] : '.';
        if (next == '.' || (next >= '0' && next <= '9'))
            return true;
    }
    return false;
}

/* The name without its first package, namespace or class; the same name if it
 * has none: "a/b.(*T).f", "b.(*T).f", "(*T).f", "f". What stands in brackets
 * or behind a space is not looked into. */
static struct pp_slice without_outermost(struct pp_slice name)
{
    unsigned depth = 0;
    for (size_t i = 0; i + 1 < name.size; i++) {
        struct pp_slice rest = {name.data + i + 1, name.size - i - 1};
        char c = name.data[i];
        if (c && strchr("(<[{", c))
            depth++;
        else if (c && depth && strchr(")>]}", c))
            depth--;
        else if (depth)
            continue;
        else if (c == ' ')
            break;
        else if (c == '/' || (c == '.' && !is_clone_suffix(rest)))
            return rest;
        else if (c == ':' && rest.data[0] == ':' && rest.size > 1)
            return (struct pp_slice){rest.data + 1, rest.size - 1};
    }
    return name;
}

static bool fits(struct pp_slice name, unsigned room)
{
    return bytes_in_cells(name, room) == name.size;
}

/* As much of the end of the name as fits; if even the last part of it does
 * not, the start of that, with "..". */
static void append_label(struct pp_buffer *out, struct pp_slice name,
                         unsigned room)
{
    struct pp_slice shorter = without_outermost(name);
    while (!fits(name, room) && shorter.size < name.size) {
        name = shorter;
        shorter = without_outermost(name);
    }
    if (fits(name, room)) {
        append_harmless(out, name);
        return;
    }
    name.size = bytes_in_cells(name, room - 2);
    append_harmless(out, name);
    pp_buffer_append_text(out, "..");
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
    append_harmless(p->out, pp_buffer_slice(&label));
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
        append_name(p->out, pp_slice_of(p->job->options->title));
        return;
    }
    if (profile->mappings.count) {
        struct pp_slice file = pp_slice_base_name(
            pp_profile_text(profile, profile->mappings.items[0].filename));
        if (file.size)
            binary = file;
    }
    append_name(p->out, binary);
    if (p->job->type.size) {
        pp_buffer_append_text(p->out, ": ");
        append_name(p->out, p->job->type);
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
    append_name(p->out, name_of(p->tree, node));
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
        append_label(p->out, name_of(p->tree, node), room);
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

static int print_flamegraph(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_node_options names = {
        .trim_path = job->options->trim_path,
        .source_path = job->options->source_path,
    };
    struct pp_buffer svg = {0};
    struct picture picture = {
        .job = job,
        .tree =
            pp_flame_new(job->arena, job->profile, &names, job->value_index),
        .out = &svg,
    };
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
