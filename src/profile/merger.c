/* Taking a source in. What is the same in two sources is found by content,
 * never by id:
 *
 *     mapping    size in whole pages, offset, build id or else file
 *     function   name, system name, file, start line
 *     location   address from its mapping's start, mapping, folded or not, and
 *                each line's function, line and column
 *     sample     locations, and labels in the order they are told in
 *
 * Everything is met through the samples, so what none of them needs is left
 * behind, and the merged profile's numbers follow the order of first sight.
 *
 * Invariant: a candidate is put together at the end of the merged arrays; if
 * it is there already, the arrays are cut back to where they were. */
#include "profile/merger.h"

enum { PAGE_SIZE = 0x1000 };

/* ---- one thing, each: its index in `merged`, PP_NONE without memory ----- */

static pp_string map_string(struct pp_merger *merger, pp_string string)
{
    uint32_t *met = &merger->strings_met[string];
    if (*met != PP_NONE)
        return *met;
    uint32_t *guess = &merger->string_guesses.items[string];
    struct pp_slice text = pp_profile_text(merger->source, string);
    if (*guess == PP_NONE ||
        !pp_slice_equal(pp_profile_text(merger->merged, *guess), text))
        *guess = pp_profile_add_string(merger->merged, text);
    return *met = *guess;
}

static uint64_t page_count(const struct pp_mapping *mapping)
{
    return (mapping->limit - mapping->start + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* A mapping without a name stands for nothing in particular, and is the same
 * as others of its kind. */
static pp_string mapping_name(const struct pp_mapping *mapping)
{
    return mapping->build_id ? mapping->build_id : mapping->filename;
}

static uint32_t add_mapping(struct pp_merger *merger, struct pp_mapping mapping)
{
    struct pp_profile *merged = merger->merged;
    uint64_t hash =
        pp_hash_add(pp_hash_u64(page_count(&mapping)), mapping.offset);
    hash = pp_hash_add(hash, mapping_name(&mapping));
    uint32_t at, index;
    pp_table_each (&merger->mappings, hash, at, index) {
        const struct pp_mapping *other = &merged->mappings.items[index];
        if (page_count(other) == page_count(&mapping) &&
            other->offset == mapping.offset &&
            mapping_name(other) == mapping_name(&mapping))
            return index;
    }
    struct pp_mapping *added = pp_vector_add(&merged->arena, &merged->mappings);
    index = merged->mappings.count - 1;
    if (!added ||
        pp_table_insert(&merger->mappings, &merger->arena, hash, index) < 0)
        return PP_NONE;
    mapping.id = (uint64_t)index + 1;
    *added = mapping;
    return index;
}

static uint32_t map_mapping(struct pp_merger *merger, uint32_t mapping)
{
    uint32_t *met = &merger->mappings_met[mapping];
    if (*met != PP_NONE)
        return *met;
    struct pp_mapping copy = merger->source->mappings.items[mapping];
    copy.filename = map_string(merger, copy.filename);
    copy.build_id = map_string(merger, copy.build_id);
    if (copy.filename == PP_NONE || copy.build_id == PP_NONE)
        return PP_NONE;
    return *met = add_mapping(merger, copy);
}

static bool same_function(const struct pp_function *a,
                          const struct pp_function *b)
{
    return a->name == b->name && a->system_name == b->system_name &&
           a->filename == b->filename && a->start_line == b->start_line;
}

static uint32_t add_function(struct pp_merger *merger,
                             struct pp_function function, uint32_t guess)
{
    struct pp_profile *merged = merger->merged;
    if (guess != PP_NONE &&
        same_function(&merged->functions.items[guess], &function))
        return guess;
    uint64_t hash =
        pp_hash_add(pp_hash_u64(function.name), function.system_name);
    hash = pp_hash_add(hash, function.filename);
    hash = pp_hash_add(hash, (uint64_t)function.start_line);
    uint32_t at, index;
    pp_table_each (&merger->functions, hash, at, index) {
        if (same_function(&merged->functions.items[index], &function))
            return index;
    }
    struct pp_function *added =
        pp_vector_add(&merged->arena, &merged->functions);
    index = merged->functions.count - 1;
    if (!added ||
        pp_table_insert(&merger->functions, &merger->arena, hash, index) < 0)
        return PP_NONE;
    function.id = (uint64_t)index + 1;
    *added = function;
    return index;
}

static uint32_t map_function(struct pp_merger *merger, uint32_t function)
{
    uint32_t *met = &merger->functions_met[function];
    if (*met != PP_NONE)
        return *met;
    struct pp_function copy = merger->source->functions.items[function];
    copy.name = map_string(merger, copy.name);
    copy.system_name = map_string(merger, copy.system_name);
    copy.filename = map_string(merger, copy.filename);
    if (copy.name == PP_NONE || copy.system_name == PP_NONE ||
        copy.filename == PP_NONE)
        return PP_NONE;
    uint32_t *guess = &merger->function_guesses.items[function];
    return *met = *guess = add_function(merger, copy, *guess);
}

/* ---- locations ---------------------------------------------------------- */

static int push_lines(struct pp_merger *merger,
                      const struct pp_location *source)
{
    struct pp_profile *merged = merger->merged;
    const struct pp_line *line =
        merger->source->lines.items + source->line_start;
    if (pp_vector_reserve(&merged->arena, &merged->lines, source->line_count) <
        0)
        return PP_E_MEMORY;
    for (uint32_t left = source->line_count; left; left--, line++) {
        struct pp_line copy = *line;
        if (copy.function != PP_NONE &&
            (copy.function = map_function(merger, copy.function)) == PP_NONE)
            return PP_E_MEMORY;
        merged->lines.items[merged->lines.count++] = copy;
    }
    return PP_OK;
}

/* Where the address is in its mapping, wherever that was. */
static uint64_t offset_in_mapping(const struct pp_profile *profile,
                                  const struct pp_location *location)
{
    return location->mapping == PP_NONE
               ? location->address
               : location->address -
                     profile->mappings.items[location->mapping].start;
}

static uint64_t hash_location(const struct pp_profile *profile,
                              const struct pp_location *location)
{
    uint64_t hash = pp_hash_foreign_u64(offset_in_mapping(profile, location));
    hash = pp_hash_add(hash, location->mapping);
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct pp_line *line =
            &profile->lines.items[location->line_start + i];
        hash = pp_hash_add(hash, line->function);
        hash = pp_hash_add(hash, (uint64_t)line->line);
        hash = pp_hash_add(hash, (uint64_t)line->column);
    }
    return hash;
}

static bool same_lines(const struct pp_line *a, const struct pp_line *b,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a[i].function != b[i].function || a[i].line != b[i].line ||
            a[i].column != b[i].column)
            return false;
    return true;
}

