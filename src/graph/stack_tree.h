/* All stacks as one tree, from the root down. Private to graph. */
#ifndef PP_GRAPH_STACK_TREE_H
#define PP_GRAPH_STACK_TREE_H

#include "graph/graph.h"

/* A way from the root to some frame. */
struct pp_stack_node {
    uint32_t parent;
    uint32_t frame : 31; /* of pp_nodes.frames */
    uint32_t called : 1; /* some stack has it not inlined */
};

struct pp_stack_tree {
    struct {
        struct pp_stack_node *items; /* [0] is the root; parents stand before
                                      * their children */
        uint32_t count, capacity;
    } all;
    uint32_t *ends; /* by sample: the node where its stack ends, or PP_NONE */
};

/* The tree of the samples that count: with a value, or with mean a divisor. */
void pp_stack_tree_make(struct pp_stack_tree *tree, struct pp_arena *arena,
                        const struct pp_profile *profile,
                        const struct pp_nodes *nodes, uint32_t value_index,
                        bool mean);

#endif
