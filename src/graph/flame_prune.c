/* The heaviest nodes of a call tree, as a tree of their own.
 *
 * A child is never heavier than its parent, so "all nodes heavier than t" is a
 * tree for every t. Of the nodes that weigh exactly t, as many as there is
 * room for are taken in pre-order, where parents come first too. See
 * flame.h. */
#include "graph/graph.h"

#include <assert.h>

/* The count-th largest total (from 1): the weight's bytes are settled from the
 * highest down, each by counting the nodes that agree with those above it. */
static uint64_t nth_largest(const struct pp_flame *tree, uint32_t count)
{
    uint64_t settled = 0;
    for (unsigned shift = 64; shift;) {
        shift -= 8;
        uint32_t with_byte[256] = {0};
        for (uint32_t i = 0; i < tree->node_count; i++) {
            uint64_t total = (uint64_t)tree->nodes[i].total;
            if (shift == 56 || (total ^ settled) >> (shift + 8) == 0)
                with_byte[total >> shift & 0xff]++;
        }
        unsigned byte = 255;
        for (; with_byte[byte] < count; byte--)
            count -= with_byte[byte];
        settled |= (uint64_t)byte << shift;
    }
    return settled;
}

/* new_index[i]: the number of node i in the pruned tree, or PP_NONE. Exactly
 * nodes_max are kept. */
static void choose(const struct pp_flame *whole, uint32_t nodes_max,
                   uint32_t *new_index)
{
    int64_t limit = (int64_t)nth_largest(whole, nodes_max);
    uint32_t heavier = 0, kept = 0;
    for (uint32_t i = 0; i < whole->node_count; i++)
        heavier += whole->nodes[i].total > limit;
    uint32_t ties = nodes_max - heavier;
    for (uint32_t i = 0; i < whole->node_count; i++) {
        int64_t total = whole->nodes[i].total;
        bool tie = total == limit && ties > 0;
        ties -= tie;
        new_index[i] = total > limit || tie ? kept++ : PP_NONE;
    }
    assert(kept == nodes_max);
}

static void move_nodes(const struct pp_flame *whole, const uint32_t *new_index,
                       struct pp_flame *tree)
{
    for (uint32_t i = 0; i < whole->node_count; i++) {
        const struct pp_flame_node *node = &whole->nodes[i];
        uint32_t at = new_index[i];
        if (at == PP_NONE) {
            tree->left_out_count++;
            /* A sum of parts of the root's total, which did not overflow. */
            if (tree->left_out_total <= whole->nodes[0].total - node->self)
                tree->left_out_total += node->self;
            continue;
        }
        tree->nodes[at] = *node;
        tree->nodes[at].parent = i ? new_index[node->parent] : PP_NONE;
        tree->nodes[at].end = at + 1;
        if (whole->net)
            tree->net[at] = whole->net[i];
        if (node->depth > tree->depth_max)
            tree->depth_max = node->depth;
    }
    for (uint32_t i = tree->node_count; i-- > 1;) {
        struct pp_flame_node *parent = &tree->nodes[tree->nodes[i].parent];
        if (parent->end < tree->nodes[i].end)
            parent->end = tree->nodes[i].end;
    }
}

struct pp_flame *pp_flame_prune(struct pp_arena *arena,
                                const struct pp_flame *whole,
                                uint32_t nodes_max)
{
    uint32_t count = nodes_max ? nodes_max : 1;
    if (count > whole->node_count)
        count = whole->node_count;
    struct pp_arena scratch;
    pp_arena_init_fatal(&scratch, arena->on_exhausted);
    uint32_t *new_index =
        pp_arena_array(&scratch, whole->node_count, sizeof(*new_index));
    choose(whole, count, new_index);

    struct pp_flame *tree = pp_arena_new(arena, struct pp_flame);
    tree->frames = whole->frames;
    tree->frame_count = whole->frame_count;
    tree->node_count = count;
    tree->nodes = pp_arena_array(arena, count, sizeof(*tree->nodes));
    if (whole->net)
        tree->net = pp_arena_array(arena, count, sizeof(*tree->net));
    move_nodes(whole, new_index, tree);
    pp_arena_release(&scratch);
    return tree;
}