static bool same_location(const struct pp_profile *profile,
                          const struct pp_location *a,
                          const struct pp_location *b)
{
    const struct pp_line *lines = profile->lines.items;
    return a->mapping == b->mapping && a->is_folded == b->is_folded &&
           offset_in_mapping(profile, a) == offset_in_mapping(profile, b) &&
           a->line_count == b->line_count &&
           same_lines(lines + a->line_start, lines + b->line_start,
                      a->line_count);
}

/* The location's lines are the last of the merged ones. */
static uint32_t add_location(struct pp_merger *merger,
                             struct pp_location location, uint32_t guess)
{
    struct pp_profile *merged = merger->merged;
    if (guess != PP_NONE &&
        same_location(merged, &merged->locations.items[guess], &location)) {
        merged->lines.count = location.line_start;
        return guess;
    }
    uint64_t hash = hash_location(merged, &location);
    uint32_t at, index;
    pp_table_each (&merger->locations, hash, at, index) {
        if (same_location(merged, &merged->locations.items[index], &location)) {
            merged->lines.count = location.line_start;
            return index;
        }
    }
    struct pp_location *added =
        pp_vector_add(&merged->arena, &merged->locations);
    index = merged->locations.count - 1;
    if (!added ||
        pp_table_insert(&merger->locations, &merger->arena, hash, index) < 0)
        return PP_NONE;
    location.id = (uint64_t)index + 1;
    *added = location;
    return index;
}

