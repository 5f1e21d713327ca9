/* The samples of a profile as its distinct stacks. Private to report. */
#ifndef PP_REPORT_STACKS_H
#define PP_REPORT_STACKS_H

#include "graph/graph.h"

struct pp_stack {
    uint32_t start, depth; /* in stacks->frames, root first */
};

struct pp_stacks {
    struct {
        struct pp_stack *items;
        uint32_t count, capacity;
    } all; /* in the order of their frames' numbers */
    struct {
        uint32_t *items;
        uint32_t count, capacity;
    } frames;
    struct {
        int64_t *items; /* of stack i, a sum for each sample type */
        uint32_t count, capacity;
    } values;
};

/* frame_of: by node, the number of the frame that it is; stacks with the same
 * frames are one. The arena must be a fatal one. */
void pp_stacks_find(struct pp_stacks *stacks, struct pp_arena *arena,
                    const struct pp_profile *profile,
                    const struct pp_nodes *nodes, const uint32_t *frame_of);

/* The sums of a stack, as many as there are sample types. */
static inline const int64_t *pp_stack_values(const struct pp_stacks *stacks,
                                             const struct pp_profile *profile,
                                             uint32_t stack)
{
    return stacks->values.items + (size_t)stack * profile->sample_types.count;
}

#endif
