/* -list: the source of the functions that an expression matches, with what each
 * line took in front of it (printSource of google/pprof's internal/report).
 *
 * From a file's function the lines shown reach from its first line, or a few
 * before its first sample where that is unknown, to a few behind its last
 * sample. The reference forgets that end where one function has several first
 * lines. Sums of lines may be more than the function's: it counts once for each
 * of its lines. With -mean they are not divided, unlike the total: so it is in
 * the reference. */
#include "report/format.h"
#include "report/regexp.h"
#include "report/source_file.h"
#include "report/table.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    MARGIN = 5, /* lines in front of the first sample, and behind the last */
    VALUE_WIDTH = 10,
};

/* Nodes of one function, or of one file of it, side by side: by file, by
 * line. */
struct group {
    const struct pp_node **nodes;
    uint32_t count;
};

struct printer {
    struct pp_report_job *job;
    struct pp_buffer *out;
    struct pp_source_files *files;
};

/* ---- choosing ----------------------------------------------------------- */

static int compare_nodes(const void *left, const void *right)
{
    const struct pp_node *a = *(const struct pp_node *const *)left;
    const struct pp_node *b = *(const struct pp_node *const *)right;
    int order = pp_slice_compare(a->name, b->name);
    if (!order)
        order = pp_slice_compare(a->file, b->file);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

static struct group find_nodes(const struct pp_report_job *job)
{
    const struct pp_graph_options options =
        pp_report_graph_options(job, PP_EDGES_NONE);
    struct pp_node_options node_options = options.nodes;
    struct pp_nodes nodes;
    node_options.object_names = true;
    pp_nodes_find(&nodes, job->arena, job->profile, &node_options);
    pp_nodes_weigh(&nodes, job->arena, job->profile, options.value_index,
                   options.mean);
    struct group all = {
        pp_arena_array(job->arena, nodes.all.count, sizeof *all.nodes), 0};
    for (uint32_t i = 0; i < nodes.all.count; i++) {
        const struct pp_node *node = &nodes.all.items[i];
        if (pp_is_candidate(node->flat, node->cum, options.drop_negative))
            all.nodes[all.count++] = node;
    }
    if (all.count)
        qsort(all.nodes, all.count, sizeof *all.nodes, compare_nodes);
    return all;
}

/* Take the nodes at the front off that have the first one's name; and, with
 * by_file, its file. */
static struct group take_group(struct group *rest, bool by_file)
{
    struct group group = {rest->nodes, 0};
    const struct pp_node *first = rest->nodes[0];
    while (group.count < rest->count) {
        const struct pp_node *node = group.nodes[group.count];
        if (!pp_slice_equal(node->name, first->name) ||
            (by_file && !pp_slice_equal(node->file, first->file)))
            break;
        group.count++;
    }
    rest->nodes += group.count;
    rest->count -= group.count;
    return group;
}

/* ---- lines -------------------------------------------------------------- */

/* Line numbers come from outside, and wrap around as Go's do. */
static int64_t shift(int64_t line, int64_t by)
{
    return (int64_t)((uint64_t)line + (uint64_t)by);
}

static int64_t first_line(const struct group *group)
{
    int64_t first = INT64_MAX;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct pp_node *node = group->nodes[i];
        int64_t start =
            node->start_line ? node->start_line : shift(node->line, -MARGIN);
        if (start < first)
            first = start;
    }
    return first < 1 ? 1 : first;
}

static int64_t last_line(const struct group *group)
{
    return shift(group->nodes[group->count - 1]->line, MARGIN);
}

static int64_t flat_of(const struct group *group)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < group->count; i++)
        sum += (uint64_t)group->nodes[i]->flat;
    return (int64_t)sum;
}

static int64_t cum_of(const struct group *group)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < group->count; i++)
        sum += (uint64_t)group->nodes[i]->cum;
    return (int64_t)sum;
}

/* The nodes at a line, of those that were not yet printed. */
static struct group take_line(struct group *rest, int64_t line)
{
    while (rest->count && rest->nodes[0]->line < line) {
        rest->nodes++;
        rest->count--;
    }
    struct group group = {rest->nodes, 0};
    while (group.count < rest->count && group.nodes[group.count]->line == line)
        group.count++;
    return group;
}

