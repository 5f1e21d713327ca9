/* -json: the entries and calls of -tree, and the labels of -tags, for programs.
 *
 * Invariant: every member that the manual page pprof-json(5) names is there in
 * every report, whatever the profile lacks. Values are those of the samples, in
 * their unit, never rounded. What would break a reader changes the version. */
#include "report/format.h"
#include "report/json_writer.h"
#include "report/table.h"
#include "report/tag_tallies.h"

#include <stdlib.h>

/* ---- the profile -------------------------------------------------------- */

static struct pp_slice text(const struct pp_report_job *job, pp_string string)
{
    return pp_profile_text(job->profile, string);
}

static void write_profile(const struct pp_report_job *job,
                          struct pp_json_writer *writer)
{
    static const struct pp_mapping unknown = {0};
    const struct pp_profile *profile = job->profile;
    const struct pp_mapping *mapping =
        profile->mappings.count ? profile->mappings.items : &unknown;
    pp_json_open_object(writer, "profile");
    pp_json_add_text(writer, "file", text(job, mapping->filename));
    pp_json_add_text(writer, "build_id", text(job, mapping->build_id));
    pp_json_add_text(writer, "type", job->type);
    pp_json_add_text(writer, "unit", job->unit);
    pp_json_add_integer(writer, "time_ns", profile->time_nanos);
    pp_json_add_integer(writer, "duration_ns", profile->duration_nanos);
    pp_json_add_integer(writer, "total", job->total);
    pp_json_open_array(writer, "comments");
    for (uint32_t i = 0; i < profile->comments.count; i++)
        pp_json_text(writer, text(job, profile->comments.items[i]));
    pp_json_close_array(writer);
    pp_json_close_object(writer);
}

static void write_filters(const struct pp_options *options,
                          struct pp_json_writer *writer)
{
    const struct {
        const char *name, *value;
    } filters[] = {
        {"focus", options->focus},         {"ignore", options->ignore},
        {"hide", options->hide},           {"show", options->show},
        {"show_from", options->show_from}, {"prune_from", options->prune_from},
        {"tagfocus", options->tagfocus},   {"tagignore", options->tagignore},
        {"tagshow", options->tagshow},     {"taghide", options->taghide},
        {"tagroot", options->tagroot},     {"tagleaf", options->tagleaf},
    };
    pp_json_open_object(writer, "filters");
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (filters[i].value[0])
            pp_json_add_text(writer, filters[i].name,
                             pp_slice_of(filters[i].value));
    pp_json_close_object(writer);
}

/* ---- the graph ---------------------------------------------------------- */

/* By place: is it called, and inlined each time? */
static const bool *find_inlined(const struct pp_report_job *job,
                                const struct pp_graph *graph)
{
    uint32_t count = graph->node_count + graph->shadow_count;
    bool *inlined = pp_arena_alloc(job->arena, count);
    bool *called = pp_arena_alloc(job->arena, count);
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        inlined[edge->target] |= edge->is_inline;
        called[edge->target] |= !edge->is_inline;
    }
    for (uint32_t i = 0; i < count; i++)
        inlined[i] &= !called[i];
    return inlined;
}

static void write_node(const struct pp_report_job *job,
                       struct pp_json_writer *writer,
                       const struct pp_node *node, struct pp_slice name,
                       bool is_inline)
{
    int64_t flat = pp_node_flat(node);
    int64_t cum = pp_node_cum(node);
    pp_json_open_object(writer, NULL);
    pp_json_add_text(writer, "name", name);
    pp_json_add_text(writer, "function", node->name);
    pp_json_add_text(writer, "file", node->file);
    pp_json_add_integer(writer, "line", node->line);
    pp_json_add_integer(writer, "column", node->column);
    pp_json_add_address(writer, "address", node->address);
    pp_json_add_integer(writer, "flat", flat);
    pp_json_add_percentage(writer, "flat_percent", flat, job->total);
    pp_json_add_integer(writer, "cum", cum);
    pp_json_add_percentage(writer, "cum_percent", cum, job->total);
    pp_json_add_bool(writer, "inline", is_inline);
    pp_json_close_object(writer);
}

static void write_edge(const struct pp_report_job *job,
                       struct pp_json_writer *writer,
                       const struct pp_edge *edge)
{
    int64_t weight = pp_mean(edge->weight, edge->weight_divisor);
    pp_json_open_object(writer, NULL);
    pp_json_add_integer(writer, "source", edge->source);
    pp_json_add_integer(writer, "target", edge->target);
    pp_json_add_integer(writer, "weight", weight);
    pp_json_add_percentage(writer, "weight_percent", weight, job->total);
    pp_json_add_bool(writer, "residual", edge->residual);
    pp_json_add_bool(writer, "inline", edge->is_inline);
    pp_json_close_object(writer);
}

