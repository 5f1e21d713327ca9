/* What of a function's name can be read in a flame graph; for flamegraph.c. */
#ifndef PP_REPORT_FLAMEGRAPH_LABEL_H
#define PP_REPORT_FLAMEGRAPH_LABEL_H

#include "base/base.h"

/* The name, without its middle ("…" instead) if it is longer than anybody
 * reads. At most 1000 bytes; a copy is in the arena, which must be a fatal
 * one. */
struct pp_slice pp_flamegraph_name(struct pp_arena *arena,
                                   struct pp_slice name);

struct pp_flamegraph_label {
    struct pp_slice text; /* a part of the name */
    bool is_cut;          /* ".." is to follow, for which there is room */
};

/* As much of the end of the name as stands in so many cells, from 2: all of
 * it, or what is left without its outermost packages, namespaces and classes.
 * If even the last part of it is too wide, the start of that, cut. Takes time
 * as the name is long, however many parts it has. */
struct pp_flamegraph_label pp_flamegraph_label(struct pp_slice name,
                                               unsigned cells);

#endif