static uint32_t map_location(struct pp_merger *merger, uint32_t location)
{
    uint32_t *met = &merger->locations_met[location];
    if (*met != PP_NONE)
        return *met;
    const struct pp_profile *source = merger->source;
    struct pp_profile *merged = merger->merged;
    struct pp_location copy = source->locations.items[location];
    if (copy.mapping != PP_NONE) {
        copy.address = offset_in_mapping(source, &copy);
        copy.mapping = map_mapping(merger, copy.mapping);
        if (copy.mapping == PP_NONE)
            return PP_NONE;
        copy.address += merged->mappings.items[copy.mapping].start;
    }
    copy.line_start = merged->lines.count;
    if (push_lines(merger, &source->locations.items[location]) < 0)
        return PP_NONE;
    uint32_t *guess = &merger->location_guesses.items[location];
    return *met = *guess = add_location(merger, copy, *guess);
}

/* ---- samples ------------------------------------------------------------ */

static int push_stack(struct pp_merger *merger, const struct pp_sample *sample)
{
    struct pp_profile *merged = merger->merged;
    const uint32_t *stack = pp_sample_stack(merger->source, sample);
    if (pp_vector_reserve(&merged->arena, &merged->stacks,
                          sample->stack_depth) < 0)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < sample->stack_depth; i++) {
        uint32_t location = map_location(merger, stack[i]);
        if (location == PP_NONE)
            return PP_E_MEMORY;
        merged->stacks.items[merged->stacks.count++] = location;
    }
    return PP_OK;
}

static int push_label(struct pp_merger *merger, const struct pp_label *label)
{
    struct pp_profile *merged = merger->merged;
    struct pp_label copy = {
        .key = map_string(merger, label->key),
        .string = map_string(merger, label->string),
        .number = label->number,
        .number_unit = map_string(merger, label->number_unit),
    };
    if (copy.key == PP_NONE || copy.string == PP_NONE ||
        copy.number_unit == PP_NONE)
        return PP_E_MEMORY;
    /* A text that is empty by another string index than 0 could not be told
     * from a number any more. */
    if (!label->string || copy.string)
        merged->labels.items[merged->labels.count++] = copy;
    return PP_OK;
}

static int push_labels(struct pp_merger *merger, const struct pp_sample *sample)
{
    struct pp_profile *merged = merger->merged;
    if (pp_vector_reserve(&merged->arena, &merged->labels,
                          sample->label_count) < 0)
        return PP_E_MEMORY;
    pp_sample_order_labels(merger->source, sample, merger->label_order);
    for (uint32_t i = 0; i < sample->label_count; i++)
        if (push_label(merger,
                       &merger->source->labels.items[merger->label_order[i]]) <
            0)
            return PP_E_MEMORY;
    return PP_OK;
}

static uint64_t hash_sample(const struct pp_profile *profile,
                            const struct pp_sample *sample)
{
    const uint32_t *stack = pp_sample_stack(profile, sample);
    uint64_t hash = pp_hash_bytes(stack, sample->stack_depth * sizeof *stack);
    for (uint32_t i = 0; i < sample->label_count; i++) {
        const struct pp_label *label =
            &profile->labels.items[sample->label_start + i];
        hash = pp_hash_add(hash, (uint64_t)label->key << 32 | label->string);
        hash = pp_hash_add(hash, (uint64_t)label->number);
        hash = pp_hash_add(hash, label->number_unit);
    }
    return hash;
}

static bool same_labels(const struct pp_label *a, const struct pp_label *b,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a[i].key != b[i].key || a[i].string != b[i].string ||
            a[i].number != b[i].number || a[i].number_unit != b[i].number_unit)
            return false;
    return true;
}

static bool same_sample(const struct pp_profile *profile,
                        const struct pp_sample *a, const struct pp_sample *b)
{
    const struct pp_label *labels = profile->labels.items;
    return a->stack_depth == b->stack_depth &&
           a->label_count == b->label_count &&
           (a->stack_depth == 0 ||
            memcmp(pp_sample_stack(profile, a), pp_sample_stack(profile, b),
                   a->stack_depth * sizeof(uint32_t)) == 0) &&
           same_labels(labels + a->label_start, labels + b->label_start,
                       a->label_count);
}

/* The sample's index in `merged`; new ones start with values of 0. The sample's
 * stack and labels are the last of the merged ones. */
