/* Keys of labels whose numbers come in several units: all are taken to be in
 * the first one, and the person is told (identifyNumLabelUnits of
 * google/pprof's internal/driver). */
#include "report/filter.h"

#include <stdlib.h>

struct conflict {
    struct pp_slice key, used, other; /* used: the first unit of the key */
};

struct conflicts {
    struct {
        struct conflict *items;
        uint32_t count, capacity;
    } all;
    struct pp_table table; /* by key and other unit */
};

static uint64_t hash_of(const struct conflict *conflict)
{
    return pp_hash_add(
        pp_hash_bytes(conflict->key.data, conflict->key.size),
        pp_hash_bytes(conflict->other.data, conflict->other.size));
}

/* Each is told once. */
static void add_conflict(struct conflicts *conflicts, struct pp_arena *arena,
                         const struct conflict *conflict)
{
    uint64_t hash = hash_of(conflict);
    uint32_t at, index;
    pp_table_each (&conflicts->table, hash, at, index) {
        const struct conflict *known = &conflicts->all.items[index];
        if (pp_slice_equal(known->key, conflict->key) &&
            pp_slice_equal(known->other, conflict->other))
            return;
    }
    pp_table_insert(&conflicts->table, arena, hash, conflicts->all.count);
    *pp_vector_add(arena, &conflicts->all) = *conflict;
}

static void find_conflicts(const struct pp_report_job *job,
                           struct conflicts *conflicts)
{
    const struct pp_profile *profile = job->profile;
    pp_string *used =
        pp_arena_array(job->arena, profile->strings.count, sizeof *used);
    for (uint32_t i = 0; i < profile->labels.count; i++) {
        const struct pp_label *label = &profile->labels.items[i];
        if (label->string || !label->number_unit)
            continue;
        if (!used[label->key])
            used[label->key] = label->number_unit;
        if (used[label->key] == label->number_unit)
            continue;
        struct conflict conflict = {
            .key = pp_profile_text(profile, label->key),
            .used = pp_profile_text(profile, used[label->key]),
            .other = pp_profile_text(profile, label->number_unit),
        };
        add_conflict(conflicts, job->arena, &conflict);
    }
}

static int compare_conflicts(const void *left, const void *right)
{
    const struct conflict *a = left;
    const struct conflict *b = right;
    int order = pp_slice_compare(a->key, b->key);
    return order ? order : pp_slice_compare(a->other, b->other);
}

/* One line for a key; `conflicts` are of that key. */
static void warn(const struct pp_report_job *job,
                 const struct conflict *conflicts, uint32_t count)
{
    struct pp_buffer others = {0};
    for (uint32_t i = 0; i < count; i++) {
        pp_buffer_append_text(&others, i ? ", " : "");
        pp_buffer_append_slice(&others, conflicts[i].other);
    }
    pp_report_warn(job->output,
                   "For tag " PP_SLICE_FORMAT " used unit " PP_SLICE_FORMAT
                   ", also encountered unit(s) " PP_SLICE_FORMAT,
                   PP_SLICE_ARGS(conflicts->key),
                   PP_SLICE_ARGS(conflicts->used),
                   PP_SLICE_ARGS(pp_buffer_slice(&others)));
    pp_buffer_release(&others);
}

void pp_report_warn_units(const struct pp_report_job *job)
{
    struct conflicts conflicts = {0};
    if (job->profile->labels.count == 0)
        return;
    find_conflicts(job, &conflicts);
    const struct conflict *all = conflicts.all.items;
    if (conflicts.all.count)
        qsort(conflicts.all.items, conflicts.all.count, sizeof *all,
              compare_conflicts);
    for (uint32_t start = 0, end; start < conflicts.all.count; start = end) {
        for (end = start + 1; end < conflicts.all.count; end++)
            if (!pp_slice_equal(all[end].key, all[start].key))
                break;
        warn(job, all + start, end - start);
    }
}
