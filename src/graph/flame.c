/* The merged call tree: all stacks as one tree, then laid out.
 *
 *   1. Every location is turned, once, into the frames that it stands for,
 *      numbered in the order of their names (flame_frames.c).
 *   2. The stacks become a tree (stack_tree.c), of which only the nodes where
 *      one ends are weighed.
 *   3. Siblings are sorted, and nodes moved to their pre-order places.
 *
 * Chains of only children lie side by side in every step, which is what makes
 * large trees fast: most nodes are such. See flame.h. */
#include "graph/flame_frames.h"
#include "graph/stack_tree.h"

#include <stdlib.h>

struct builder {
    const struct pp_profile *profile;
    uint32_t value_index;
    struct pp_arena scratch;
    struct pp_nodes nodes;       /* frames holds frames of the tree */
    struct pp_stack_tree sprout; /* its nodes in another order */
    int64_t *self;               /* by node of the sprout */
    int64_t *net;                /* self, with signs; NULL: none is negative */
};

/* ---- sums that stay sums ------------------------------------------------ */

/* Values from outside may add up to more than fits: the sum then stays at the
 * largest number, and a parent's is never less than a child's. */
static int64_t add_saturated(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

static int64_t magnitude(int64_t value)
{
    if (value == INT64_MIN)
        return INT64_MAX;
    return value < 0 ? -value : value;
}

/* ---- the walk ----------------------------------------------------------- */

static int64_t value_of(const struct builder *b, uint32_t sample)
{
    return pp_sample_values(b->profile, sample)[b->value_index];
}

static bool has_negative_values(const struct builder *b)
{
    for (uint32_t i = 0; i < b->profile->samples.count; i++)
        if (value_of(b, i) < 0)
            return true;
    return false;
}

static void weigh_ends(struct builder *b)
{
    const struct pp_stack_tree *sprout = &b->sprout;
    b->self = pp_arena_array(&b->scratch, sprout->all.count, sizeof(*b->self));
    if (has_negative_values(b))
        b->net =
            pp_arena_array(&b->scratch, sprout->all.count, sizeof(*b->net));
    for (uint32_t i = 0; i < b->profile->samples.count; i++) {
        uint32_t end = sprout->ends[i];
        if (end == PP_NONE)
            continue;
        b->self[end] = add_saturated(b->self[end], magnitude(value_of(b, i)));
        if (b->net)
            b->net[end] = add_saturated(b->net[end], value_of(b, i));
    }
}

/* ---- the layout --------------------------------------------------------- */

/* The children of node i are all[start[i] .. start[i + 1]). */
struct families {
    uint32_t *start;
    uint32_t *all;
};

static int compare_siblings(const void *left, const void *right, void *nodes)
{
    const struct pp_stack_node *all = nodes;
    uint32_t a = all[*(const uint32_t *)left].frame;
    uint32_t b = all[*(const uint32_t *)right].frame;
    return a < b ? -1 : a > b;
}

static struct families find_families(struct builder *b)
{
    uint32_t count = b->sprout.all.count;
    struct pp_stack_node *nodes = b->sprout.all.items;
    struct families families = {
        pp_arena_array(&b->scratch, (size_t)count + 2, sizeof(uint32_t)),
        pp_arena_array(&b->scratch, count, sizeof(uint32_t)),
    };
    /* Counted two places further on, so that filling in moves start[i + 1]
     * from where the children of i begin to where they end. */
    uint32_t *next = families.start + 1;
    for (uint32_t i = 1; i < count; i++)
        next[nodes[i].parent + 1]++;
    for (uint32_t i = 0; i < count; i++)
        next[i + 1] += next[i];
    for (uint32_t i = 1; i < count; i++)
        families.all[next[nodes[i].parent]++] = i;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = families.start[i + 1] - families.start[i];
        if (size > 1)
            qsort_r(families.all + families.start[i], size, sizeof(uint32_t),
                    compare_siblings, nodes);
    }
    return families;
}

static void put_node(const struct builder *b, uint32_t number,
                     const uint32_t *place, struct pp_flame *tree, uint32_t at)
{
    const struct pp_stack_node *from = &b->sprout.all.items[number];
    uint32_t parent = number ? place[from->parent] : PP_NONE;
    uint32_t depth = number ? tree->nodes[parent].depth + 1 : 0;
    tree->nodes[at] = (struct pp_flame_node){
        .total = b->self[number],
        .self = b->self[number],
        .frame = number ? from->frame : PP_NONE,
        .parent = parent,
        .end = at + 1,
        .depth = depth & (UINT32_MAX >> 1),
        .inlined = !from->called,
    };
    if (tree->net)
        tree->net[at] = b->net[number];
    if (depth > tree->depth_max)
        tree->depth_max = depth;
}

/* Pre-order, with a stack of the nodes that wait for their turn. */
static void put_nodes(struct builder *b, const struct families *families,
                      struct pp_flame *tree)
{
    uint32_t count = b->sprout.all.count, waiting = 1, at = 0;
    uint32_t *stack = pp_arena_array(&b->scratch, count, sizeof(*stack));
    uint32_t *place = pp_arena_array(&b->scratch, count, sizeof(*place));
    while (waiting) {
        uint32_t number = stack[--waiting];
        place[number] = at;
        put_node(b, number, place, tree, at++);
        for (uint32_t i = families->start[number + 1];
             i-- > families->start[number];)
            stack[waiting++] = families->all[i];
    }
}

/* From the leaves down: sums, and where subtrees end. */
static void sum_up(struct pp_flame *tree)
{
    for (uint32_t i = tree->node_count; i-- > 1;) {
        const struct pp_flame_node *node = &tree->nodes[i];
        struct pp_flame_node *parent = &tree->nodes[node->parent];
        parent->total = add_saturated(parent->total, node->total);
        if (parent->end < node->end)
            parent->end = node->end;
        if (tree->net)
            tree->net[node->parent] =
                add_saturated(tree->net[node->parent], tree->net[i]);
    }
}

static void lay_out(struct builder *b, struct pp_arena *arena,
                    struct pp_flame *tree)
{
    struct families families = find_families(b);
    tree->node_count = b->sprout.all.count;
    tree->nodes = pp_arena_array(arena, tree->node_count, sizeof(*tree->nodes));
    if (b->net)
        tree->net = pp_arena_array(arena, tree->node_count, sizeof(*tree->net));
    put_nodes(b, &families, tree);
    sum_up(tree);
}

struct pp_flame *pp_flame_new(struct pp_arena *arena,
                              const struct pp_profile *profile,
                              const struct pp_node_options *options,
                              uint32_t value_index)
{
    struct builder b = {.profile = profile, .value_index = value_index};
    struct pp_flame *tree = pp_arena_new(arena, struct pp_flame);
    pp_arena_init_fatal(&b.scratch, arena->on_exhausted);
    pp_nodes_find(&b.nodes, arena, profile, options); /* names last */
    pp_flame_frames_make(tree, arena, &b.nodes, &b.scratch, profile);
    pp_stack_tree_make(&b.sprout, &b.scratch, profile, &b.nodes, value_index,
                       false);
    weigh_ends(&b);
    lay_out(&b, arena, tree);
    pp_arena_release(&b.scratch);
    return tree;
}
