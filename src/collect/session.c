/* Summing up stacks. See session.h.
 *
 * Invariant: locations are distinct by (address, mapping), stacks by their
 * frames; a location index below PP_SYNTHETIC_COUNT is that synthetic frame.
 */
#include "collect/session.h"

#include "collect/threads.h"
#include "os/os.h"

enum {
    MEMORY_MAX = 256 << 20, /* bytes a session may use */
};

/* ---- objects ------------------------------------------------------------ */

static uint32_t find_own(const struct pp_objects *objects)
{
    uint64_t code = (uint64_t)(uintptr_t)pp_threads_trampoline;
    for (uint32_t i = 1; i < objects->count; i++)
        if (objects->items[i].retired == 0 &&
            code - objects->items[i].start <
                objects->items[i].end - objects->items[i].start)
            return i;
    return PP_NONE;
}

void pp_objects_update(struct pp_objects *objects)
{
    uint32_t generation = pp_unwind_generation();
    if (objects->items && objects->generation == generation)
        return;
    struct pp_arena arena = {0};
    uint32_t count;
    struct pp_unwind_object *items = pp_unwind_objects(&arena, &count);
    if (!items) {
        pp_arena_release(&arena);
        return; /* without memory: the last list is better than none */
    }
    pp_arena_release(&objects->arena);
    objects->arena = arena;
    objects->generation = generation;
    objects->items = items;
    objects->count = count;
    objects->own = find_own(objects);
}

void pp_objects_release(struct pp_objects *objects)
{
    pp_arena_release(&objects->arena);
    *objects = (struct pp_objects){0};
}

/* The object that holds an address now; else the one that did last. */
static uint32_t find_object(const struct pp_objects *objects, uint64_t address)
{
    uint32_t best = PP_NONE;
    for (uint32_t i = 0; i < objects->count; i++) {
        const struct pp_unwind_object *object = &objects->items[i];
        if (address < object->start || address >= object->end)
            continue;
        if (object->retired == 0)
            return i;
        if (best == PP_NONE || object->retired > objects->items[best].retired)
            best = i;
    }
    return best;
}

/* ---- locations ---------------------------------------------------------- */

static bool same_object(const struct pp_unwind_object *a,
                        const struct pp_unwind_object *b)
{
    return a->start == b->start && a->end == b->end && a->offset == b->offset &&
           a->build_id_size == b->build_id_size &&
           memcmp(a->build_id, b->build_id, a->build_id_size) == 0 &&
           strcmp(a->path, b->path) == 0;
}

static uint32_t mapping_of(struct pp_session *session,
                           const struct pp_unwind_object *object)
{
    for (uint32_t i = 0; i < session->mappings.count; i++)
        if (same_object(&session->mappings.items[i], object))
            return i;
    uint32_t index = session->mappings.count;
    const char *path =
        pp_slice_copy(&session->arena, pp_slice_of(object->path));
    struct pp_unwind_object *mapping =
        path ? pp_vector_add(&session->arena, &session->mappings) : NULL;
    if (!mapping)
        return PP_NONE;
    *mapping = *object;
    mapping->path = path;
    return index;
}

static uint32_t location_of(struct pp_session *session, uint64_t address,
                            const struct pp_objects *objects, uint32_t object)
{
    uint32_t mapping = PP_NONE;
    if (object != PP_NONE)
        mapping = mapping_of(session, &objects->items[object]);
    uint64_t hash = pp_hash_add(pp_hash_u64(address), mapping);
    uint32_t at, index;
    pp_table_each (&session->location_table, hash, at, index) {
        if (session->locations.items[index].address == address &&
            session->locations.items[index].mapping == mapping)
            return index;
    }
    index = session->locations.count;
    struct pp_session_location *location =
        pp_vector_add(&session->arena, &session->locations);
    if (!location)
        return PP_NONE;
    *location = (struct pp_session_location){address, mapping};
    if (pp_table_insert(&session->location_table, &session->arena, hash,
                        index) < 0)
        return PP_NONE;
    return index;
}

