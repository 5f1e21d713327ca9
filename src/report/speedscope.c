/* -speedscope: the file format of speedscope
 * (https://www.speedscope.app/file-format-schema.json): frames are shared, and
 * each sample type is a "sampled" profile, of which that of -sample_index is
 * shown first. A weight must not be negative there: what -diff_base leaves
 * below zero is a profile of its own, "cpu (less)".
 *
 * Invariant: all text is valid UTF-8; frames are numbered as they stand in
 * shared.frames, which is the order of the graph's nodes. */
#include "report/format.h"
#include "report/json_writer.h"
#include "report/stacks.h"
#include "report/table.h"

struct printer {
    const struct pp_report_job *job;
    struct pp_json_writer json;
    struct pp_nodes nodes;
    struct pp_stacks stacks;
};

/* ---- frames ------------------------------------------------------------- */

/* Without its file and line, which are members of their own; but where it has
 * no function they are all that there is. */
static struct pp_slice frame_name(const struct printer *printer,
                                  const struct pp_node *node)
{
    struct pp_node bare = {.name = node->name, .address = node->address};
    return pp_node_name(node->name.size ? &bare : node, printer->job->arena);
}

static void put_frame(struct printer *printer, const struct pp_node *node)
{
    pp_json_open_object(&printer->json, NULL);
    pp_json_add_text(&printer->json, "name", frame_name(printer, node));
    if (node->file.size)
        pp_json_add_text(&printer->json, "file", node->file);
    if (node->line)
        pp_json_add_integer(&printer->json, "line", node->line);
    if (node->line && node->column)
        pp_json_add_integer(&printer->json, "col", node->column);
    pp_json_close_object(&printer->json);
}

/* ---- profiles ----------------------------------------------------------- */

