/* graph: a profile becomes a weighted call graph, or a flame tree (flame.h).
 *
 *   locations --(nodes.c)--> nodes: what has the same name, file, line, ...
 *   samples --(weigh.c)--> flat and cum of each node
 *   nodes --(trim.c, order.c)--> the few that are worth showing, in order
 *   samples --(edges.c)--> weighted edges between those few
 *
 * With call_tree stacks become paths first (call_tree.c), and a node stands for
 * each of them. A graph that shall be drawn is chosen otherwise (picture.c) and
 * has tags (tags.c).
 *
 * What goes in is a profile that was filtered and aggregated to the wanted
 * granularity (profile.h). Node identity, cutoffs and orders are those of the
 * reference, whose graph is built two or three times over the samples: here
 * the values of a node do not depend on which others are shown, so samples are
 * walked once for the values, and once more only where edges are wanted.
 *
 * Everything lives in the arena that was given and borrows from the profile.
 */
#ifndef PP_GRAPH_GRAPH_H
#define PP_GRAPH_GRAPH_H

#include "base/base.h"
#include "profile/profile.h"

/* ---- nodes -------------------------------------------------------------- */

/* A place in the program, as far as the granularity tells places apart. */
struct pp_node {
    struct pp_slice name;   /* of the function; "" when unknown */
    struct pp_slice file;   /* cleaned path, or "" */
    struct pp_slice object; /* mapped file; only where nothing else is known,
                             * or with object_names */
    uint64_t address;
    int64_t start_line; /* of the function; as object */
    int64_t line, column;

    /* Sums over the samples in which it is the leaf, or in which it is. */
    int64_t flat, cum;
    int64_t flat_divisor, cum_divisor; /* with mean: sums of value 0 */
};

/* flat and cum as they are shown: divided, where there is a divisor. */
static inline int64_t pp_node_flat(const struct pp_node *node)
{
    return pp_mean(node->flat, node->flat_divisor);
}

static inline int64_t pp_node_cum(const struct pp_node *node)
{
    return pp_mean(node->cum, node->cum_divisor);
}

/* May a node with such values be shown? What is not is a shadow. */
static inline bool pp_is_candidate(int64_t flat, int64_t cum,
                                   bool drop_negative)
{
    bool is_negative = flat < 0 || (flat == 0 && cum < 0);
    return (flat || cum) && !(drop_negative && is_negative);
}

/* "0000000000401000 main /src/main.c:12:3", as much of it as there is. The
 * result borrows from the node where it is the name alone, else it lies in the
 * arena. */
struct pp_slice pp_node_name(const struct pp_node *node,
                             struct pp_arena *arena);

/* The same, appended, with something else than " " between the parts. */
void pp_node_append_name(struct pp_buffer *out, const struct pp_node *node,
                         const char *separator);

struct pp_node_options {
    const char *trim_path, *source_path; /* as in pp_options; may be NULL */
    bool whole_paths;  /* nothing is trimmed, not even what always is */
    bool object_names; /* the mapped file is part of a node's identity */
};

/* The nodes of all locations, not yet weighed. Those of location i are
 * frames[starts[i] .. starts[i + 1]), innermost first, never none. */
struct pp_nodes {
    struct {
        struct pp_node *items;
        uint32_t count, capacity;
    } all;
    uint32_t *starts; /* locations.count + 1 */
    uint32_t *frames; /* indices of nodes */
    bool has_inlines; /* some location has more than one */
};

void pp_nodes_find(struct pp_nodes *nodes, struct pp_arena *arena,
                   const struct pp_profile *profile,
                   const struct pp_node_options *options);

/* Sum the samples' values up: flat and cum (and the divisors, with mean). A
 * node that is on a stack twice counts once. */
void pp_nodes_weigh(struct pp_nodes *nodes, struct pp_arena *arena,
                    const struct pp_profile *profile, uint32_t value_index,
                    bool mean);

/* ---- graph -------------------------------------------------------------- */

enum pp_graph_order {
    PP_ORDER_FLAT, /* |flat|, name, |cum|, identity */
    PP_ORDER_CUM,  /* |cum|, name, |flat|, identity */

    /* How much a node tells in a picture, name, |flat|, identity. Each of up to
     * four tags then takes the place of a node, and edges are left out that
     * show nothing new. Needs PP_EDGES_ALL. */
    PP_ORDER_PICTURE,
};

enum pp_graph_edges {
    PP_EDGES_NONE,
    PP_EDGES_INLINED,  /* only to nodes that are inlined somewhere */
    PP_EDGES_MATCHING, /* only to and from nodes with certain names */
    PP_EDGES_ALL,
};

