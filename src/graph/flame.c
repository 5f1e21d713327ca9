/* The merged call tree: built in one walk over the stacks, then laid out.
 *
 *   1. Every location is turned, once, into the frames that it stands for,
 *      numbered in the order of their names (flame_frames.c).
 *   2. Each stack walks down from the root; a hash table from (parent, frame)
 *      to child finds or makes the next node. Only the last one is weighed.
 *   3. Siblings are sorted, and nodes moved to their pre-order places.
 *
 * Chains of only children lie side by side in every step, which is what makes
 * large trees fast: most nodes are such. See flame.h. */
#include "graph/flame_frames.h"

#include <stdlib.h>

/* A node as long as the walk goes on. */
struct sprout {
    uint32_t parent;
    uint32_t frame : 31;
    uint32_t called : 1; /* some stack has it not inlined */
    int64_t self;
};

struct builder {
    const struct pp_profile *profile;
    uint32_t value_index;
    struct pp_arena scratch;
    struct pp_nodes nodes;      /* frames holds frames of the tree */
    const uint32_t *last_stack; /* the stack that was walked last */
    uint32_t last_depth;
    uint32_t *path; /* its nodes: path[0] is the root, path[n] that where the
                     * n-th location from the root ends */
    struct pp_table children;
    struct {
        struct sprout *items;
        uint32_t count, capacity;
    } sprouts;
    int64_t *net; /* self, with signs; as many as sprouts has room for */
    uint32_t net_capacity;
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

static uint32_t child_of(struct builder *b, uint32_t parent, uint32_t frame,
                         bool inlined)
{
    uint64_t hash = pp_hash_u64((uint64_t)parent << 32 | frame);
    uint32_t at, number;
    pp_table_each (&b->children, hash, at, number) {
        struct sprout *sprout = &b->sprouts.items[number];
        if (sprout->parent == parent && sprout->frame == frame) {
            sprout->called |= !inlined;
            return number;
        }
    }
    *pp_vector_add(&b->scratch, &b->sprouts) = (struct sprout){
        .parent = parent,
        .frame = frame & (UINT32_MAX >> 1),
        .called = !inlined,
    };
    number = b->sprouts.count - 1;
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
 * each one innermost first. Most stacks begin as the one before did: as far as
 * that goes b->path has the nodes. */
static uint32_t walk_stack(struct builder *b, const struct pp_sample *sample)
{
    const uint32_t *stack = pp_sample_stack(b->profile, sample);
    uint32_t depth = sample->stack_depth;
    uint32_t walked = common_depth(stack, depth, b->last_stack, b->last_depth);
    uint32_t node = b->path[walked];
    for (; walked < depth; b->path[++walked] = node) {
        uint32_t location = stack[depth - 1 - walked];
        uint32_t start = b->nodes.starts[location];
        uint32_t end = b->nodes.starts[location + 1];
        for (uint32_t i = end; i-- > start;)
            node = child_of(b, node, b->nodes.frames[i], i + 1 < end);
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

static int64_t *net_of(struct builder *b, uint32_t node)
{
    uint32_t wanted = b->sprouts.capacity;
    if (b->net_capacity < wanted)
        b->net = pp_arena_grow(&b->scratch, b->net,
                               b->net_capacity * sizeof(*b->net),
                               wanted * sizeof(*b->net));
    b->net_capacity = wanted;
    return &b->net[node];
}

static void walk_all(struct builder *b)
{
    bool is_signed = has_negative_values(b);
    b->path = pp_arena_array(&b->scratch, (size_t)deepest_stack(b->profile) + 1,
                             sizeof(*b->path));
    *pp_vector_add(&b->scratch, &b->sprouts) =
        (struct sprout){.parent = PP_NONE, .called = 1};
    for (uint32_t i = 0; i < b->profile->samples.count; i++) {
        int64_t value = value_of(b, i);
        if (value == 0)
            continue;
        uint32_t node = walk_stack(b, &b->profile->samples.items[i]);
        int64_t *self = &b->sprouts.items[node].self;
        *self = add_saturated(*self, magnitude(value));
        if (is_signed)
            *net_of(b, node) = add_saturated(*net_of(b, node), value);
    }
    if (is_signed)
        net_of(b, 0); /* room for nodes that no stack ended at */
}

/* ---- the layout --------------------------------------------------------- */

/* The children of node i are all[start[i] .. start[i + 1]). */
struct families {
    uint32_t *start;
    uint32_t *all;
};

static int compare_siblings(const void *left, const void *right, void *sprouts)
{
    const struct sprout *all = sprouts;
    uint32_t a = all[*(const uint32_t *)left].frame;
    uint32_t b = all[*(const uint32_t *)right].frame;
    return a < b ? -1 : a > b;
}

static struct families find_families(struct builder *b)
{
    uint32_t count = b->sprouts.count;
    struct sprout *sprouts = b->sprouts.items;
    struct families families = {
        pp_arena_array(&b->scratch, (size_t)count + 2, sizeof(uint32_t)),
        pp_arena_array(&b->scratch, count, sizeof(uint32_t)),
    };
    /* Counted two places further on, so that filling in moves start[i + 1]
     * from where the children of i begin to where they end. */
    uint32_t *next = families.start + 1;
    for (uint32_t i = 1; i < count; i++)
        next[sprouts[i].parent + 1]++;
    for (uint32_t i = 0; i < count; i++)
        next[i + 1] += next[i];
    for (uint32_t i = 1; i < count; i++)
        families.all[next[sprouts[i].parent]++] = i;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = families.start[i + 1] - families.start[i];
        if (size > 1)
            qsort_r(families.all + families.start[i], size, sizeof(uint32_t),
                    compare_siblings, sprouts);
    }
    return families;
}

static void put_node(const struct builder *b, uint32_t sprout,
                     const uint32_t *place, struct pp_flame *tree, uint32_t at)
{
    const struct sprout *from = &b->sprouts.items[sprout];
    uint32_t parent = sprout ? place[from->parent] : PP_NONE;
    uint32_t depth = sprout ? tree->nodes[parent].depth + 1 : 0;
    tree->nodes[at] = (struct pp_flame_node){
        .total = from->self,
        .self = from->self,
        .frame = sprout ? from->frame : PP_NONE,
        .parent = parent,
        .end = at + 1,
        .depth = depth & (UINT32_MAX >> 1),
        .inlined = !from->called,
    };
    if (tree->net)
        tree->net[at] = b->net[sprout];
    if (depth > tree->depth_max)
        tree->depth_max = depth;
}

/* Pre-order, with a stack of the nodes that wait for their turn. */
static void put_nodes(struct builder *b, const struct families *families,
                      struct pp_flame *tree)
{
    uint32_t count = b->sprouts.count, waiting = 1, at = 0;
    uint32_t *stack = pp_arena_array(&b->scratch, count, sizeof(*stack));
    uint32_t *place = pp_arena_array(&b->scratch, count, sizeof(*place));
    while (waiting) {
        uint32_t sprout = stack[--waiting];
        place[sprout] = at;
        put_node(b, sprout, place, tree, at++);
        for (uint32_t i = families->start[sprout + 1];
             i-- > families->start[sprout];)
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
    tree->node_count = b->sprouts.count;
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
    walk_all(&b);
    lay_out(&b, arena, tree);
    pp_arena_release(&b.scratch);
    return tree;
}
