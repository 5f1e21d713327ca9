/* The frames of a call tree: nodes of the graph, seen by name and kind only.
 *
 * Invariant: frames are numbered in the order of their names, so that whoever
 * sorts by number has sorted by name. See flame_frames.h. */
#include "graph/flame_frames.h"

#include <stdlib.h>

static bool is_synthetic(struct pp_slice name)
{
    return (name.size >= 2 && name.data[0] == '[' &&
            name.data[name.size - 1] == ']') ||
           pp_slice_equal(name, pp_slice_literal("<unknown>"));
}

static enum pp_flame_kind kind_of(struct pp_slice name, struct pp_slice mapping)
{
    /* As the kernel, perf and the usual JITs name what is mapped. */
    static const struct {
        const char *start;
        enum pp_flame_kind kind;
    } known[] = {
        {"[kernel", PP_FLAME_KERNEL},  {"[guest.kernel", PP_FLAME_KERNEL},
        {"[vmlinux", PP_FLAME_KERNEL}, {"[anon", PP_FLAME_JIT},
        {"//anon", PP_FLAME_JIT},      {"/memfd:", PP_FLAME_JIT},
        {"/tmp/perf-", PP_FLAME_JIT},  {"perf-", PP_FLAME_JIT},
        {"jitted-", PP_FLAME_JIT},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (pp_slice_starts_with(mapping, pp_slice_of(known[i].start)))
            return known[i].kind;
    return is_synthetic(name) ? PP_FLAME_SYNTHETIC : PP_FLAME_CODE;
}

/* The frame of each node, not yet merged. Where a node is in several mappings
 * the first that has it tells the kind. */
static struct pp_flame_frame *frames_of_nodes(const struct pp_nodes *nodes,
                                              struct pp_arena *arena,
                                              struct pp_arena *scratch,
                                              const struct pp_profile *profile)
{
    struct pp_flame_frame *frames =
        pp_arena_array(scratch, nodes->all.count, sizeof(*frames));
    for (uint32_t i = profile->locations.count; i-- > 0;) {
        uint32_t mapping = profile->locations.items[i].mapping;
        struct pp_slice file = {NULL, 0};
        if (mapping != PP_NONE)
            file = pp_profile_text(profile,
                                   profile->mappings.items[mapping].filename);
        for (uint32_t k = nodes->starts[i]; k < nodes->starts[i + 1]; k++) {
            uint32_t node = nodes->frames[k];
            struct pp_slice *name = &frames[node].name;
            if (!name->data)
                *name = pp_node_name(&nodes->all.items[node], arena);
            frames[node].kind = kind_of(*name, file);
        }
    }
    return frames;
}

static int compare(const void *left, const void *right, void *frames)
{
    const struct pp_flame_frame *all = frames;
    const struct pp_flame_frame *a = &all[*(const uint32_t *)left];
    const struct pp_flame_frame *b = &all[*(const uint32_t *)right];
    int order = pp_slice_compare(a->name, b->name);
    return order ? order : (int)a->kind - (int)b->kind;
}

void pp_flame_frames_make(struct pp_flame *tree, struct pp_arena *arena,
                          struct pp_nodes *nodes, struct pp_arena *scratch,
                          const struct pp_profile *profile)
{
    uint32_t count = nodes->all.count;
    struct pp_flame_frame *all =
        frames_of_nodes(nodes, arena, scratch, profile);
    uint32_t *order = pp_arena_array(scratch, count, sizeof(*order));
    uint32_t *rank = pp_arena_array(scratch, count, sizeof(*rank));
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof(*order), compare, all);

    tree->frames = pp_arena_array(arena, count, sizeof(*tree->frames));
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || compare(&order[i - 1], &order[i], all) != 0)
            tree->frames[tree->frame_count++] = all[order[i]];
        rank[order[i]] = tree->frame_count - 1;
    }
    uint32_t frame_count = nodes->starts[profile->locations.count];
    for (uint32_t i = 0; i < frame_count; i++)
        nodes->frames[i] = rank[nodes->frames[i]];
}
