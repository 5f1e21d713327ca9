/* Making profiles fit to be merged. First the sample types: those that all
 * profiles have, by name, in the order of the first. Then the units: the
 * finest of each column and of the period, so that nothing is lost.
 *
 * As the reference's CompatibilizeSampleTypes and ScaleProfiles, but that a
 * type which one profile has twice counts once, and that a sample stays while
 * any of its values is not 0. */
#include "profile/scale.h"

static struct pp_slice type_name(const struct pp_profile *profile, uint32_t i)
{
    return pp_profile_text(profile, profile->sample_types.items[i].type);
}

/* ---- sample types ------------------------------------------------------- */

/* A profile's sample types by name: the first of each. */
struct columns {
    const struct pp_profile *profile;
    struct pp_table by_name;
};

static uint32_t find_type(const struct columns *columns, struct pp_slice name)
{
    uint32_t at, index;
    uint64_t hash = pp_hash_bytes(name.data, name.size);
    pp_table_each (&columns->by_name, hash, at, index) {
        if (pp_slice_equal(type_name(columns->profile, index), name))
            return index;
    }
    return PP_NONE;
}

static int index_types(struct columns *columns, struct pp_arena *scratch,
                       const struct pp_profile *profile)
{
    columns->profile = profile;
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        struct pp_slice name = type_name(profile, i);
        if (find_type(columns, name) == PP_NONE &&
            pp_table_insert(&columns->by_name, scratch,
                            pp_hash_bytes(name.data, name.size), i) < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static bool all_have(const struct columns *columns, size_t count,
                     struct pp_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (find_type(&columns[i], name) == PP_NONE)
            return false;
    return true;
}

struct names {
    struct pp_slice *items;
    uint32_t count, capacity;
};

static int find_common(const struct columns *columns, size_t count,
                       struct pp_arena *scratch, struct names *names)
{
    const struct columns *first = &columns[0];
    for (uint32_t i = 0; i < first->profile->sample_types.count; i++) {
        struct pp_slice name = type_name(first->profile, i);
        if (find_type(first, name) != i || !all_have(columns, count, name))
            continue;
        struct pp_slice *added = pp_vector_add(scratch, names);
        if (!added)
            return PP_E_MEMORY;
        *added = name;
    }
    return PP_OK;
}

/* Keep of the profile the columns of these names, in their order. */
static int keep_types(struct pp_profile *profile, const struct columns *columns,
                      struct pp_arena *scratch, const struct names *names)
{
    uint32_t *column = pp_arena_array(scratch, names->count, sizeof *column);
    struct pp_value_type *types =
        pp_arena_array(&profile->arena, names->count, sizeof *types);
    int64_t *values = pp_arena_array(
        &profile->arena, (size_t)names->count * profile->samples.count,
        sizeof *values);
    if (!column || !types || !values)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < names->count; i++) {
        column[i] = find_type(columns, names->items[i]);
        types[i] = profile->sample_types.items[column[i]];
    }
    int64_t *out = values;
    for (uint32_t sample = 0; sample < profile->samples.count; sample++)
        for (uint32_t i = 0; i < names->count; i++)
            *out++ = pp_sample_values(profile, sample)[column[i]];
    profile->sample_types.items = types;
    profile->sample_types.count = profile->sample_types.capacity = names->count;
    profile->values.items = values;
    profile->values.count = profile->values.capacity = (uint32_t)(out - values);
    return PP_OK;
}

static bool has_exactly(const struct pp_profile *profile,
                        const struct names *names)
{
    if (profile->sample_types.count != names->count)
        return false;
    for (uint32_t i = 0; i < names->count; i++)
        if (!pp_slice_equal(type_name(profile, i), names->items[i]))
            return false;
    return true;
}

/* Keep of one profile the types that all have. */
static int restrict_types(struct pp_profile *profile,
                          const struct columns *columns,
                          struct pp_arena *scratch, const struct names *names)
{
    struct pp_slice wanted =
        pp_profile_text(profile, profile->default_sample_type);
    bool has_default = false;
    if (has_exactly(profile, names))
        return PP_OK;
    if (keep_types(profile, columns, scratch, names) < 0)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < names->count && !has_default; i++)
        has_default = pp_slice_equal(names->items[i], wanted);
    if (!has_default)
        profile->default_sample_type = profile->sample_types.items[0].type;
    return PP_OK;
}

static int unify_types(struct pp_profile *const *profiles, size_t count,
                       struct pp_arena *scratch, struct pp_error *err)
{
    struct names names = {0};
    struct columns *columns = pp_arena_array(scratch, count, sizeof *columns);
    if (!columns)
        return pp_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        if (index_types(&columns[i], scratch, profiles[i]) < 0)
            return pp_fail_memory(err);
    if (find_common(columns, count, scratch, &names) < 0)
        return pp_fail_memory(err);
    if (names.count == 0)
        return pp_fail(err, PP_E_USAGE,
                       "profiles have empty common sample type list");
    for (size_t i = 0; i < count; i++)
        if (restrict_types(profiles[i], &columns[i], scratch, &names) < 0)
            return pp_fail_memory(err);
    return PP_OK;
}

/* ---- units -------------------------------------------------------------- */

