/* Which nodes were inlined into their callers. */
#include "report/inlining.h"

/* How a node was inlined. */
enum inlining {
    CALLED = 1,
    INLINED = 2,
};

const char *const *pp_report_inline_suffixes(struct pp_arena *arena,
                                             const struct pp_graph *graph)
{
    static const char *const suffixes[] = {
        [0] = "",
        [CALLED] = "",
        [INLINED] = " (inline)",
        [CALLED | INLINED] = " (partial-inline)",
    };
    uint32_t count = graph->node_count + graph->shadow_count;
    uint8_t *inlining = pp_arena_alloc(arena, count);
    const char **own = pp_arena_array(arena, count, sizeof *own);
    for (uint32_t i = 0; i < graph->edges.count; i++) {
        const struct pp_edge *edge = &graph->edges.items[i];
        inlining[edge->target] |= edge->is_inline ? INLINED : CALLED;
    }
    for (uint32_t i = 0; i < count; i++)
        own[i] = suffixes[inlining[i]];
    return own;
}
