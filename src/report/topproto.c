/* -topproto: the entries of -top as a profile of their own, one sample and one
 * location each (printTopProto of google/pprof's internal/report).
 *
 * Invariant: functions are told apart by name, file and first line, and stand
 * in the order in which the entries name them. Values are whole numbers of the
 * unit that -top prints in. */
#include "report/format.h"
#include "report/table.h"
#include "wire/wire.h"

struct builder {
    const struct pp_report_job *job;
    struct pp_profile *profile;
    struct pp_table table; /* from functions' texts to functions */
};

static int64_t scale(const struct pp_report_job *job, int64_t value)
{
    struct pp_slice unit;
    return pp_unit_truncate(
        pp_unit_scale(value, job->unit, job->out_unit, &unit));
}

static bool is_function_of(const struct pp_profile *profile, uint32_t index,
                           const struct pp_node *node)
{
    const struct pp_function *function = &profile->functions.items[index];
    return function->start_line == node->start_line &&
           pp_slice_equal(pp_profile_text(profile, function->name),
                          node->name) &&
           pp_slice_equal(pp_profile_text(profile, function->filename),
                          node->file);
}

static uint32_t find_or_add_function(struct builder *builder,
                                     const struct pp_node *node)
{
    uint64_t hash = pp_hash_bytes(node->name.data, node->name.size);
    hash = pp_hash_add(hash, pp_hash_bytes(node->file.data, node->file.size));
    hash = pp_hash_add(hash, (uint64_t)node->start_line);
    uint32_t at, index;
    pp_table_each (&builder->table, hash, at, index) {
        if (is_function_of(builder->profile, index, node))
            return index;
    }
    index = pp_profile_add_function(builder->profile, node->name,
                                    pp_slice_literal(""), node->file,
                                    node->start_line);
    if (index != PP_NONE)
        pp_table_insert(&builder->table, builder->job->arena, hash, index);
    return index;
}

/* False when out of memory. */
static bool add_entry(struct builder *builder, const struct pp_node *node)
{
    struct pp_profile *profile = builder->profile;
    struct pp_line line = {
        .function = find_or_add_function(builder, node),
        .line = node->line,
        .column = node->column,
    };
    int64_t values[] = {
        scale(builder->job, pp_node_cum(node)),
        scale(builder->job, pp_node_flat(node)),
    };
    uint32_t location =
        pp_profile_add_location(profile, PP_NONE, node->address);
    return line.function != PP_NONE && location != PP_NONE &&
           pp_profile_set_lines(profile, location, &line, 1) == PP_OK &&
           pp_profile_add_sample(profile, &location, 1, values) != PP_NONE;
}

static bool add_type(struct builder *builder, const char *type)
{
    struct pp_slice unit = builder->job->out_unit;
    return pp_profile_add_sample_type(
               builder->profile, type,
               pp_slice_copy(builder->job->arena, unit)) != PP_NONE;
}

/* When and how the original was taken. */
static bool copy_circumstances(struct pp_profile *profile,
                               const struct pp_profile *original)
{
    profile->time_nanos = original->time_nanos;
    profile->duration_nanos = original->duration_nanos;
    profile->period = original->period;
    profile->period_type.type = pp_profile_add_string(
        profile, pp_profile_text(original, original->period_type.type));
    profile->period_type.unit = pp_profile_add_string(
        profile, pp_profile_text(original, original->period_type.unit));
    return profile->period_type.type != PP_NONE &&
           profile->period_type.unit != PP_NONE;
}

static bool build(struct builder *builder, const struct pp_graph *graph)
{
    if (!copy_circumstances(builder->profile, builder->job->profile) ||
        !add_type(builder, "cum") || !add_type(builder, "flat"))
        return false;
    for (uint32_t i = 0; i < graph->node_count; i++)
        if (!add_entry(builder, graph->nodes[i]))
            return false;
    return true;
}

static int print_topproto(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_graph *graph = pp_report_graph(job, PP_EDGES_NONE);
    struct builder builder = {.job = job, .profile = pp_profile_new(0)};
    if (!builder.profile)
        return pp_fail_memory(err);
    pp_report_choose_unit(job, graph);
    int status =
        build(&builder, graph)
            ? pp_wire_encode_gzip(builder.profile, job->output->out, err)
            : pp_fail_memory(err);
    pp_profile_free(builder.profile);
    return status;
}

const struct pp_report pp_report_topproto = {
    .name = "topproto",
    .description = "Outputs top entries in compressed protobuf format",
    .suffix = "pb.gz",
    .binary = true,
    .unlimited = true,
    .print = print_topproto,
};
