/* A profile's life, and the adding of one thing after the other. Invariant:
 * string 0 is "", every index that is handed out is valid, and what a sample
 * or location has of stacks, values, labels and lines lies side by side. See
 * profile.h. */
#include "profile/profile.h"

#include <assert.h>
#include <stdlib.h>

/* Arrays without items have an address nevertheless, so that "items + 0" is
 * one. */
static int make_arrays(struct pp_profile *profile)
{
    struct pp_arena *arena = &profile->arena;
    int failed = pp_vector_reserve(arena, &profile->strings, 1) |
                 pp_vector_reserve(arena, &profile->sample_types, 1) |
                 pp_vector_reserve(arena, &profile->samples, 1) |
                 pp_vector_reserve(arena, &profile->values, 1) |
                 pp_vector_reserve(arena, &profile->stacks, 1) |
                 pp_vector_reserve(arena, &profile->labels, 1) |
                 pp_vector_reserve(arena, &profile->mappings, 1) |
                 pp_vector_reserve(arena, &profile->locations, 1) |
                 pp_vector_reserve(arena, &profile->lines, 1) |
                 pp_vector_reserve(arena, &profile->functions, 1) |
                 pp_vector_reserve(arena, &profile->comments, 1);
    return failed ? PP_E_MEMORY : PP_OK;
}

struct pp_profile *pp_profile_new(size_t ceiling)
{
    struct pp_arena arena;
    pp_arena_init(&arena, ceiling);
    struct pp_profile *profile = pp_arena_new(&arena, struct pp_profile);
    if (!profile)
        return NULL;
    profile->arena = arena;
    if (make_arrays(profile) < 0 ||
        pp_profile_add_string(profile, pp_slice_literal("")) == PP_NONE) {
        pp_profile_free(profile);
        return NULL;
    }
    return profile;
}

void pp_profile_free(struct pp_profile *profile)
{
    if (!profile)
        return;
    pp_buffer_release(&profile->input);
    /* The profile lies in its own arena: hold that while it goes. */
    struct pp_arena arena = profile->arena;
    pp_arena_release(&arena);
}

/* ---- strings ------------------------------------------------------------ */

static pp_string find_string(const struct pp_profile *profile,
                             struct pp_slice text)
{
    uint64_t hash = pp_hash_bytes(text.data, text.size);
    uint32_t at, string;
    pp_table_each (&profile->interned, hash, at, string) {
        if (pp_slice_equal(profile->strings.items[string], text))
            return string;
    }
    return PP_NONE;
}

/* Files may hold a string many times: the first is the one to be found. */
static int index_string(struct pp_profile *profile, uint32_t string)
{
    struct pp_slice text = profile->strings.items[string];
    if (find_string(profile, text) != PP_NONE)
        return PP_OK;
    return pp_table_insert(&profile->interned, &profile->arena,
                           pp_hash_bytes(text.data, text.size), string);
}

/* A decoded profile comes with strings but without the table to find them by:
 * it is made when somebody first adds to it. */
static int index_strings(struct pp_profile *profile)
{
    for (; profile->indexed < profile->strings.count; profile->indexed++)
        if (index_string(profile, profile->indexed) < 0)
            return PP_E_MEMORY;
    return PP_OK;
}

pp_string pp_profile_add_string(struct pp_profile *profile,
                                struct pp_slice text)
{
    if (index_strings(profile) < 0)
        return PP_NONE;
    pp_string string = find_string(profile, text);
    if (string != PP_NONE)
        return string;
    const char *copy = pp_slice_copy(&profile->arena, text);
    struct pp_slice *item = pp_vector_add(&profile->arena, &profile->strings);
    if (!item)
        return PP_NONE;
    *item = (struct pp_slice){copy, text.size};
    if (!copy || index_strings(profile) < 0) {
        profile->strings.count--;
        return PP_NONE;
    }
    return profile->strings.count - 1;
}

/* ---- tables ------------------------------------------------------------- */

uint32_t pp_profile_add_sample_type(struct pp_profile *profile,
                                    const char *type, const char *unit)
{
    assert(profile->samples.count == 0);
    struct pp_value_type value_type = {
        .type = pp_profile_add_string(profile, pp_slice_of(type)),
        .unit = pp_profile_add_string(profile, pp_slice_of(unit)),
    };
    if (value_type.type == PP_NONE || value_type.unit == PP_NONE)
        return PP_NONE;
    struct pp_value_type *added =
        pp_vector_add(&profile->arena, &profile->sample_types);
    if (!added)
        return PP_NONE;
    *added = value_type;
    return profile->sample_types.count - 1;
}

uint32_t pp_profile_add_mapping(struct pp_profile *profile, uint64_t start,
                                uint64_t limit, uint64_t offset,
                                struct pp_slice filename,
                                struct pp_slice build_id)
{
    struct pp_mapping mapping = {
        .start = start,
        .limit = limit,
        .offset = offset,
        .filename = pp_profile_add_string(profile, filename),
        .build_id = pp_profile_add_string(profile, build_id),
    };
    if (mapping.filename == PP_NONE || mapping.build_id == PP_NONE)
        return PP_NONE;
    struct pp_mapping *added =
        pp_vector_add(&profile->arena, &profile->mappings);
    if (!added)
        return PP_NONE;
    mapping.id = profile->mappings.count;
    *added = mapping;
    return profile->mappings.count - 1;
}