/* Units that speedscope knows are told by its names. */
static struct pp_slice unit_name(struct pp_slice unit)
{
    static const char *const names[][2] = {
        {"nanoseconds", "nanoseconds"},
        {"ns", "nanoseconds"},
        {"microseconds", "microseconds"},
        {"us", "microseconds"},
        {"milliseconds", "milliseconds"},
        {"ms", "milliseconds"},
        {"seconds", "seconds"},
        {"s", "seconds"},
        {"bytes", "bytes"},
        {"byte", "bytes"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pp_slice_equal(unit, pp_slice_of(names[i][0])))
            return pp_slice_of(names[i][1]);
    return pp_slice_literal("none");
}

/* The weight of a stack in one of the two profiles of a type; 0: not there. */
static int64_t weight_of(const struct printer *printer, uint32_t stack,
                         uint32_t type, bool less)
{
    int64_t value =
        pp_stack_values(&printer->stacks, printer->job->profile, stack)[type];
    if ((value < 0) != less)
        return 0;
    if (value == INT64_MIN)
        return INT64_MAX;
    return less ? -value : value;
}

static void put_samples(struct printer *printer, uint32_t type, bool less)
{
    const struct pp_stacks *stacks = &printer->stacks;
    pp_json_open_array(&printer->json, "samples");
    for (uint32_t i = 0; i < stacks->all.count; i++) {
        const struct pp_stack *stack = &stacks->all.items[i];
        if (weight_of(printer, i, type, less) == 0)
            continue;
        pp_json_open_array(&printer->json, NULL);
        for (uint32_t k = 0; k < stack->depth; k++)
            pp_json_integer(&printer->json,
                            stacks->frames.items[stack->start + k]);
        pp_json_close_array(&printer->json);
    }
    pp_json_close_array(&printer->json);
}

/* Their sum, no more than fits. */
static int64_t put_weights(struct printer *printer, uint32_t type, bool less)
{
    int64_t sum = 0;
    pp_json_open_array(&printer->json, "weights");
    for (uint32_t i = 0; i < printer->stacks.all.count; i++) {
        int64_t weight = weight_of(printer, i, type, less);
        if (weight == 0)
            continue;
        pp_json_integer(&printer->json, weight);
        if (__builtin_add_overflow(sum, weight, &sum))
            sum = INT64_MAX;
    }
    pp_json_close_array(&printer->json);
    return sum;
}

static void put_profile(struct printer *printer, uint32_t type, bool less)
{
    const struct pp_profile *profile = printer->job->profile;
    const struct pp_value_type *value_type = &profile->sample_types.items[type];
    char space[256];
    struct pp_buffer name = pp_buffer_in(space);
    pp_buffer_append_slice(&name, pp_profile_text(profile, value_type->type));
    pp_buffer_append_text(&name, less ? " (less)" : "");
    pp_json_open_object(&printer->json, NULL);
    pp_json_add_text(&printer->json, "type", pp_slice_literal("sampled"));
    pp_json_add_text(&printer->json, "name", pp_buffer_slice(&name));
    pp_json_add_text(&printer->json, "unit",
                     unit_name(pp_profile_text(profile, value_type->unit)));
    pp_json_add_integer(&printer->json, "startValue", 0);
    put_samples(printer, type, less);
    int64_t sum = put_weights(printer, type, less);
    pp_json_add_integer(&printer->json, "endValue", sum);
    pp_json_close_object(&printer->json);
    pp_buffer_release(&name);
}

static bool has_less(const struct printer *printer, uint32_t type)
{
    for (uint32_t i = 0; i < printer->stacks.all.count; i++)
        if (weight_of(printer, i, type, true))
            return true;
    return false;
}

/* Which of them is the one of -sample_index. */
static uint32_t put_profiles(struct printer *printer)
{
    const struct pp_report_job *job = printer->job;
    uint32_t active = 0, count = 0;
    pp_json_open_array(&printer->json, "profiles");
    for (uint32_t i = 0; i < job->profile->sample_types.count; i++) {
        if (i == job->value_index)
            active = count;
        put_profile(printer, i, false);
        count++;
        if (!job->options->drop_negative && has_less(printer, i)) {
            put_profile(printer, i, true);
            count++;
        }
    }
    pp_json_close_array(&printer->json);
    return active;
}

/* ---- the file ----------------------------------------------------------- */

static struct pp_slice title(const struct pp_report_job *job)
{
    const struct pp_profile *profile = job->profile;
    if (job->options->title[0])
        return pp_slice_of(job->options->title);
    if (profile->mappings.count == 0)
        return pp_slice_literal("");
    return pp_slice_base_name(
        pp_profile_text(profile, profile->mappings.items[0].filename));
}

static void put_file(struct printer *printer)
{
    pp_json_open_object(&printer->json, NULL);
    pp_json_add_text(
        &printer->json, "$schema",
        pp_slice_literal("https://www.speedscope.app/file-format-schema.json"));
    pp_json_add_text(&printer->json, "name", title(printer->job));
    pp_json_open_object(&printer->json, "shared");
    pp_json_open_array(&printer->json, "frames");
    for (uint32_t i = 0; i < printer->nodes.all.count; i++)
        put_frame(printer, &printer->nodes.all.items[i]);
    pp_json_close_array(&printer->json);
    pp_json_close_object(&printer->json);
    uint32_t active = put_profiles(printer);
    pp_json_add_integer(&printer->json, "activeProfileIndex", active);
    pp_json_close_object(&printer->json);
}

static void find_stacks(struct printer *printer)
{
    const struct pp_report_job *job = printer->job;
    const struct pp_node_options options = {
        .trim_path = job->options->trim_path,
        .source_path = job->options->source_path,
    };
    pp_nodes_find(&printer->nodes, job->arena, job->profile, &options);
    uint32_t count = printer->nodes.all.count;
    uint32_t *frame_of = pp_arena_array(job->arena, count, sizeof *frame_of);
    for (uint32_t i = 0; i < count; i++)
        frame_of[i] = i;
    pp_stacks_find(&printer->stacks, job->arena, job->profile, &printer->nodes,
                   frame_of);
}

static int print_speedscope(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_buffer *out = job->output->out;
    struct printer printer = {.job = job};
    if (pp_json_writer_init(&printer.json, out, PP_JSON_DENSE) < 0)
        return pp_fail_memory(err);
    find_stacks(&printer);
    put_file(&printer);
    pp_buffer_append_char(out, '\n');
    pp_json_writer_release(&printer.json);
    return out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_speedscope = {
    .name = "speedscope",
    .description = "Outputs stacks for speedscope",
    .suffix = "speedscope.json",
    .print = print_speedscope,
};
