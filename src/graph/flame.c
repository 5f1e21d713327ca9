/* The merged call tree: built in one walk over the stacks, then laid out.
 *
 *   1. Every location is turned, once, into the frames that it stands for,
 *      numbered in the order of their names (flame_frames.c).
 *   2. Each stack walks down from the root; a hash table from (parent, frame)
 *      to child finds or makes the next node. Only the last one is weighed.
 *   3. Nodes are moved to their pre-order places, without a sort: a counting
 *      pass by frame visits all siblings in order.
 *
 * Invariant of 2: a node's number is higher than its parent's, so sums up the
 * tree and numbers down it are plain loops. See flame.h. */
#include "graph/flame_frames.h"

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

/* ---- sums that stay sums ----------------------------------------------- */

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

/* ---- the walk ------------------------------------------------------------ */

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
    struct sprout *sprout = pp_vector_add(&b->scratch, &b->sprouts);
    sprout->parent = parent;
    sprout->frame = frame & (UINT32_MAX >> 1);
    sprout->called = !inlined;
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

/* ---- the layout ---------------------------------------------------------- */

/* Node numbers, siblings in the order of frames; all but the root. */
static uint32_t *nodes_by_frame(struct builder *b, uint32_t frame_count)
{
    uint32_t count = b->sprouts.count;
    const struct sprout *sprouts = b->sprouts.items;
    uint32_t *start =
        pp_arena_array(&b->scratch, (size_t)frame_count + 1, sizeof(*start));
    uint32_t *order = pp_arena_array(&b->scratch, count, sizeof(*order));
    for (uint32_t i = 1; i < count; i++)
        start[sprouts[i].frame + 1]++;
    for (uint32_t i = 0; i < frame_count; i++)
        start[i + 1] += start[i];
    for (uint32_t i = 1; i < count; i++)
        order[start[sprouts[i].frame]++] = i;
    return order;
}

/* place[i]: where node i stands in pre-order. size[i]: of its subtree. */
static void place_nodes(struct builder *b, const uint32_t *by_frame,
                        uint32_t *place, uint32_t *size)
{
    uint32_t count = b->sprouts.count;
    const struct sprout *sprouts = b->sprouts.items;
    uint32_t *taken = pp_arena_array(&b->scratch, count, sizeof(*taken));
    for (uint32_t i = count; i-- > 1;)
        size[sprouts[i].parent] += ++size[i];
    size[0]++;
    /* First how far behind its parent, ... */
    for (uint32_t i = 0; i + 1 < count; i++) {
        uint32_t node = by_frame[i], parent = sprouts[node].parent;
        place[node] = 1 + taken[parent];
        taken[parent] += size[node];
    }
    /* ... then where: parents have their places before their children. */
    for (uint32_t i = 1; i < count; i++)
        place[i] += place[sprouts[i].parent];
}

static void put_nodes(const struct builder *b, const uint32_t *place,
                      const uint32_t *size, struct pp_flame *tree)
{
    for (uint32_t i = 0; i < b->sprouts.count; i++) {
        const struct sprout *sprout = &b->sprouts.items[i];
        uint32_t at = place[i];
        uint32_t parent = i ? place[sprout->parent] : PP_NONE;
        uint32_t depth = i ? tree->nodes[parent].depth + 1 : 0;
        tree->nodes[at] = (struct pp_flame_node){
            .total = sprout->self,
            .self = sprout->self,
            .frame = i ? sprout->frame : PP_NONE,
            .parent = parent,
            .end = at + size[i],
            .depth = depth & (UINT32_MAX >> 1),
            .inlined = !sprout->called,
        };
        if (tree->net)
            tree->net[at] = b->net[i];
        if (depth > tree->depth_max)
            tree->depth_max = depth;
    }
}

static void sum_up(struct pp_flame *tree)
{
    for (uint32_t i = tree->node_count; i-- > 1;) {
        uint32_t parent = tree->nodes[i].parent;
        tree->nodes[parent].total =
            add_saturated(tree->nodes[parent].total, tree->nodes[i].total);
        if (tree->net)
            tree->net[parent] = add_saturated(tree->net[parent], tree->net[i]);
    }
}

static void lay_out(struct builder *b, struct pp_arena *arena,
                    struct pp_flame *tree)
{
    uint32_t count = b->sprouts.count;
    uint32_t *place = pp_arena_array(&b->scratch, count, sizeof(*place));
    uint32_t *size = pp_arena_array(&b->scratch, count, sizeof(*size));
    place_nodes(b, nodes_by_frame(b, tree->frame_count), place, size);
    tree->node_count = count;
    tree->nodes = pp_arena_array(arena, count, sizeof(*tree->nodes));
    if (b->net)
        tree->net = pp_arena_array(arena, count, sizeof(*tree->net));
    put_nodes(b, place, size, tree);
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
