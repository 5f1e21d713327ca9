/* -md: the entries of -top as a Markdown table, to be pasted where people talk.
 *
 * Invariant: whatever a text of the profile holds, it shows as it is and ends
 * where it should. The lines on top stand in a fence that none of them can
 * close. A name is a span of code, in which nothing has a meaning; what could
 * end that, or the cell, makes it code in HTML instead, all of its punctuation
 * as entities. Characters that do something where they are shown are replaced.
 */
#include "report/format.h"
#include "report/inlining.h"
#include "report/table.h"

static const char heading[] =
    "|       flat |  flat% |   sum% |        cum |   cum% | name |\n"
    "|-----------:|-------:|-------:|-----------:|-------:|:-----|\n";

/* ---- texts -------------------------------------------------------------- */

static bool is_punctuation(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') ||
           (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/* Append the first character of the text, or what stands for it, on one line,
 * and take it off. entities: punctuation too, but what numbers are made of. */
static void append_character(struct pp_buffer *out, struct pp_slice *text,
                             bool entities)
{
    struct pp_character first = pp_utf8_first(*text);
    char c = *text->data;
    if (!first.is_valid || pp_utf8_is_harmful(first.point) || c == '\n' ||
        c == '\t')
        pp_buffer_append_text(out, PP_UTF8_REPLACEMENT);
    else if (entities && is_punctuation(c) && !strchr(".%-", c))
        pp_buffer_format(out, "&#%d;", c);
    else
        pp_buffer_append(out, text->data, first.size);
    text->data += first.size;
    text->size -= first.size;
}

static void append_line(struct pp_buffer *out, struct pp_slice text,
                        bool entities)
{
    while (text.size)
        append_character(out, &text, entities);
}

static void append_code(struct pp_buffer *out, struct pp_slice name)
{
    bool is_plain = !memchr(name.data, '`', name.size) &&
                    !memchr(name.data, '|', name.size);
    pp_buffer_append_text(out, is_plain ? "`" : "<code>");
    append_line(out, name, !is_plain);
    pp_buffer_append_text(out, is_plain ? "`" : "</code>");
}

/* ---- the lines on top --------------------------------------------------- */

static size_t longest_run(struct pp_slice text, char c)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.size; i++) {
        run = text.data[i] == c ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest;
}

static void append_fence(struct pp_buffer *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        pp_buffer_append_char(out, '`');
    pp_buffer_append_char(out, '\n');
}

static void append_fenced(struct pp_buffer *out, struct pp_slice lines)
{
    enum { SHORTEST = 3 };
    size_t run = longest_run(lines, '`');
    size_t size = run < SHORTEST ? SHORTEST : run + 1;
    append_fence(out, size);
    while (lines.size)
        if (*lines.data == '\n') {
            pp_buffer_append_char(out, '\n');
            lines.data++;
            lines.size--;
        } else {
            append_character(out, &lines, false);
        }
    append_fence(out, size);
}

/* ---- the table ---------------------------------------------------------- */

/* Units come from the profile. */
static void append_value(const struct pp_report_job *job, struct pp_buffer *out,
                         int64_t value)
{
    enum { WIDTH = 10 };
    char space[64];
    struct pp_buffer label = pp_buffer_in(space);
    pp_report_value_column(job, &label, value, WIDTH);
    append_line(out, pp_buffer_slice(&label), true);
    pp_buffer_append_text(out, " | ");
    pp_buffer_release(&label);
}

static void append_percentage(const struct pp_report_job *job,
                              struct pp_buffer *out, int64_t value)
{
    pp_unit_percentage(out, value, job->total);
    pp_buffer_append_text(out, " | ");
}

static void append_row(const struct pp_report_job *job, struct pp_buffer *out,
                       const struct pp_node *node, int64_t sum)
{
    pp_buffer_append_text(out, "| ");
    append_value(job, out, pp_node_flat(node));
    append_percentage(job, out, pp_node_flat(node));
    append_percentage(job, out, sum);
    append_value(job, out, pp_node_cum(node));
    append_percentage(job, out, pp_node_cum(node));
}

static void append_table(const struct pp_report_job *job, struct pp_buffer *out,
                         const struct pp_graph *graph)
{
    const char *const *suffixes = pp_report_inline_suffixes(job->arena, graph);
    uint64_t sum = 0;
    pp_buffer_append_text(out, heading);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        sum += (uint64_t)pp_node_flat(graph->nodes[i]);
        append_row(job, out, graph->nodes[i], (int64_t)sum);
        append_code(out, graph->names[i]);
        pp_buffer_append_text(out, suffixes[i]);
        pp_buffer_append_text(out, " |\n");
    }
}

static int print_markdown(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_buffer *out = job->output->out;
    struct pp_buffer labels = {0};
    const struct pp_graph *graph = pp_report_graph(job, PP_EDGES_INLINED);
    pp_report_choose_unit(job, graph);
    pp_report_labels(job, graph, &labels);
    append_fenced(out, pp_buffer_slice(&labels));
    pp_buffer_append_char(out, '\n');
    append_table(job, out, graph);
    bool failed = out->failed || labels.failed;
    pp_buffer_release(&labels);
    return failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_md = {
    .name = "md",
    .description = "Outputs top entries as a Markdown table",
    .suffix = "md",
    .unlimited = true,
    .print = print_markdown,
};
