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
    merged->duration_nanos = (int64_t)((uint64_t)merged->duration_nanos +
                                       (uint64_t)source->duration_nanos);
    if (merged->period == 0 || merged->period < source->period)
        merged->period = source->period;
    int failed =
        fill_string(merged, &merged->default_sample_type, source,
                    source->default_sample_type) |
        fill_string(merged, &merged->doc_url, source, source->doc_url) |
        add_comments(merger, source);
    return failed ? PP_E_MEMORY : PP_OK;
}

/* ---- the whole ---------------------------------------------------------- */

static int merge_into(struct pp_profile *merged,
                      const struct pp_profile *const *sources, size_t count)
{
    struct pp_merger merger = {.merged = merged};
    int status = start_header(merged, sources[0]);
    for (size_t i = 0; i < count && status >= 0; i++)
        status = add_header(&merger, sources[i]);
    for (size_t i = 0; i < count && status >= 0; i++)
        status = pp_merger_add(&merger, sources[i]);
    pp_merger_release(&merger);
    return status;
}

static bool has_zero_sample(const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (pp_sample_is_zero(profile, i))
            return true;
    return false;
}

int pp_profile_merge(const struct pp_profile *const *sources, size_t count,
                     struct pp_profile **merged, struct pp_error *err)
{
    *merged = NULL;
    if (count == 0)
        return pp_fail(err, PP_E_USAGE, "no profiles to merge");
    for (size_t i = 1; i < count; i++) {
        int status = pp_merge_check(sources[0], sources[i], err);
        if (status < 0)
            return status;
    }
    struct pp_profile *made = pp_profile_new(0);
    if (!made || merge_into(made, sources, count) < 0) {
        pp_profile_free(made);
        return pp_fail_memory(err);
    }
    /* Samples that became 0 go, and once more what only they needed. */
    if (has_zero_sample(made)) {
        const struct pp_profile *again = made;
        int status = pp_profile_merge(&again, 1, merged, err);
        pp_profile_free(made);
        return status;
    }
    *merged = made;
    return PP_OK;
}