/* A type as text, apart from the profile it is of. */
struct type {
    struct pp_slice name, unit;
};

static struct type type_of(const struct pp_profile *profile,
                           struct pp_value_type type)
{
    return (struct type){pp_profile_text(profile, type.type),
                         pp_profile_text(profile, type.unit)};
}

static struct pp_slice told_in(struct pp_slice from, struct pp_slice to)
{
    struct pp_slice unit;
    pp_unit_scale(1, from, to, &unit);
    return unit;
}

/* Whether the unit is one of those that can be told in others. */
static bool is_known(struct pp_slice unit)
{
    return told_in(unit, pp_slice_literal("auto")).size > 0;
}

/* A number of a known unit is told in the unit that was wanted if the two
 * convert, and else in some other. */
static bool convert(struct pp_slice from, struct pp_slice to)
{
    return is_known(from) && is_known(to) &&
           pp_slice_equal(told_in(from, to), told_in(to, to));
}

static bool same_but_for_plural(struct pp_slice a, struct pp_slice b)
{
    if (a.size && a.data[a.size - 1] == 's')
        a.size--;
    if (b.size && b.data[b.size - 1] == 's')
        b.size--;
    return pp_slice_equal(a, b);
}

static bool is_compatible(struct type a, struct type b)
{
    return same_but_for_plural(a.name, b.name) &&
           (pp_slice_equal(a.unit, b.unit) || convert(a.unit, b.unit));
}

static double ratio(struct pp_slice from, struct pp_slice to)
{
    struct pp_slice unit;
    return pp_unit_scale(1, from, to, &unit);
}

/* Let *finest be a type of the finer unit of the two. */
static int refine(struct type *finest, struct type type, const char *which,
                  struct pp_error *err)
{
    if (!is_compatible(*finest, type))
        return pp_fail(
            err, PP_E_USAGE,
            "%s: incompatible types: {" PP_SLICE_FORMAT " " PP_SLICE_FORMAT
            "} {" PP_SLICE_FORMAT " " PP_SLICE_FORMAT "}",
            which, PP_SLICE_ARGS(finest->name), PP_SLICE_ARGS(finest->unit),
            PP_SLICE_ARGS(type.name), PP_SLICE_ARGS(type.unit));
    if (ratio(type.unit, finest->unit) < 1)
        *finest = type;
    return PP_OK;
}

static int rename_unit(struct pp_profile *profile, pp_string *unit,
                       struct pp_slice name)
{
    pp_string string = pp_profile_add_string(profile, name);
    if (string == PP_NONE)
        return PP_E_MEMORY;
    *unit = string;
    return PP_OK;
}

/* All profiles have the column, and all as one type but for the unit. */
static int unify_column(struct pp_profile *const *profiles, size_t count,
                        uint32_t column, struct pp_error *err)
{
    struct type finest =
        type_of(profiles[0], profiles[0]->sample_types.items[column]);
    for (size_t i = 1; i < count; i++) {
        struct pp_profile *profile = profiles[i];
        int status = refine(
            &finest, type_of(profile, profile->sample_types.items[column]),
            "sample types", err);
        if (status < 0)
            return status;
    }
    for (size_t i = 0; i < count; i++) {
        struct pp_profile *profile = profiles[i];
        struct pp_value_type *type = &profile->sample_types.items[column];
        double factor =
            ratio(pp_profile_text(profile, type->unit), finest.unit);
        if (rename_unit(profile, &type->unit, finest.unit) < 0)
            return pp_fail_memory(err);
        uint32_t stride = profile->sample_types.count;
        for (uint32_t at = column; factor != 1 && at < profile->values.count;
             at += stride)
            profile->values.items[at] =
                pp_scale_value(profile->values.items[at], factor);
    }
    return PP_OK;
}

static int unify_period(struct pp_profile *const *profiles, size_t count,
                        struct pp_error *err)
{
    struct type finest = type_of(profiles[0], profiles[0]->period_type);
    for (size_t i = 1; i < count; i++) {
        int status =
            refine(&finest, type_of(profiles[i], profiles[i]->period_type),
                   "period type", err);
        if (status < 0)
            return status;
    }
    for (size_t i = 0; i < count; i++) {
        struct pp_profile *profile = profiles[i];
        pp_string *unit = &profile->period_type.unit;
        struct pp_slice told;
        profile->period = pp_unit_truncate(
            pp_unit_scale(profile->period, pp_profile_text(profile, *unit),
                          finest.unit, &told));
        if (rename_unit(profile, unit, finest.unit) < 0)
            return pp_fail_memory(err);
    }
    return PP_OK;
}

int pp_profile_unify(struct pp_profile *const *profiles, size_t count,
                     struct pp_error *err)
{
    if (count == 0)
        return PP_OK;
    struct pp_arena scratch = {0};
    int status = unify_types(profiles, count, &scratch, err);
    pp_arena_release(&scratch);
    /* The reference leaves the units of a single profile as they are. */
    if (status < 0 || count == 1)
        return status;
    status = unify_period(profiles, count, err);
    uint32_t column_count = profiles[0]->sample_types.count;
    for (uint32_t i = 0; i < column_count && status >= 0; i++)
        status = unify_column(profiles, count, i, err);
    return status;
}
