/* The nodes and edges of a call tree. Private to graph. */
#ifndef PP_GRAPH_CALL_TREE_H
#define PP_GRAPH_CALL_TREE_H

#include "graph/order.h"
#include "graph/stack_tree.h"

/* All paths that stacks take, numbered as the nodes of the stack tree. */
struct pp_call_tree {
    struct pp_stack_tree stacks;
    const struct pp_nodes *nodes;
    struct pp_call_path *paths; /* [0] is the root: not a path */
    int64_t (*divisors)[2];     /* of flat and cum; NULL without mean */
    struct pp_slice *names;     /* by node: NULL until one was wanted */
};

struct pp_call_path {
    int64_t flat, cum;
    uint32_t source; /* where the edge to it comes from; 0: none */
    bool residual;   /* over others, that were taken out */
    bool is_inline;  /* and so were they, each time */
    bool is_node;    /* it has a weight: not a shadow */
};

struct pp_call_tree *pp_call_tree_new(struct pp_arena *arena,
                                      const struct pp_profile *profile,
                                      const struct pp_nodes *nodes,
                                      const struct pp_graph_options *options);

/* Fill in the node and the name of a candidate that has its number. */
void pp_call_tree_describe(const struct pp_call_tree *tree,
                           struct pp_arena *arena,
                           struct pp_candidate *candidate);

/* Take all nodes out that have no place, by number of a path: what they called
 * is then called by what called them. */
void pp_call_tree_splice(struct pp_call_tree *tree, const uint32_t *places);

/* Take the edges away that lead to nodes with a place and are lighter. */
void pp_call_tree_cut_edges(struct pp_call_tree *tree, const uint32_t *places,
                            int64_t cutoff);

/* The edges from and to nodes with a place. Shadows get places. */
void pp_call_tree_connect(const struct pp_call_tree *tree,
                          struct pp_graph *graph, struct pp_arena *arena,
                          uint32_t *places);

#endif
