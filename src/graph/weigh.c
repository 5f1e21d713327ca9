/* The sums of the nodes: the one walk over all samples that every graph takes,
 * and so the inner loop of the tool.
 *
 * Invariant: a node's stamp is the number of the last sample that counted for
 * its cum, so a node that recurs on a stack is counted once without a set.
 * Sums wrap around, as Go's do. */
#include "graph/parts.h"

/* What the inner loop touches of a node, in as few cache lines as possible. */
struct sum {
    uint64_t cum;
    uint32_t stamp;
};

/* What it touches once a stack, or only with mean. */
struct other_sums {
    uint64_t flat, flat_divisor, cum_divisor;
};

struct weigher {
    const struct pp_nodes *nodes;
    const struct pp_profile *profile;
    const uint32_t *only; /* by location: its one node, PP_NONE: several */
    uint32_t value_index;
    bool mean;
    uint32_t part_count;
    struct sum *sums; /* by part, then by node; so are the others */
    struct other_sums *others;
};

/* The sums of one part, by node. */
struct part {
    struct sum *sums;
    struct other_sums *others;
};

/* What a sample adds. */
struct share {
    uint32_t stamp;
    uint64_t value, divisor;
};

static void add_frame(const struct part *part, uint32_t node,
                      const struct share *share)
{
    struct sum *sum = &part->sums[node];
    if (sum->stamp == share->stamp)
        return;
    sum->stamp = share->stamp;
    sum->cum += share->value;
    if (share->divisor)
        part->others[node].cum_divisor += share->divisor;
}

static void add_stack(const struct weigher *weigher, const struct part *part,
                      const uint32_t *stack, uint32_t depth,
                      const struct share *share)
{
    const uint32_t *starts = weigher->nodes->starts;
    const uint32_t *frames = weigher->nodes->frames;
    for (uint32_t i = 0; i < depth; i++) {
        uint32_t node = weigher->only[stack[i]];
        if (node != PP_NONE) {
            add_frame(part, node, share);
            continue;
        }
        for (uint32_t k = starts[stack[i]]; k < starts[stack[i] + 1]; k++)
            add_frame(part, frames[k], share);
    }
}

static void add_leaf(const struct weigher *weigher, const struct part *part,
                     uint32_t location, const struct share *share)
{
    const struct pp_nodes *nodes = weigher->nodes;
    struct other_sums *leaf =
        &part->others[nodes->frames[nodes->starts[location]]];
    leaf->flat += share->value;
    leaf->flat_divisor += share->divisor;
}

static void weigh_samples(const struct weigher *weigher,
                          const struct part *part, uint32_t first, uint32_t end)
{
    const struct pp_profile *profile = weigher->profile;
    for (uint32_t i = first; i < end; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        const int64_t *values = pp_sample_values(profile, i);
        struct share share = {
            .stamp = i + 1,
            .value = (uint64_t)values[weigher->value_index],
            .divisor = weigher->mean ? (uint64_t)values[0] : 0,
        };
        if ((share.value == 0 && share.divisor == 0) ||
            sample->stack_depth == 0)
            continue;
        const uint32_t *stack = pp_sample_stack(profile, sample);
        add_stack(weigher, part, stack, sample->stack_depth, &share);
        add_leaf(weigher, part, stack[0], &share);
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

/* ---- the whole ---------------------------------------------------------- */

static struct part part_of(const struct weigher *weigher, uint32_t index)
{
    size_t start = (size_t)index * weigher->nodes->all.count;
    return (struct part){weigher->sums + start, weigher->others + start};
}

static void run_part(void *context, uint32_t index)
{
    const struct weigher *weigher = context;
    struct part part = part_of(weigher, index);
    weigh_samples(
        weigher, &part,
        pp_walk_part_start(weigher->profile, index, weigher->part_count),
        pp_walk_part_start(weigher->profile, index + 1, weigher->part_count));
}

static void add_part(struct pp_nodes *nodes, const struct part *part)
{
    for (uint32_t i = 0; i < nodes->all.count; i++) {
        struct pp_node *node = &nodes->all.items[i];
        const struct other_sums *others = &part->others[i];
        node->cum = (int64_t)((uint64_t)node->cum + part->sums[i].cum);
        node->flat = (int64_t)((uint64_t)node->flat + others->flat);
        node->flat_divisor =
            (int64_t)((uint64_t)node->flat_divisor + others->flat_divisor);
        node->cum_divisor =
            (int64_t)((uint64_t)node->cum_divisor + others->cum_divisor);
    }
}

void pp_nodes_weigh_in_parts(struct pp_nodes *nodes, struct pp_arena *arena,
                             const struct pp_profile *profile,
                             uint32_t value_index, bool mean,
                             uint32_t part_count)
{
    size_t count = (size_t)part_count * nodes->all.count;
    struct weigher weigher = {
        .nodes = nodes,
        .profile = profile,
        .only = find_only(nodes, arena, profile->locations.count),
        .value_index = value_index,
        .mean = mean,
        .part_count = part_count,
        .sums = pp_arena_array(arena, count, sizeof(struct sum)),
        .others = pp_arena_array(arena, count, sizeof(struct other_sums)),
    };
    pp_os_run_parts(part_count, run_part, &weigher);
    for (uint32_t i = 0; i < part_count; i++) {
        struct part part = part_of(&weigher, i);
        add_part(nodes, &part);
    }
}

void pp_nodes_weigh(struct pp_nodes *nodes, struct pp_arena *arena,
                    const struct pp_profile *profile, uint32_t value_index,
                    bool mean)
{
    pp_nodes_weigh_in_parts(nodes, arena, profile, value_index, mean,
                            pp_walk_part_count(profile));
}