static uint32_t add_sample(struct pp_merger *merger, struct pp_sample sample)
{
    struct pp_profile *merged = merger->merged;
    uint32_t type_count = merged->sample_types.count;
    uint64_t hash = hash_sample(merged, &sample);
    uint32_t at, index;
    pp_table_each (&merger->samples, hash, at, index) {
        if (same_sample(merged, &merged->samples.items[index], &sample)) {
            merged->stacks.count = (uint32_t)sample.stack_start;
            merged->labels.count = sample.label_start;
            return index;
        }
    }
    if (pp_vector_reserve(&merged->arena, &merged->values, type_count) < 0)
        return PP_NONE;
    struct pp_sample *added = pp_vector_add(&merged->arena, &merged->samples);
    index = merged->samples.count - 1;
    if (!added ||
        pp_table_insert(&merger->samples, &merger->arena, hash, index) < 0)
        return PP_NONE;
    merged->values.count += type_count;
    *added = sample;
    return index;
}

bool pp_sample_is_zero(const struct pp_profile *profile, uint32_t sample)
{
    const int64_t *values = pp_sample_values(profile, sample);
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        if (values[i])
            return false;
    return true;
}

static int merge_sample(struct pp_merger *merger, uint32_t i)
{
    struct pp_profile *merged = merger->merged;
    const struct pp_sample *source = &merger->source->samples.items[i];
    struct pp_sample sample = {
        .stack_start = merged->stacks.count,
        .stack_depth = source->stack_depth,
        .label_start = merged->labels.count,
    };
    if (push_stack(merger, source) < 0 || push_labels(merger, source) < 0)
        return PP_E_MEMORY;
    sample.label_count = merged->labels.count - sample.label_start;
    uint32_t index = add_sample(merger, sample);
    if (index == PP_NONE)
        return PP_E_MEMORY;
    uint32_t type_count = merged->sample_types.count;
    const int64_t *values = pp_sample_values(merger->source, i);
    int64_t *sums = merged->values.items + (size_t)index * type_count;
    for (uint32_t type = 0; type < type_count; type++)
        pp_value_add(&sums[type], values[type]);
    return PP_OK;
}

/* ---- a source ----------------------------------------------------------- */

static uint32_t *none_met(struct pp_merger *merger, uint32_t count)
{
    uint32_t *met = pp_arena_array(&merger->source_arena, count, sizeof *met);
    if (met)
        memset(met, 0xff, count * sizeof *met);
    return met;
}

/* Let there be a guess, if only "none", for each index below `count`. */
static int grow_guesses(struct pp_merger *merger, struct pp_guesses *guesses,
                        uint32_t count)
{
    if (count <= guesses->count)
        return PP_OK;
    uint32_t *grown =
        pp_arena_grow(&merger->arena, guesses->items,
                      guesses->count * sizeof *grown, count * sizeof *grown);
    if (!grown)
        return PP_E_MEMORY;
    memset(grown + guesses->count, 0xff,
           (count - guesses->count) * sizeof *grown);
    *guesses = (struct pp_guesses){grown, count};
    return PP_OK;
}

static int start_source(struct pp_merger *merger,
                        const struct pp_profile *source)
{
    pp_arena_release(&merger->source_arena);
    merger->source = source;
    merger->strings_met = none_met(merger, source->strings.count);
    merger->mappings_met = none_met(merger, source->mappings.count);
    merger->functions_met = none_met(merger, source->functions.count);
    merger->locations_met = none_met(merger, source->locations.count);
    merger->label_order = none_met(merger, pp_profile_label_count_max(source));
    int failed =
        grow_guesses(merger, &merger->string_guesses, source->strings.count) |
        grow_guesses(merger, &merger->function_guesses,
                     source->functions.count) |
        grow_guesses(merger, &merger->location_guesses,
                     source->locations.count);
    return !failed && merger->strings_met && merger->mappings_met &&
                   merger->functions_met && merger->locations_met &&
                   merger->label_order
               ? PP_OK
               : PP_E_MEMORY;
}

int pp_merger_add(struct pp_merger *merger, const struct pp_profile *source)
{
    if (start_source(merger, source) < 0)
        return PP_E_MEMORY;
    /* The first mapping is the program's own, and stays first. */
    if (merger->merged->mappings.count == 0 && source->mappings.count > 0 &&
        map_mapping(merger, 0) == PP_NONE)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < source->samples.count; i++)
        if (!pp_sample_is_zero(source, i) && merge_sample(merger, i) < 0)
            return PP_E_MEMORY;
    return PP_OK;
}

void pp_merger_release(struct pp_merger *merger)
{
    pp_arena_release(&merger->arena);
    pp_arena_release(&merger->source_arena);
}
