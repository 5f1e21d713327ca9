/* Distinct stacks. Invariant: the frames of each are written behind those of
 * all others first, and stay there only if no other stack has the same; sums
 * wrap around. See stacks.h. */
#include "report/stacks.h"

#include <stdlib.h>

struct finder {
    struct pp_stacks *stacks;
    struct pp_arena *arena;
    const struct pp_profile *profile;
    const struct pp_nodes *nodes;
    const uint32_t *frame_of;
    struct pp_table table;
};

/* Locations stand leaf first, and the frames of each innermost first. */
static struct pp_stack append_frames(struct finder *finder,
                                     const struct pp_sample *sample)
{
    const struct pp_nodes *nodes = finder->nodes;
    const uint32_t *locations = pp_sample_stack(finder->profile, sample);
    struct pp_stack stack = {.start = finder->stacks->frames.count};
    for (uint32_t i = sample->stack_depth; i-- > 0;)
        for (uint32_t k = nodes->starts[locations[i] + 1];
             k-- > nodes->starts[locations[i]];)
            *pp_vector_add(finder->arena, &finder->stacks->frames) =
                finder->frame_of[nodes->frames[k]];
    stack.depth = finder->stacks->frames.count - stack.start;
    return stack;
}

static bool same_frames(const struct pp_stacks *stacks,
                        const struct pp_stack *a, const struct pp_stack *b)
{
    const uint32_t *frames = stacks->frames.items;
    return a->depth == b->depth &&
           (a->depth == 0 || memcmp(frames + a->start, frames + b->start,
                                    a->depth * sizeof *frames) == 0);
}

static uint32_t add_stack(struct finder *finder, const struct pp_stack *stack,
                          uint64_t hash)
{
    struct pp_stacks *stacks = finder->stacks;
    uint32_t index = stacks->all.count;
    *pp_vector_add(finder->arena, &stacks->all) = *stack;
    for (uint32_t i = 0; i < finder->profile->sample_types.count; i++)
        *pp_vector_add(finder->arena, &stacks->values) = 0;
    pp_table_insert(&finder->table, finder->arena, hash, index);
    return index;
}

static uint32_t find_or_add_stack(struct finder *finder,
                                  const struct pp_sample *sample)
{
    struct pp_stacks *stacks = finder->stacks;
    struct pp_stack stack = append_frames(finder, sample);
    uint64_t hash = 0;
    uint32_t at, index;
    for (uint32_t i = 0; i < stack.depth; i++)
        hash = pp_hash_add(hash, stacks->frames.items[stack.start + i]);
    pp_table_each (&finder->table, hash, at, index) {
        if (same_frames(stacks, &stacks->all.items[index], &stack)) {
            stacks->frames.count = stack.start;
            return index;
        }
    }
    return add_stack(finder, &stack, hash);
}

static void add_values(struct finder *finder, uint32_t stack, uint32_t sample)
{
    uint32_t type_count = finder->profile->sample_types.count;
    const int64_t *values = pp_sample_values(finder->profile, sample);
    int64_t *sums = finder->stacks->values.items + (size_t)stack * type_count;
    for (uint32_t i = 0; i < type_count; i++)
        pp_value_add(&sums[i], values[i]);
}

static int compare_stacks(const void *left, const void *right, void *context)
{
    const struct pp_stacks *stacks = context;
    const struct pp_stack *a = &stacks->all.items[*(const uint32_t *)left];
    const struct pp_stack *b = &stacks->all.items[*(const uint32_t *)right];
    const uint32_t *a_frames = stacks->frames.items + a->start;
    const uint32_t *b_frames = stacks->frames.items + b->start;
    for (uint32_t i = 0; i < a->depth && i < b->depth; i++)
        if (a_frames[i] != b_frames[i])
            return a_frames[i] < b_frames[i] ? -1 : 1;
    return a->depth < b->depth ? -1 : a->depth > b->depth;
}

static void sort(struct finder *finder)
{
    struct pp_stacks *stacks = finder->stacks;
    uint32_t count = stacks->all.count;
    uint32_t type_count = finder->profile->sample_types.count;
    uint32_t *order = pp_arena_array(finder->arena, count, sizeof *order);
    struct pp_stack *all = pp_arena_array(finder->arena, count, sizeof *all);
    int64_t *values = pp_arena_array(finder->arena, (size_t)count * type_count,
                                     sizeof *values);
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    if (count)
        qsort_r(order, count, sizeof *order, compare_stacks, stacks);
    for (uint32_t i = 0; i < count; i++) {
        all[i] = stacks->all.items[order[i]];
        memcpy(values + (size_t)i * type_count,
               stacks->values.items + (size_t)order[i] * type_count,
               type_count * sizeof *values);
    }
    stacks->all.items = all;
    stacks->values.items = values;
}

void pp_stacks_find(struct pp_stacks *stacks, struct pp_arena *arena,
                    const struct pp_profile *profile,
                    const struct pp_nodes *nodes, const uint32_t *frame_of)
{
    struct finder finder = {
        .stacks = stacks,
        .arena = arena,
        .profile = profile,
        .nodes = nodes,
        .frame_of = frame_of,
    };
    *stacks = (struct pp_stacks){0};
    for (uint32_t i = 0; i < profile->samples.count; i++)
        add_values(&finder,
                   find_or_add_stack(&finder, &profile->samples.items[i]), i);
    sort(&finder);
}
