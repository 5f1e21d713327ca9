/* Source paths as reports show them. Private to graph. */
#ifndef PP_GRAPH_PATHS_H
#define PP_GRAPH_PATHS_H

#include "graph/graph.h"

/* The shortest path that means the same, without looking at the disk: Go's
 * filepath.Clean; but "" stays "". In the arena where it differs. */
struct pp_slice pp_path_clean(struct pp_slice path, struct pp_arena *arena);

/* Without what trim_path names ("a:b": prefixes), or what the base name of a
 * directory of source_path suggests. Either may be NULL or "". Borrows. */
struct pp_slice pp_path_trim(struct pp_slice path, const char *trim_path,
                             const char *source_path);

#endif
