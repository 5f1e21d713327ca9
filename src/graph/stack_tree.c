/* The one walk over the stacks that makes a tree of them.
 *
 * Each stack walks down from the root; a hash table from (parent, frame) to
 * child finds or makes the next node. Only where a stack ends is written down:
 * all sums follow from that, from the leaves up.
 *
 * Most stacks begin as the one before did, and chains of only children lie
 * side by side: that makes large trees fast. */
#include "graph/stack_tree.h"

struct builder {
    struct pp_stack_tree *tree;
    struct pp_arena *arena;  /* of the tree */
    struct pp_arena scratch; /* of all else */
    const struct pp_profile *profile;
    const struct pp_nodes *nodes;
    struct pp_table children;
    const uint32_t *last_stack; /* the stack that was walked last */
    uint32_t last_depth;
    uint32_t *path; /* its nodes: path[0] is the root, path[n] that where the
                     * n-th location from the root ends */
};

static uint32_t child_of(struct builder *b, uint32_t parent, uint32_t frame,
                         bool inlined)
{
    struct pp_stack_tree *tree = b->tree;
    uint64_t hash = pp_hash_u64((uint64_t)parent << 32 | frame);
    uint32_t at, number;
    pp_table_each (&b->children, hash, at, number) {
        struct pp_stack_node *node = &tree->all.items[number];
        if (node->parent == parent && node->frame == frame) {
            node->called |= !inlined;
            return number;
        }
    }
    *pp_vector_add(b->arena, &tree->all) = (struct pp_stack_node){
        .parent = parent,
        .frame = frame & (UINT32_MAX >> 1),
        .called = !inlined,
    };
    number = tree->all.count - 1;
    pp_table_insert(&b->children, &b->scratch, hash, number);
    return number;
}

/* How many locations, from the root, two stacks have in common. */
static uint32_t common_depth(const uint32_t *a, uint32_t a_depth,
                             const uint32_t *b, uint32_t b_depth)
{
    uint32_t least = a_depth < b_depth ? a_depth : b_depth, common = 0;
    while (common < least && a[a_depth - 1 - common] == b[b_depth - 1 - common])
        common++;
    return common;
}

/* The node where a stack ends. Locations stand leaf first, and the frames of
 * each one innermost first. */
static uint32_t walk_stack(struct builder *b, const struct pp_sample *sample)
{
    const uint32_t *stack = pp_sample_stack(b->profile, sample);
    uint32_t depth = sample->stack_depth;
    uint32_t walked = common_depth(stack, depth, b->last_stack, b->last_depth);
    uint32_t node = b->path[walked];
    for (; walked < depth; b->path[++walked] = node) {
        uint32_t location = stack[depth - 1 - walked];
        uint32_t start = b->nodes->starts[location];
        uint32_t end = b->nodes->starts[location + 1];
        for (uint32_t i = end; i-- > start;)
            node = child_of(b, node, b->nodes->frames[i], i + 1 < end);
    }
    b->last_stack = stack;
    b->last_depth = depth;
    return node;
}

static uint32_t deepest_stack(const struct pp_profile *profile)
{
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (profile->samples.items[i].stack_depth > deepest)
            deepest = profile->samples.items[i].stack_depth;
    return deepest;
}

void pp_stack_tree_make(struct pp_stack_tree *tree, struct pp_arena *arena,
                        const struct pp_profile *profile,
                        const struct pp_nodes *nodes, uint32_t value_index,
                        bool mean)
{
    uint32_t sample_count = profile->samples.count;
    struct builder b = {
        .tree = tree, .arena = arena, .profile = profile, .nodes = nodes};
    pp_arena_init_fatal(&b.scratch, arena->on_exhausted);
    b.path = pp_arena_array(&b.scratch, (size_t)deepest_stack(profile) + 1,
                            sizeof *b.path);
    *tree = (struct pp_stack_tree){
        .ends = pp_arena_array(arena, sample_count, sizeof *tree->ends)};
    *pp_vector_add(arena, &tree->all) =
        (struct pp_stack_node){.parent = PP_NONE, .called = 1};
    for (uint32_t i = 0; i < sample_count; i++) {
        const int64_t *values = pp_sample_values(profile, i);
        bool counts = values[value_index] || (mean && values[0]);
        tree->ends[i] =
            counts ? walk_stack(&b, &profile->samples.items[i]) : PP_NONE;
    }
    pp_arena_release(&b.scratch);
}