struct pp_graph_options {
    struct pp_node_options nodes;
    uint32_t value_index;
    bool mean;          /* divide by value 0 */
    bool drop_negative; /* leave out nodes whose flat, or else cum, is < 0 */
    double node_fraction, edge_fraction; /* of the sum of flat values */
    int64_t node_count;                  /* show at most so many; <= 0: all */
    enum pp_graph_order order;
    enum pp_graph_edges edges;
    struct {
        bool (*matches)(void *context, struct pp_slice name);
        void *context;
    } matching;     /* for PP_EDGES_MATCHING: the names */
    bool call_tree; /* a node for each path that leads to a place, instead of
                     * one for the place */
    struct {
        bool wanted;
        struct pp_slice unit; /* to name numbers in */
    } tags;
};

/* What some samples of a node are labelled with: all of their text labels, as
 * "key:value" joined by "\n" (a backslash and an n); or a number of bytes,
 * which some of those with the same text labels, or with none, have too. */
struct pp_tag {
    struct pp_slice name;
    uint32_t labels; /* the number of those text labels; 0: none */
    bool is_number;
    int64_t number; /* the first of those with this name */
    int64_t flat, cum;
    int64_t flat_divisor, cum_divisor;
};

static inline int64_t pp_tag_flat(const struct pp_tag *tag)
{
    return pp_mean(tag->flat, tag->flat_divisor);
}

static inline int64_t pp_tag_cum(const struct pp_tag *tag)
{
    return pp_mean(tag->cum, tag->cum_divisor);
}

/* The tags of a node, without those that are lighter than the node cutoff. */
struct pp_tag_list {
    const struct pp_tag *items;
    uint32_t count;
};

/* Small, as there may be many millions. */
struct pp_edge {
    /* Caller and callee: indices of graph->nodes. */
    uint32_t source : 31;
    bool residual : 1; /* went over nodes that are not shown, at least once */
    uint32_t target : 31;
    bool is_inline : 1; /* the callee was inlined into the caller each time */
    int64_t weight, weight_divisor;
};

struct pp_edges {
    struct pp_edge *items;
    uint32_t count, capacity;
};

/* For each place i in graph->nodes, shadows too, the indices of some edges:
 * edges[starts[i] .. starts[i + 1]). */
struct pp_links {
    uint32_t *starts;
    uint32_t *edges;
};

struct pp_graph {
    const struct pp_node **nodes; /* those shown, in order; then the shadows */
    struct pp_slice *names;       /* pp_node_name of each */
    struct pp_tag_list *tags;     /* of those shown */
    struct pp_slice tag_unit;     /* of their numbers */
    uint32_t node_count;
    uint32_t shadow_count;    /* not shown, because their values cancel out,
                               * but edges may touch them */
    uint32_t candidate_count; /* nodes before node_count cut them off */
    uint32_t dropped_nodes;   /* lighter than the node cutoff */

    struct pp_edges edges;  /* in no order that means anything, unless
                             * pp_graph_sort_edges was called, as it was for a
                             * picture */
    uint32_t dropped_edges; /* lighter than the edge cutoff; but not those that
                             * went before nodes were chosen for a picture */
};

/* Never NULL: the arena must be a fatal one. */
struct pp_graph *pp_graph_new(struct pp_arena *arena,
                              const struct pp_profile *profile,
                              const struct pp_graph_options *options);

/* Sort the edges: the heaviest (by |weight|) first, then by the caller's name,
 * then by the callee's; and find, in this order, those that lead into each node
 * (callers) and out of it (callees). Either may be NULL. */
void pp_graph_sort_edges(struct pp_graph *graph, struct pp_arena *arena,
                         struct pp_links *callers, struct pp_links *callees);

/* Find the same callees, and leave the edges as they are: where there are many
 * millions this is much less work. */
void pp_graph_sort_callees(const struct pp_graph *graph, struct pp_arena *arena,
                           struct pp_links *callees);

/* ---- source paths ------------------------------------------------------- */

/* The shortest path that means the same, without looking at the disk: Go's
 * filepath.Clean; but "" stays "". In the arena where it differs. */
struct pp_slice pp_path_clean(struct pp_slice path, struct pp_arena *arena);

/* Without what trim_path names ("a:b": prefixes), or what the base name of a
 * directory of source_path suggests. Either may be NULL or "". Borrows. */
struct pp_slice pp_path_trim(struct pp_slice path, const char *trim_path,
                             const char *source_path);

#include "graph/flame.h"

#endif