/* ---- stacks ------------------------------------------------------------- */

static uint32_t stack_of(struct pp_session *session, const uint32_t *frames,
                         uint32_t depth)
{
    uint64_t hash = pp_hash_bytes(frames, depth * sizeof *frames);
    uint32_t at, index;
    pp_table_each (&session->stack_table, hash, at, index) {
        const struct pp_session_stack *stack = &session->stacks.items[index];
        if (stack->depth == depth &&
            memcmp(session->frames.items + stack->start, frames,
                   depth * sizeof *frames) == 0)
            return index;
    }
    if (pp_vector_reserve(&session->arena, &session->frames, depth) < 0)
        return PP_NONE;
    index = session->stacks.count;
    struct pp_session_stack *stack =
        pp_vector_add(&session->arena, &session->stacks);
    if (!stack)
        return PP_NONE;
    *stack = (struct pp_session_stack){session->frames.count, depth, 0, 0};
    memcpy(session->frames.items + session->frames.count, frames,
           depth * sizeof *frames);
    session->frames.count += depth;
    if (pp_table_insert(&session->stack_table, &session->arena, hash, index) <
        0)
        return PP_NONE;
    return index;
}

/* Return addresses are told as the call before them: one byte back lies in the
 * call instruction. Our own thread trampoline is left out. */
static uint32_t frames_of(struct pp_session *session,
                          const struct pp_objects *objects,
                          struct pp_ring_record record, const uint64_t *pcs,
                          uint32_t *frames)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < record.depth; i++) {
        uint64_t address = i == 0 ? pcs[i] : pcs[i] - 1;
        uint32_t object = find_object(objects, address);
        if (i > 0 && object != PP_NONE && object == objects->own)
            continue;
        uint32_t location = location_of(session, address, objects, object);
        if (location == PP_NONE)
            return 0;
        frames[depth++] = location;
    }
    if (record.end == PP_UNWIND_FULL)
        frames[depth++] = PP_SYNTHETIC_TOO_DEEP;
    else if (record.end != PP_UNWIND_COMPLETE)
        frames[depth++] = PP_SYNTHETIC_TRUNCATED;
    return depth;
}

void pp_session_add(struct pp_session *session,
                    const struct pp_objects *objects,
                    struct pp_ring_record record, const uint64_t *pcs)
{
    uint32_t frames[PP_STACK_DEPTH_MAX + 1];
    uint32_t depth = frames_of(session, objects, record, pcs, frames);
    uint32_t stack = depth ? stack_of(session, frames, depth) : PP_NONE;
    if (stack == PP_NONE) {
        pp_session_add_synthetic(session, PP_SYNTHETIC_OVERFLOW, record.weight);
        return;
    }
    session->stacks.items[stack].weight += record.weight;
    session->stacks.items[stack].samples++;
}

void pp_session_add_synthetic(struct pp_session *session,
                              enum pp_synthetic kind, uint64_t periods)
{
    session->synthetic[kind] += periods;
}

void pp_session_open(struct pp_session *session, int64_t period_ns)
{
    *session = (struct pp_session){
        .open = true,
        .period_ns = period_ns,
        .start_realtime_ns = pp_os_realtime_ns(),
        .start_ns = pp_os_now_ns(),
    };
    pp_arena_init(&session->arena, MEMORY_MAX);
    /* The synthetic frames' places; should there be no memory even for these,
     * every sample will be overflow. */
    for (int i = 0; i < PP_SYNTHETIC_COUNT; i++) {
        struct pp_session_location *location =
            pp_vector_add(&session->arena, &session->locations);
        if (location)
            location->mapping = PP_NONE;
    }
}

void pp_session_release(struct pp_session *session)
{
    pp_arena_release(&session->arena);
    *session = (struct pp_session){0};
}
