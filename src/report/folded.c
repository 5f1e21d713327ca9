/* -folded: a line for each distinct stack, root first, with its sum:
 *
 *     main;parse;read 1200
 *
 * as flamegraph.pl, inferno and speedscope read it. Values are integers in the
 * unit of the samples, -mean and -unit notwithstanding: who reads it adds them
 * up. What -diff_base leaves below zero stays so, unless -drop_negative.
 *
 * Invariant: neither ';' nor anything that ends a line or does harm is part of
 * a frame's name, so every line splits the way it was made; and no two lines
 * have the same stack. */
#include "report/format.h"
#include "report/stacks.h"
#include "report/table.h"

#include <inttypes.h>
#include <stdlib.h>

/* ---- names -------------------------------------------------------------- */

static void append_frame(struct pp_buffer *out, struct pp_slice name)
{
    while (name.size) {
        struct pp_character first = pp_utf8_first(name);
        if (first.point == ';')
            pp_buffer_append_char(out, ':');
        else if (first.point == '\n' || first.point == '\t')
            pp_buffer_append_char(out, ' ');
        else if (!first.is_valid || pp_utf8_is_harmful(first.point))
            pp_buffer_append_text(out, PP_UTF8_REPLACEMENT);
        else
            pp_buffer_append(out, name.data, first.size);
        name.data += first.size;
        name.size -= first.size;
    }
}

static int compare_names(const void *left, const void *right, void *names)
{
    const struct pp_slice *all = names;
    return pp_slice_compare(all[*(const uint32_t *)left],
                            all[*(const uint32_t *)right]);
}

/* Names of frames, in their order; and the frame of each node. */
struct frames {
    struct pp_slice *names;
    uint32_t *frame_of;
};

static struct frames find_frames(const struct pp_nodes *nodes,
                                 struct pp_arena *arena)
{
    struct pp_strings names = {0};
    uint32_t *name_of =
        pp_arena_array(arena, nodes->all.count, sizeof *name_of);
    for (uint32_t i = 0; i < nodes->all.count; i++) {
        char space[512];
        struct pp_buffer name = pp_buffer_in(space);
        append_frame(&name, pp_node_name(&nodes->all.items[i], arena));
        name_of[i] = pp_strings_add_copy(&names, arena, pp_buffer_slice(&name));
        pp_buffer_release(&name);
    }
    uint32_t count = names.all.count;
    uint32_t *order = pp_arena_array(arena, count, sizeof *order);
    uint32_t *rank = pp_arena_array(arena, count, sizeof *rank);
    struct frames frames = {
        .names = pp_arena_array(arena, count, sizeof *frames.names),
        .frame_of = name_of,
    };
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    if (count)
        qsort_r(order, count, sizeof *order, compare_names, names.all.items);
    for (uint32_t i = 0; i < count; i++) {
        frames.names[i] = names.all.items[order[i]];
        rank[order[i]] = i;
    }
    for (uint32_t i = 0; i < nodes->all.count; i++)
        name_of[i] = rank[name_of[i]];
    return frames;
}

/* ---- lines -------------------------------------------------------------- */

static void print_stack(struct pp_buffer *out, const struct pp_stacks *stacks,
                        const struct pp_slice *names,
                        const struct pp_stack *stack, int64_t value)
{
    for (uint32_t i = 0; i < stack->depth; i++) {
        if (i)
            pp_buffer_append_char(out, ';');
        pp_buffer_append_slice(out,
                               names[stacks->frames.items[stack->start + i]]);
    }
    pp_buffer_format(out, " %" PRId64 "\n", value);
}

static int print_folded(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_options *options = job->options;
    const struct pp_node_options node_options = {
        .trim_path = options->trim_path,
        .source_path = options->source_path,
    };
    struct pp_buffer *out = job->output->out;
    struct pp_nodes nodes;
    struct pp_stacks stacks;
    pp_nodes_find(&nodes, job->arena, job->profile, &node_options);
    struct frames frames = find_frames(&nodes, job->arena);
    pp_stacks_find(&stacks, job->arena, job->profile, &nodes, frames.frame_of);
    for (uint32_t i = 0; i < stacks.all.count; i++) {
        const struct pp_stack *stack = &stacks.all.items[i];
        int64_t value =
            pp_stack_values(&stacks, job->profile, i)[job->value_index];
        if (stack->depth && value && !(value < 0 && options->drop_negative))
            print_stack(out, &stacks, frames.names, stack, value);
    }
    return out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_folded = {
    .name = "folded",
    .description = "Outputs stacks folded into lines, for FlameGraph tools",
    .suffix = "folded",
    .print = print_folded,
};
