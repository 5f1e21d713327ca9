/* Several profiles become one: are they of one kind, what does the header of
 * the merged one say, and then one source after the other. See merger.c for
 * what counts as the same.
 *
 * The header follows the reference, but for one thing: the time is the earliest
 * that is known, where there a later source without a time forgets it. */
#include "profile/merger.h"

static struct pp_slice text_of(const struct pp_profile *profile,
                               pp_string string)
{
    return pp_profile_text(profile, string);
}

static bool same_type(const struct pp_profile *a, struct pp_value_type type_a,
                      const struct pp_profile *b, struct pp_value_type type_b)
{
    return pp_slice_equal(text_of(a, type_a.type), text_of(b, type_b.type)) &&
           pp_slice_equal(text_of(a, type_a.unit), text_of(b, type_b.unit));
}

static bool same_sample_types(const struct pp_profile *a,
                              const struct pp_profile *b)
{
    if (a->sample_types.count != b->sample_types.count)
        return false;
    for (uint32_t i = 0; i < a->sample_types.count; i++)
        if (!same_type(a, a->sample_types.items[i], b,
                       b->sample_types.items[i]))
            return false;
    return true;
}

static void tell_types(struct pp_buffer *out, const struct pp_profile *profile,
                       const struct pp_value_type *types, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct pp_slice type = text_of(profile, types[i].type);
        struct pp_slice unit = text_of(profile, types[i].unit);
        pp_buffer_format(out, "%s" PP_SLICE_FORMAT "/" PP_SLICE_FORMAT,
                         i ? " " : "", PP_SLICE_ARGS(type),
                         PP_SLICE_ARGS(unit));
    }
}

/* "incompatible period types [cpu/nanoseconds] and [space/bytes]" */
static int fail_types(struct pp_error *err, const char *which,
                      const struct pp_profile *a,
                      const struct pp_value_type *types_a, uint32_t count_a,
                      const struct pp_profile *b,
                      const struct pp_value_type *types_b, uint32_t count_b)
{
    struct pp_buffer words = {0};
    pp_buffer_format(&words, "incompatible %s types [", which);
    tell_types(&words, a, types_a, count_a);
    pp_buffer_append_text(&words, "] and [");
    tell_types(&words, b, types_b, count_b);
    pp_buffer_append_text(&words, "]");
    int status = words.failed ? pp_fail_memory(err)
                              : pp_fail(err, PP_E_USAGE, PP_SLICE_FORMAT,
                                        PP_SLICE_ARGS(pp_buffer_slice(&words)));
    pp_buffer_release(&words);
    return status;
}

int pp_merge_check(const struct pp_profile *a, const struct pp_profile *b,
                   struct pp_error *err)
{
    if (!same_type(a, a->period_type, b, b->period_type))
        return fail_types(err, "period", a, &a->period_type, 1, b,
                          &b->period_type, 1);
    if (!same_sample_types(a, b))
        return fail_types(err, "sample", a, a->sample_types.items,
                          a->sample_types.count, b, b->sample_types.items,
                          b->sample_types.count);
    return PP_OK;
}

/* ---- the header --------------------------------------------------------- */

/* Put a source's string where there is none yet. 0 or PP_E_MEMORY. */
static int fill_string(struct pp_profile *merged, pp_string *string,
                       const struct pp_profile *source, pp_string filling)
{
    if (*string == 0)
        *string = pp_profile_add_string(merged, text_of(source, filling));
    return *string == PP_NONE ? PP_E_MEMORY : PP_OK;
}

static int copy_type(struct pp_profile *merged, struct pp_value_type *type,
                     const struct pp_profile *source,
                     struct pp_value_type copied)
{
    int failed = fill_string(merged, &type->type, source, copied.type) |
                 fill_string(merged, &type->unit, source, copied.unit);
    return failed ? PP_E_MEMORY : PP_OK;
}

/* What only the first source says. */
static int start_header(struct pp_profile *merged,
                        const struct pp_profile *first)
{
    for (uint32_t i = 0; i < first->sample_types.count; i++) {
        struct pp_value_type *type =
            pp_vector_add(&merged->arena, &merged->sample_types);
        if (!type ||
            copy_type(merged, type, first, first->sample_types.items[i]) < 0)
            return PP_E_MEMORY;
    }
    int failed =
        copy_type(merged, &merged->period_type, first, first->period_type) |
        fill_string(merged, &merged->drop_frames, first, first->drop_frames) |
        fill_string(merged, &merged->keep_frames, first, first->keep_frames);
    return failed ? PP_E_MEMORY : PP_OK;
}

/* Each comment once, in the order of first sight. */
static int add_comments(struct pp_merger *merger,
                        const struct pp_profile *source)
{
    struct pp_profile *merged = merger->merged;
    for (uint32_t i = 0; i < source->comments.count; i++) {
        pp_string comment = pp_profile_add_string(
            merged, text_of(source, source->comments.items[i]));
        if (comment == PP_NONE)
            return PP_E_MEMORY;
        uint64_t hash = pp_hash_u64(comment);
        uint32_t at, index;
        pp_table_each (&merger->comments, hash, at, index) {
            if (index == comment)
                break;
        }
        if (index == comment)
            continue;
        pp_string *added = pp_vector_add(&merged->arena, &merged->comments);
        if (!added || pp_table_insert(&merger->comments, &merger->arena, hash,
                                      comment) < 0)
            return PP_E_MEMORY;
        *added = comment;
    }
    return PP_OK;
}

