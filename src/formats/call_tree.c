/* A tree of calls, for forms that tell one stack after another, or only how the
 * stack changes: in memory it is as large as what is different. See
 * call_tree.h. */
#include "formats/call_tree.h"

uint32_t pp_call_tree_child(struct pp_call_tree *tree, uint32_t parent,
                            uint32_t frame)
{
    uint64_t hash = pp_hash_add(pp_hash_u64(parent), frame);
    uint32_t at, index;
    pp_table_each (&tree->children, hash, at, index) {
        const struct pp_call *call = &tree->calls.items[index];
        if (call->parent == parent && call->frame == frame)
            return index;
    }
    index = tree->calls.count;
    struct pp_call *added = pp_vector_add(&tree->arena, &tree->calls);
    if (!added ||
        pp_table_insert(&tree->children, &tree->arena, hash, index) < 0)
        return PP_NONE;
    *added = (struct pp_call){.parent = parent, .frame = frame};
    return index;
}

void pp_call_tree_release(struct pp_call_tree *tree)
{
    pp_arena_release(&tree->arena);
}
