/* A session's sums as a profile: mappings, locations, samples, and synthetic
 * frames for what could not be sampled. Types and header as runtime/pprof's
 * CPU profile (protobuf.go there). */
#include "collect/session.h"

#include <stdio.h>

#include "os/os.h"

static const char *const synthetic_names[PP_SYNTHETIC_COUNT] = {
    [PP_SYNTHETIC_LOST] = "[lost samples]",
    [PP_SYNTHETIC_MISSED] = "[not sampled]",
    [PP_SYNTHETIC_OVERFLOW] = "[profile memory full]",
    [PP_SYNTHETIC_TRUNCATED] = "[truncated stack]",
    [PP_SYNTHETIC_TOO_DEEP] = "[stack too deep]",
};

static uint32_t add_mapping(struct pp_profile *profile,
                            const struct pp_unwind_object *object)
{
    char build_id[2 * sizeof object->build_id + 1] = "";
    for (uint32_t i = 0; i < object->build_id_size; i++)
        snprintf(build_id + 2 * i, 3, "%02x", object->build_id[i]);
    return pp_profile_add_mapping(profile, object->start, object->end,
                                  object->offset, pp_slice_of(object->path),
                                  pp_slice_of(build_id));
}

/* The program first: readers take the profile's name from the first mapping.
 * Then what samples are in. */
static int add_mappings(const struct pp_session *session,
                        const struct pp_objects *objects,
                        struct pp_profile *profile, uint32_t *indices)
{
    const struct pp_unwind_object *program =
        objects->count ? &objects->items[0] : NULL;
    uint32_t first = program ? add_mapping(profile, program) : PP_NONE;
    if (program && first == PP_NONE)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < session->mappings.count; i++) {
        const struct pp_unwind_object *object = &session->mappings.items[i];
        bool is_program = program && object->start == program->start &&
                          object->end == program->end;
        indices[i] = is_program ? first : add_mapping(profile, object);
        if (indices[i] == PP_NONE)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static uint32_t add_synthetic(struct pp_profile *profile,
                              enum pp_synthetic kind)
{
    struct pp_slice name = pp_slice_of(synthetic_names[kind]);
    struct pp_slice none = {0};
    struct pp_line line = {
        .function = pp_profile_add_function(profile, name, name, none, 0)};
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    if (line.function == PP_NONE || location == PP_NONE ||
        pp_profile_set_lines(profile, location, &line, 1) < 0)
        return PP_NONE;
    return location;
}

/* Locations of the session to those of the profile. The synthetic ones only
 * if they are used: `used` has a bit for each. */
static int add_locations(const struct pp_session *session,
                         const uint32_t *mappings, uint32_t used,
                         struct pp_profile *profile, uint32_t *indices)
{
    for (uint32_t i = 0; i < session->locations.count; i++) {
        const struct pp_session_location *location =
            &session->locations.items[i];
        if (i < PP_SYNTHETIC_COUNT && !(used & 1u << i))
            continue;
        uint32_t mapping = location->mapping == PP_NONE
                               ? PP_NONE
                               : mappings[location->mapping];
        indices[i] =
            i < PP_SYNTHETIC_COUNT
                ? add_synthetic(profile, (enum pp_synthetic)i)
                : pp_profile_add_location(profile, mapping, location->address);
        if (indices[i] == PP_NONE)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static uint32_t used_synthetic(const struct pp_session *session)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < PP_SYNTHETIC_COUNT; i++)
        if (session->synthetic[i])
            used |= 1u << i;
    for (uint32_t i = 0; i < session->frames.count; i++)
        if (session->frames.items[i] < PP_SYNTHETIC_COUNT)
            used |= 1u << session->frames.items[i];
    return used;
}

/* A sample of so many periods: samples/count and cpu/nanoseconds. */
static int add_sample(const struct pp_session *session,
                      struct pp_profile *profile, const uint32_t *locations,
                      uint32_t depth, uint64_t periods)
{
    int64_t values[2] = {(int64_t)periods,
                         (int64_t)periods * session->period_ns};
    return pp_profile_add_sample(profile, locations, depth, values) == PP_NONE
               ? PP_E_MEMORY
               : PP_OK;
}

static int add_samples(const struct pp_session *session,
                       const uint32_t *locations, struct pp_profile *profile)
{
    int status = PP_OK;
    uint32_t stack_frames[PP_STACK_DEPTH_MAX + 1];
    for (uint32_t i = 0; i < session->stacks.count && status == PP_OK; i++) {
        const struct pp_session_stack *stack = &session->stacks.items[i];
        for (uint32_t j = 0; j < stack->depth; j++)
            stack_frames[j] =
                locations[session->frames.items[stack->start + j]];
        status = add_sample(session, profile, stack_frames, stack->depth,
                            stack->weight);
    }
    for (uint32_t i = 0; i < PP_SYNTHETIC_COUNT && status == PP_OK; i++)
        if (session->synthetic[i])
            status = add_sample(session, profile, &locations[i], 1,
                                session->synthetic[i]);
    return status;
}

static int add_header(const struct pp_session *session, const char *notes,
                      struct pp_profile *profile)
{
    profile->time_nanos = session->start_realtime_ns;
    profile->duration_nanos = pp_os_now_ns() - session->start_ns;
    profile->period = session->period_ns;
    profile->period_type.type =
        pp_profile_add_string(profile, pp_slice_literal("cpu"));
    profile->period_type.unit =
        pp_profile_add_string(profile, pp_slice_literal("nanoseconds"));
    if (profile->period_type.type == PP_NONE ||
        profile->period_type.unit == PP_NONE)
        return PP_E_MEMORY;
    while (*notes) {
        size_t size = strcspn(notes, "\n");
        struct pp_slice note = {notes, size};
        if (size && pp_profile_add_comment(profile, note) < 0)
            return PP_E_MEMORY;
        notes += size + (notes[size] == '\n');
    }
    return PP_OK;
}

static int fill(const struct pp_session *session,
                const struct pp_objects *objects, const char *notes,
                struct pp_arena *scratch, struct pp_profile *profile)
{
    uint32_t *mappings =
        pp_arena_array(scratch, session->mappings.count, sizeof *mappings);
    uint32_t *locations =
        pp_arena_array(scratch, session->locations.count, sizeof *locations);
    if (!mappings || !locations)
        return PP_E_MEMORY;
    if (pp_profile_add_sample_type(profile, "samples", "count") == PP_NONE ||
        pp_profile_add_sample_type(profile, "cpu", "nanoseconds") == PP_NONE)
        return PP_E_MEMORY;
    int status = add_header(session, notes, profile);
    if (status == PP_OK)
        status = add_mappings(session, objects, profile, mappings);
    if (status == PP_OK)
        status = add_locations(session, mappings, used_synthetic(session),
                               profile, locations);
    if (status == PP_OK)
        status = add_samples(session, locations, profile);
    return status;
}

int pp_session_profile(const struct pp_session *session,
                       const struct pp_objects *objects, const char *notes,
                       struct pp_profile **profile, struct pp_error *err)
{
    *profile = pp_profile_new(0);
    if (!*profile)
        return pp_fail_memory(err);
    struct pp_arena scratch = {0};
    int status = fill(session, objects, notes, &scratch, *profile);
    pp_arena_release(&scratch);
    if (status == PP_OK)
        return PP_OK;
    pp_profile_free(*profile);
    *profile = NULL;
    return pp_fail_memory(err);
}