static int add_header(struct pp_merger *merger, const struct pp_profile *source)
{
    struct pp_profile *merged = merger->merged;
    if (source->time_nanos != 0 &&
        (merged->time_nanos == 0 || source->time_nanos < merged->time_nanos))
        merged->time_nanos = source->time_nanos;
    pp_value_add(&merged->duration_nanos, source->duration_nanos);
    if (merged->period == 0 || merged->period < source->period)
        merged->period = source->period;
    int failed =
        fill_string(merged, &merged->default_sample_type, source,
                    source->default_sample_type) |
        fill_string(merged, &merged->doc_url, source, source->doc_url) |
        add_comments(merger, source);
    return failed ? PP_E_MEMORY : PP_OK;
}

/* ---- some at a time ----------------------------------------------------- */

struct pp_merging {
    struct pp_arena arena; /* its own place */
    struct pp_merger merger;
};

/* Take in sources of one kind. */
static int add_sources(struct pp_merger *merger,
                       const struct pp_profile *const *sources, size_t count)
{
    int status = PP_OK;
    for (size_t i = 0; i < count && status >= 0; i++)
        status = add_header(merger, sources[i]);
    for (size_t i = 0; i < count && status >= 0; i++)
        status = pp_merger_add(merger, sources[i]);
    return status;
}

/* Begin with the kind of the first source. */
static int start(struct pp_merger *merger, const struct pp_profile *first)
{
    *merger = (struct pp_merger){.merged = pp_profile_new(0)};
    return merger->merged ? start_header(merger->merged, first) : PP_E_MEMORY;
}

static bool has_zero_sample(const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (pp_sample_is_zero(profile, i))
            return true;
    return false;
}

/* Samples that became 0 go, and once more what only they needed. */
static int drop_zero_samples(struct pp_merger *merger)
{
    const struct pp_profile *old = merger->merged;
    if (!has_zero_sample(old))
        return PP_OK;
    struct pp_merger again;
    int status = start(&again, old);
    if (status >= 0)
        status = add_sources(&again, &old, 1);
    pp_merger_release(merger);
    pp_profile_free(merger->merged);
    *merger = again;
    return status;
}

struct pp_merging *pp_merging_new(void)
{
    struct pp_arena arena = {0};
    struct pp_merging *merging = pp_arena_new(&arena, struct pp_merging);
    if (merging)
        merging->arena = arena;
    return merging;
}

void pp_merging_free(struct pp_merging *merging)
{
    if (!merging)
        return;
    pp_merger_release(&merging->merger);
    pp_profile_free(merging->merger.merged);
    struct pp_arena arena = merging->arena;
    pp_arena_release(&arena);
}

/* Unify the new ones with what is there. */
static int unify_with(struct pp_profile *merged,
                      struct pp_profile *const *profiles, size_t count,
                      struct pp_error *err)
{
    struct pp_arena scratch = {0};
    size_t first = merged != NULL;
    struct pp_profile **all =
        pp_arena_array(&scratch, count + first, sizeof *all);
    if (!all)
        return pp_fail_memory(err);
    all[0] = merged;
    for (size_t i = 0; i < count; i++)
        all[first + i] = profiles[i];
    int status = pp_profile_unify(all, count + first, err);
    pp_arena_release(&scratch);
    return status;
}

static int check_all(const struct pp_profile *first,
                     const struct pp_profile *const *sources, size_t count,
                     struct pp_error *err)
{
    for (size_t i = 0; i < count; i++) {
        int status = pp_merge_check(first, sources[i], err);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

int pp_merging_add(struct pp_merging *merging,
                   struct pp_profile *const *profiles, size_t count,
                   struct pp_error *err)
{
    struct pp_merger *merger = &merging->merger;
    const struct pp_profile *const *sources =
        (const struct pp_profile *const *)profiles;
    if (count == 0)
        return PP_OK;
    int status = unify_with(merger->merged, profiles, count, err);
    if (status < 0)
        return status;
    /* Values that were scaled, or types that went, may have left zeros. */
    if (merger->merged ? drop_zero_samples(merger) < 0
                       : start(merger, sources[0]) < 0)
        return pp_fail_memory(err);
    status = check_all(merger->merged, sources, count, err);
    if (status < 0)
        return status;
    return add_sources(merger, sources, count) < 0 ? pp_fail_memory(err)
                                                   : PP_OK;
}

int pp_merging_end(struct pp_merging *merging, struct pp_profile **merged,
                   struct pp_error *err)
{
    struct pp_merger *merger = &merging->merger;
    int status = PP_OK;
    *merged = NULL;
    if (!merger->merged)
        status = pp_fail(err, PP_E_USAGE, "no profiles to merge");
    else if (drop_zero_samples(merger) < 0)
        status = pp_fail_memory(err);
    if (status >= 0) {
        *merged = merger->merged;
        merger->merged = NULL;
    }
    pp_merging_free(merging);
    return status;
}

/* ---- the whole ---------------------------------------------------------- */

int pp_profile_merge(const struct pp_profile *const *sources, size_t count,
                     struct pp_profile **merged, struct pp_error *err)
{
    struct pp_merger merger;
    *merged = NULL;
    if (count == 0)
        return pp_fail(err, PP_E_USAGE, "no profiles to merge");
    int status = check_all(sources[0], sources + 1, count - 1, err);
    if (status < 0)
        return status;
    if (start(&merger, sources[0]) < 0 ||
        add_sources(&merger, sources, count) < 0 ||
        drop_zero_samples(&merger) < 0)
        status = pp_fail_memory(err);
    pp_merger_release(&merger);
    if (status < 0)
        pp_profile_free(merger.merged);
    else
        *merged = merger.merged;
    return status;
}