static void print_lines(const struct printer *printer,
                        const struct group *group,
                        const struct pp_source_file *file)
{
    struct group rest = *group;
    int64_t last = last_line(group);
    if (last > file->line_count)
        last = file->line_count;
    for (int64_t line = first_line(group); line <= last; line++) {
        struct group nodes = take_line(&rest, line);
        pp_report_value_or_dot(printer->job, printer->out, flat_of(&nodes),
                               VALUE_WIDTH);
        pp_buffer_append_char(printer->out, ' ');
        pp_report_value_or_dot(printer->job, printer->out, cum_of(&nodes),
                               VALUE_WIDTH);
        pp_buffer_format(printer->out, " %6" PRId64 ":", line);
        pp_buffer_append_slice(printer->out,
                               pp_source_file_line(file, (uint32_t)line));
        pp_buffer_append_char(printer->out, '\n');
    }
}

/* ---- functions ---------------------------------------------------------- */

static void print_header(const struct printer *printer,
                         const struct group *group)
{
    struct pp_buffer *out = printer->out;
    pp_buffer_append_text(out, "ROUTINE ======================== ");
    pp_buffer_append_slice(out, group->nodes[0]->name);
    pp_buffer_append_text(out, " in ");
    pp_buffer_append_slice(out, group->nodes[0]->file);
    pp_buffer_append_char(out, '\n');
    pp_report_flat_cum(printer->job, out, flat_of(group), cum_of(group));
}

/* Of a function whose samples are far above its first line there is nothing to
 * show: the file is not looked for, but what is known to be wrong with it is
 * told again. */
static void print_file(const struct printer *printer, const struct group *group)
{
    bool is_wanted = first_line(group) <= last_line(group);
    const struct pp_source_file *file =
        pp_source_files_find(printer->files, group->nodes[0]->file, is_wanted);
    print_header(printer, group);
    if (file->error)
        pp_buffer_format(printer->out, " Error: %s\n", file->error);
    else if (is_wanted)
        print_lines(printer, group, file);
}

/* Nodes without a file stand in front. */
static void print_function(const struct printer *printer, struct group function)
{
    struct pp_slice name = function.nodes[0]->name;
    if (function.nodes[0]->file.size == 0)
        take_group(&function, true);
    if (function.count == 0) {
        pp_buffer_append_text(printer->out, "No source information for ");
        pp_buffer_append_slice(printer->out, name);
        pp_buffer_append_char(printer->out, '\n');
    }
    while (function.count) {
        struct group group = take_group(&function, true);
        print_file(printer, &group);
    }
}

/* How many functions match. */
static uint32_t print_functions(const struct printer *printer, struct group all)
{
    uint32_t matched = 0;
    while (all.count) {
        struct group function = take_group(&all, false);
        if (!pp_regexp_matches(printer->job->pattern, function.nodes[0]->name))
            continue;
        print_function(printer, function);
        matched++;
    }
    return matched;
}

static int print_list(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_options *options = job->options;
    struct pp_buffer *out = job->output->out;
    struct printer printer = {
        .job = job,
        .out = out,
        .files = pp_source_files_new(job->arena, options->source_path,
                                     options->trim_path, err),
    };
    if (!printer.files)
        return err->status;
    pp_buffer_append_text(out, "Total: ");
    pp_report_value(job, out, job->total);
    pp_buffer_append_char(out, '\n');
    uint32_t matched = print_functions(&printer, find_nodes(job));
    pp_source_files_warn(printer.files, job->output);
    pp_source_files_free(printer.files);
    if (!matched)
        return pp_fail(err, PP_E_USAGE, "no matches found for regexp: %s",
                       options->pattern);
    return out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_list = {
    .name = "list",
    .description = "Output annotated source for functions matching regexp",
    .suffix = "txt",
    .untrimmed = true,
    .granularity = PP_GRANULARITY_LINES,
    .takes_pattern = true,
    .print = print_list,
};