static void write_trimmed(const struct pp_graph *graph,
                          struct pp_json_writer *writer)
{
    uint32_t cut_off = graph->candidate_count - graph->node_count;
    pp_json_open_object(writer, "trimmed");
    pp_json_add_integer(writer, "nodes",
                        (int64_t)graph->dropped_nodes + cut_off);
    pp_json_add_integer(writer, "edges", graph->dropped_edges);
    pp_json_close_object(writer);
}

/* Edges that touch a shadow stay out: it is not among the nodes. */
static void write_graph(const struct pp_report_job *job,
                        struct pp_json_writer *writer)
{
    struct pp_graph *graph = pp_report_graph(job, PP_EDGES_ALL);
    const bool *inlined = find_inlined(job, graph);
    pp_graph_sort_edges(graph, job->arena, NULL, NULL);
    write_trimmed(graph, writer);
    pp_json_open_array(writer, "nodes");
    for (uint32_t i = 0; i < graph->node_count; i++)
        write_node(job, writer, graph->nodes[i], graph->names[i], inlined[i]);
    pp_json_close_array(writer);
    pp_json_open_array(writer, "edges");
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        if (edge->source < graph->node_count &&
            edge->target < graph->node_count)
            write_edge(job, writer, edge);
    }
    pp_json_close_array(writer);
}

/* ---- labels ------------------------------------------------------------- */

/* Texts before numbers. */
static int compare_values(const struct pp_labels *labels,
                          const struct pp_tag_tally *a,
                          const struct pp_tag_tally *b)
{
    if (a->text != PP_NONE && b->text != PP_NONE)
        return pp_slice_compare(pp_labels_text(labels, a->text),
                                pp_labels_text(labels, b->text));
    if (a->text != b->text)
        return a->text == PP_NONE ? 1 : -1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* By key; then the largest first. */
static int compare_tallies(const void *left, const void *right, void *labels)
{
    const struct pp_tag_tally *a = left;
    const struct pp_tag_tally *b = right;
    int64_t weight_a = pp_mean(a->sum, a->divisor);
    int64_t weight_b = pp_mean(b->sum, b->divisor);
    if (a->key != b->key)
        return pp_slice_compare(pp_labels_text(labels, a->key),
                                pp_labels_text(labels, b->key));
    if (weight_a != weight_b)
        return weight_a > weight_b ? -1 : 1;
    return compare_values(labels, a, b);
}

static void write_tag(const struct pp_report_job *job,
                      struct pp_json_writer *writer,
                      const struct pp_labels *labels,
                      const struct pp_tag_tally *tally)
{
    int64_t weight = pp_mean(tally->sum, tally->divisor);
    pp_json_open_object(writer, NULL);
    if (tally->text != PP_NONE) {
        pp_json_add_text(writer, "text", pp_labels_text(labels, tally->text));
    } else {
        pp_json_add_integer(writer, "number", tally->number);
        pp_json_add_text(writer, "unit", labels->units[tally->key]);
    }
    pp_json_add_integer(writer, "weight", weight);
    pp_json_add_percentage(writer, "weight_percent", weight, job->total);
    pp_json_close_object(writer);
}

static void write_tags(const struct pp_report_job *job,
                       struct pp_json_writer *writer)
{
    struct pp_labels labels;
    struct pp_tag_tallies tallies = {0};
    pp_labels_find(&labels, job->arena, job->profile);
    pp_tag_tallies_of_samples(&tallies, job, &labels);
    const struct pp_tag_tally *all = tallies.all.items;
    uint32_t count = tallies.all.count;
    if (count)
        qsort_r(tallies.all.items, count, sizeof *all, compare_tallies,
                &labels);
    pp_json_open_object(writer, "tags");
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || all[i].key != all[i - 1].key) {
            pp_json_text(writer, pp_labels_text(&labels, all[i].key));
            pp_json_open_array(writer, NULL);
        }
        write_tag(job, writer, &labels, &all[i]);
        if (i + 1 == count || all[i].key != all[i + 1].key)
            pp_json_close_array(writer);
    }
    pp_json_close_object(writer);
}

/* ---- the whole ---------------------------------------------------------- */

static int print_json(struct pp_report_job *job, struct pp_error *err)
{
    enum { VERSION = 1 };
    struct pp_json_writer writer;
    if (pp_json_writer_init(&writer, job->output->out, PP_JSON_INDENTED) < 0)
        return pp_fail_memory(err);
    pp_json_open_object(&writer, NULL);
    pp_json_add_integer(&writer, "version", VERSION);
    write_profile(job, &writer);
    write_filters(job->options, &writer);
    write_graph(job, &writer);
    write_tags(job, &writer);
    pp_json_close_object(&writer);
    pp_json_writer_release(&writer);
    return job->output->out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_json = {
    .name = "json",
    .description = "Outputs entries, calls and tags as JSON",
    .suffix = "json",
    .print = print_json,
};
