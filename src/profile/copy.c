/* A profile again, to be cut down while the first stays whole. Invariant: the
 * copy shares nothing that anybody writes to; the bytes of strings nobody
 * does, so they are borrowed. The table that finds strings is made anew when
 * somebody first adds one. */
#include "profile/profile.h"

/* Put a copy of the array in its place. 0 or PP_E_MEMORY. */
static int copy_items(struct pp_arena *arena, void **items, size_t item_size,
                      uint32_t count, uint32_t *capacity)
{
    void *copy = pp_arena_array(arena, count, item_size);
    if (!copy)
        return PP_E_MEMORY;
    if (count)
        memcpy(copy, *items, count * item_size);
    *items = copy;
    *capacity = count;
    return PP_OK;
}

#define copy_array(arena, vector)                                              \
    copy_items((arena), (void **)&(vector)->items, sizeof *(vector)->items,    \
               (vector)->count, &(vector)->capacity)

static int copy_arrays(struct pp_profile *copy)
{
    struct pp_arena *arena = &copy->arena;
    int failed =
        copy_array(arena, &copy->strings) |
        copy_array(arena, &copy->sample_types) |
        copy_array(arena, &copy->samples) | copy_array(arena, &copy->values) |
        copy_array(arena, &copy->stacks) | copy_array(arena, &copy->labels) |
        copy_array(arena, &copy->mappings) |
        copy_array(arena, &copy->locations) | copy_array(arena, &copy->lines) |
        copy_array(arena, &copy->functions) |
        copy_array(arena, &copy->comments);
    return failed ? PP_E_MEMORY : PP_OK;
}

struct pp_profile *pp_profile_copy(const struct pp_profile *profile)
{
    struct pp_arena arena = {0};
    struct pp_profile *copy = pp_arena_new(&arena, struct pp_profile);
    if (!copy)
        return NULL;
    *copy = *profile;
    copy->arena = arena;
    copy->input = (struct pp_buffer){0};
    copy->interned = (struct pp_table){0};
    copy->indexed = 0;
    if (copy_arrays(copy) < 0) {
        pp_profile_free(copy);
        return NULL;
    }
    return copy;
}
