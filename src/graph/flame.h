/* flame: all stacks of a profile merged into one call tree, from the root
 * down. What flame graphs, call trees and folded stacks are drawn from.
 *
 *     main ─┬─ parse ── read          nodes:  0    1     2      3     4
 *           └─ write                          all  main  parse  read  write
 *                                     end:    5    5     4      4     5
 *
 * Nodes stand in pre-order in one array: the subtree of node i is
 * nodes[i .. nodes[i].end), its children are found by hopping:
 *
 *     for (uint32_t c = i + 1; c < tree->nodes[i].end; c = tree->nodes[c].end)
 *
 * Siblings are in the order of their names, so that towers keep their places
 * from one profile to the next. A tree never changes once it is made; it lives
 * in the arena that was given and borrows from the profile.
 *
 * Invariant: total = self + the totals of the children, in the whole tree;
 * total >= self + those in a pruned one, where what is missing was left out.
 */
#ifndef PP_GRAPH_FLAME_H
#define PP_GRAPH_FLAME_H

#include "base/base.h"
#include "profile/profile.h"

struct pp_node_options;

/* What kind of code a frame is, as far as its mapping and name tell. */
enum pp_flame_kind {
    PP_FLAME_CODE,
    PP_FLAME_KERNEL,
    PP_FLAME_JIT,       /* compiled at run time: no file has it */
    PP_FLAME_SYNTHETIC, /* "[lost samples]", "[libfoo.so]", "<unknown>" */
};

/* Two places in the program are one frame when they have the same name (that
 * of pp_node_name) and kind. */
struct pp_flame_frame {
    struct pp_slice name; /* any bytes */
    enum pp_flame_kind kind;
};

struct pp_flame_node {
    int64_t total;   /* |value| of the stacks through here; never negative */
    int64_t self;    /* of those that end here */
    uint32_t frame;  /* in tree->frames; PP_NONE for the root */
    uint32_t parent; /* PP_NONE for the root */
    uint32_t end;    /* one past the last node of the subtree */
    uint32_t depth : 31;  /* the root's is 0 */
    uint32_t inlined : 1; /* at this place, in every stack */
};

struct pp_flame {
    struct pp_flame_frame *frames; /* in the order of their names */
    uint32_t frame_count;
    uint32_t node_count;         /* with the root: never 0 */
    struct pp_flame_node *nodes; /* nodes[0] is the root: everything */
    int64_t *net;            /* sums with their signs, one a node; NULL when no
                              * value is negative, and they are the totals */
    uint32_t depth_max;      /* of nodes */
    uint32_t left_out_count; /* nodes that pruning took away ... */
    int64_t left_out_total;  /* ... and the sum of their self */
};

/* The tree of the values of one sample type. What makes two frames different
 * is what the profile still tells of them, as for the graph's nodes:
 * pp_profile_aggregate first takes away the rest. Samples whose value is 0 are
 * not in the tree. The arena must be a fatal one. */
struct pp_flame *pp_flame_new(struct pp_arena *arena,
                              const struct pp_profile *profile,
                              const struct pp_node_options *options,
                              uint32_t value_index);

/* The nodes_max heaviest nodes of a whole tree (at least the root), as a tree
 * of its own that shares the frames. A node is never there without its parent;
 * totals stay as they were. */
struct pp_flame *pp_flame_prune(struct pp_arena *arena,
                                const struct pp_flame *whole,
                                uint32_t nodes_max);

/* The value of a node as a person wants to read it: with its sign. */
static inline int64_t pp_flame_value(const struct pp_flame *tree, uint32_t node)
{
    return tree->net ? tree->net[node] : tree->nodes[node].total;
}

#endif