uint32_t pp_profile_add_function(struct pp_profile *profile,
                                 struct pp_slice name,
                                 struct pp_slice system_name,
                                 struct pp_slice filename, int64_t start_line)
{
    struct pp_function function = {
        .name = pp_profile_add_string(profile, name),
        .system_name = pp_profile_add_string(profile, system_name),
        .filename = pp_profile_add_string(profile, filename),
        .start_line = start_line,
    };
    if (function.name == PP_NONE || function.system_name == PP_NONE ||
        function.filename == PP_NONE)
        return PP_NONE;
    struct pp_function *added =
        pp_vector_add(&profile->arena, &profile->functions);
    if (!added)
        return PP_NONE;
    function.id = profile->functions.count;
    *added = function;
    return profile->functions.count - 1;
}

uint32_t pp_profile_add_location(struct pp_profile *profile, uint32_t mapping,
                                 uint64_t address)
{
    assert(mapping == PP_NONE || mapping < profile->mappings.count);
    struct pp_location *added =
        pp_vector_add(&profile->arena, &profile->locations);
    if (!added)
        return PP_NONE;
    *added = (struct pp_location){
        .id = profile->locations.count,
        .address = address,
        .mapping = mapping,
    };
    return profile->locations.count - 1;
}

int pp_profile_set_lines(struct pp_profile *profile, uint32_t location,
                         const struct pp_line *lines, uint32_t count)
{
    assert(location < profile->locations.count);
    struct pp_location *changed = &profile->locations.items[location];
    if (count > changed->line_count) {
        if (pp_vector_reserve(&profile->arena, &profile->lines, count) < 0)
            return PP_E_MEMORY;
        changed->line_start = profile->lines.count;
        profile->lines.count += count;
    }
    changed->line_count = count;
    if (count)
        memmove(profile->lines.items + changed->line_start, lines,
                count * sizeof *lines);
    return PP_OK;
}

/* ---- samples ------------------------------------------------------------ */

uint32_t pp_profile_add_sample(struct pp_profile *profile,
                               const uint32_t *locations, uint32_t depth,
                               const int64_t *values)
{
    uint32_t type_count = profile->sample_types.count;
    struct pp_arena *arena = &profile->arena;
    if (pp_vector_reserve(arena, &profile->stacks, depth) < 0 ||
        pp_vector_reserve(arena, &profile->values, type_count) < 0)
        return PP_NONE;
    struct pp_sample *sample = pp_vector_add(arena, &profile->samples);
    if (!sample)
        return PP_NONE;
    *sample = (struct pp_sample){
        .stack_start = profile->stacks.count,
        .stack_depth = depth,
        .label_start = profile->labels.count,
    };
    if (depth)
        memcpy(profile->stacks.items + profile->stacks.count, locations,
               depth * sizeof *locations);
    profile->stacks.count += depth;
    if (type_count)
        memcpy(profile->values.items + profile->values.count, values,
               type_count * sizeof *values);
    profile->values.count += type_count;
    return profile->samples.count - 1;
}

int pp_profile_add_label(struct pp_profile *profile, struct pp_label label)
{
    assert(profile->samples.count > 0);
    struct pp_label *added = pp_vector_add(&profile->arena, &profile->labels);
    if (!added)
        return PP_E_MEMORY;
    *added = label;
    profile->samples.items[profile->samples.count - 1].label_count++;
    return PP_OK;
}

int pp_profile_add_comment(struct pp_profile *profile, struct pp_slice text)
{
    pp_string string = pp_profile_add_string(profile, text);
    if (string == PP_NONE)
        return PP_E_MEMORY;
    pp_string *added = pp_vector_add(&profile->arena, &profile->comments);
    if (!added)
        return PP_E_MEMORY;
    *added = string;
    return PP_OK;
}

/* ---- looking ------------------------------------------------------------ */

static int compare_labels(const void *a, const void *b, void *context)
{
    const struct pp_profile *profile = context;
    uint32_t at_a = *(const uint32_t *)a, at_b = *(const uint32_t *)b;
    const struct pp_label *label_a = &profile->labels.items[at_a];
    const struct pp_label *label_b = &profile->labels.items[at_b];
    if (!label_a->string != !label_b->string)
        return label_a->string ? -1 : 1;
    int order = pp_slice_compare(pp_profile_text(profile, label_a->key),
                                 pp_profile_text(profile, label_b->key));
    return order ? order : at_a < at_b ? -1 : 1;
}

void pp_sample_order_labels(const struct pp_profile *profile,
                            const struct pp_sample *sample, uint32_t *order)
{
    for (uint32_t i = 0; i < sample->label_count; i++)
        order[i] = sample->label_start + i;
    if (sample->label_count > 1)
        qsort_r(order, sample->label_count, sizeof *order, compare_labels,
                (void *)profile);
}

uint32_t pp_profile_label_count_max(const struct pp_profile *profile)
{
    uint32_t largest = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (profile->samples.items[i].label_count > largest)
            largest = profile->samples.items[i].label_count;
    return largest;
}
