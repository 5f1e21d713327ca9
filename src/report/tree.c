/* -tree and -peek: each node between those that call it and those that it
 * calls (printTree of google/pprof's internal/report).
 *
 * Invariant: what a call costs is not divided with -mean, unlike what nodes
 * cost, and its percentage is of the node in the middle: so it is in the
 * reference. */
#include "report/format.h"
#include "report/regexp.h"
#include "report/table.h"

static const char rule[] = "--------------------------------------------------"
                           "--------+-------------\n";
static const char legend[] = "      flat  flat%   sum%        cum   cum%   "
                             "calls calls% + context \t \t \n";

static void append_percentage(struct pp_buffer *out, int64_t value,
                              int64_t total)
{
    pp_buffer_append_char(out, ' ');
    pp_unit_percentage(out, value, total);
}

static void append_weight(const struct pp_report_job *job,
                          struct pp_buffer *out, int64_t weight, int64_t cum)
{
    enum { WIDTH = 50 };
    pp_report_value_column(job, out, weight, WIDTH);
    append_percentage(out, weight, cum);
    pp_buffer_append_text(out, " |   ");
}

/* links: the calls into the node, or those out of it. They stand by weight, and
 * most weigh as much as the one before: its numbers are kept. */
static void append_calls(const struct pp_report_job *job, struct pp_buffer *out,
                         const struct pp_graph *graph,
                         const struct pp_links *links, uint32_t node)
{
    char space[128];
    struct pp_buffer numbers = pp_buffer_in(space);
    int64_t weight = 0;
    for (uint32_t i = links->starts[node]; i < links->starts[node + 1]; i++) {
        const struct pp_edge *edge = &graph->edges.items[links->edges[i]];
        uint32_t other = edge->source == node ? edge->target : edge->source;
        if (numbers.size == 0 || edge->weight != weight) {
            weight = edge->weight;
            pp_buffer_clear(&numbers);
            append_weight(job, &numbers, weight,
                          pp_node_cum(graph->nodes[node]));
        }
        pp_buffer_append_slice(out, pp_buffer_slice(&numbers));
        pp_buffer_append_slice(out, graph->names[other]);
        pp_buffer_append_text(out, edge->is_inline ? " (inline)\n" : "\n");
    }
    if (numbers.failed)
        out->failed = true;
    pp_buffer_release(&numbers);
}

static void append_node(const struct pp_report_job *job, struct pp_buffer *out,
                        const struct pp_node *node, struct pp_slice name,
                        int64_t sum)
{
    enum { WIDTH = 10 };
    int64_t flat = pp_node_flat(node);
    int64_t cum = pp_node_cum(node);
    pp_report_value_column(job, out, flat, WIDTH);
    append_percentage(out, flat, job->total);
    append_percentage(out, sum, job->total);
    pp_buffer_append_char(out, ' ');
    pp_report_value_column(job, out, cum, WIDTH);
    append_percentage(out, cum, job->total);
    pp_buffer_append_text(out, "                | ");
    pp_buffer_append_slice(out, name);
    pp_buffer_append_char(out, '\n');
}

/* A graph, and the calls into its nodes and out of them. */
struct tree {
    struct pp_graph *graph;
    struct pp_links callers, callees;
};

/* How many nodes it appends: those whose names match the pattern, if there is
 * one. Only they count for sum%. */
static uint32_t append_nodes(const struct pp_report_job *job,
                             struct pp_buffer *out, const struct tree *tree)
{
    const struct pp_graph *graph = tree->graph;
    uint32_t count = 0;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        if (job->pattern && !pp_regexp_matches(job->pattern, graph->names[i]))
            continue;
        count++;
        sum += (uint64_t)pp_node_flat(graph->nodes[i]);
        pp_buffer_append_text(out, rule);
        append_calls(job, out, graph, &tree->callers, i);
        append_node(job, out, graph->nodes[i], graph->names[i], (int64_t)sum);
        append_calls(job, out, graph, &tree->callees, i);
    }
    return count;
}

static bool matches(void *pattern, struct pp_slice name)
{
    return pp_regexp_matches(pattern, name);
}

/* Edges elsewhere than at the nodes that are printed are not looked for. */
static struct pp_graph *build_graph(const struct pp_report_job *job)
{
    struct pp_graph_options options = pp_report_graph_options(
        job, job->pattern ? PP_EDGES_MATCHING : PP_EDGES_ALL);
    options.matching.matches = matches;
    options.matching.context = job->pattern;
    return pp_graph_new(job->arena, job->profile, &options);
}

static int print_tree(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_buffer *out = job->output->out;
    struct tree tree = {.graph = build_graph(job)};
    pp_graph_sort_edges(tree.graph, job->arena, &tree.callers, &tree.callees);
    pp_report_choose_unit(job, tree.graph);
    pp_report_labels(job, tree.graph, out);
    pp_buffer_append_text(out, rule);
    pp_buffer_append_text(out, legend);
    uint32_t count = append_nodes(job, out, &tree);
    if (tree.graph->node_count > 0)
        pp_buffer_append_text(out, rule);
    if (out->failed)
        return pp_fail_memory(err);
    if (job->pattern && count == 0)
        return pp_fail(err, PP_E_USAGE, "no matches found for regexp: %s",
                       job->options->pattern);
    return PP_OK;
}

const struct pp_report pp_report_tree = {
    .name = "tree",
    .description = "Outputs a text rendering of call graph",
    .suffix = "txt",
    .print = print_tree,
};

const struct pp_report pp_report_peek = {
    .name = "peek",
    .description = "Output callers/callees of functions matching regexp",
    .suffix = "txt",
    .untrimmed = true,
    .takes_pattern = true,
    .print = print_tree,
};
