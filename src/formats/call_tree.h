/* call_tree: weighted stacks, equal beginnings shared. Private to formats. */
#ifndef PP_FORMATS_CALL_TREE_H
#define PP_FORMATS_CALL_TREE_H

#include "base/base.h"

struct pp_call {
    uint32_t parent; /* PP_NONE: a root */
    uint32_t frame;  /* of a root: what its maker says */
    double weight;   /* of the call itself, without those below it */
};

/* All zero is an empty one. Calls come after their parents. */
struct pp_call_tree {
    struct pp_arena arena;
    struct {
        struct pp_call *items;
        uint32_t count, capacity;
    } calls;
    struct pp_table children; /* by parent and frame */
};

/* The call of a frame from `parent`, added if new. PP_NONE: out of memory. */
uint32_t pp_call_tree_child(struct pp_call_tree *tree, uint32_t parent,
                            uint32_t frame);

void pp_call_tree_release(struct pp_call_tree *tree);

#endif
