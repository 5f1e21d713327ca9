/* The sums of the nodes: the one walk over all samples that every graph takes,
 * and so the inner loop of the tool.
 *
 * Invariant: a node's stamp is the number of the last sample that counted for
 * its cum, so a node that recurs on a stack is counted once without a set.
 * Sums wrap around, as Go's do. */
#include "graph/graph.h"

/* What the inner loop touches of a node, in as few cache lines as possible. */
struct sum {
    uint64_t cum;
    uint32_t stamp;
};

struct weigher {
    const struct pp_nodes *nodes;
    const uint32_t *only; /* by location: its one node, PP_NONE: several */
    struct pp_node *all;
    struct sum *sums;
};

static void add_frame(const struct weigher *weigher, uint32_t node,
                      uint32_t stamp, uint64_t value, uint64_t divisor)
{
    struct sum *sum = &weigher->sums[node];
    if (sum->stamp == stamp)
        return;
    sum->stamp = stamp;
    sum->cum += value;
    if (divisor)
        weigher->all[node].cum_divisor =
            (int64_t)((uint64_t)weigher->all[node].cum_divisor + divisor);
}

static void add_stack(const struct weigher *weigher, const uint32_t *stack,
                      uint32_t depth, uint32_t stamp, uint64_t value,
                      uint64_t divisor)
{
    const uint32_t *starts = weigher->nodes->starts;
    const uint32_t *frames = weigher->nodes->frames;
    for (uint32_t i = 0; i < depth; i++) {
        uint32_t node = weigher->only[stack[i]];
        if (node != PP_NONE) {
            add_frame(weigher, node, stamp, value, divisor);
            continue;
        }
        for (uint32_t k = starts[stack[i]]; k < starts[stack[i] + 1]; k++)
            add_frame(weigher, frames[k], stamp, value, divisor);
    }
}

/* Saves two loads a frame where a location has one node, as most have. */
static const uint32_t *find_only(const struct pp_nodes *nodes,
                                 struct pp_arena *arena,
                                 uint32_t location_count)
{
    if (!nodes->has_inlines)
        return nodes->frames;
    uint32_t *only = pp_arena_array(arena, location_count, sizeof *only);
    for (uint32_t i = 0; i < location_count; i++)
        only[i] = nodes->starts[i + 1] - nodes->starts[i] == 1
                      ? nodes->frames[nodes->starts[i]]
                      : PP_NONE;
    return only;
}

static void add_leaf(const struct weigher *weigher, uint32_t location,
                     uint64_t value, uint64_t divisor)
{
    const struct pp_nodes *nodes = weigher->nodes;
    struct pp_node *leaf =
        &weigher->all[nodes->frames[nodes->starts[location]]];
    leaf->flat = (int64_t)((uint64_t)leaf->flat + value);
    leaf->flat_divisor = (int64_t)((uint64_t)leaf->flat_divisor + divisor);
}

void pp_nodes_weigh(struct pp_nodes *nodes, struct pp_arena *arena,
                    const struct pp_profile *profile, uint32_t value_index,
                    bool mean)
{
    struct weigher weigher = {
        .nodes = nodes,
        .only = find_only(nodes, arena, profile->locations.count),
        .all = nodes->all.items,
        .sums = pp_arena_array(arena, nodes->all.count, sizeof(struct sum)),
    };
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        const int64_t *values = pp_sample_values(profile, i);
        uint64_t value = (uint64_t)values[value_index];
        uint64_t divisor = mean ? (uint64_t)values[0] : 0;
        if ((value == 0 && divisor == 0) || sample->stack_depth == 0)
            continue;
        const uint32_t *stack = pp_sample_stack(profile, sample);
        add_stack(&weigher, stack, sample->stack_depth, i + 1, value, divisor);
        add_leaf(&weigher, stack[0], value, divisor);
    }
    for (uint32_t i = 0; i < nodes->all.count; i++)
        nodes->all.items[i].cum = (int64_t)weigher.sums[i].cum;
}
