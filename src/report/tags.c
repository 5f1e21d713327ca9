/* Labels as units and as frames (identifyNumLabelUnits and addLabelNodes of
 * google/pprof's internal/driver). */
#include "report/filter.h"

#include <stdlib.h>

/* ---- units in conflict -------------------------------------------------- */

struct conflict {
    struct pp_slice key, used, other;
};

struct conflicts {
    struct {
        struct conflict *items;
        uint32_t count, capacity;
    } all;
};

static void add_conflict(struct conflicts *conflicts, struct pp_arena *arena,
                         const struct conflict *conflict)
{
    for (uint32_t i = 0; i < conflicts->all.count; i++)
        if (pp_slice_equal(conflicts->all.items[i].key, conflict->key) &&
            pp_slice_equal(conflicts->all.items[i].other, conflict->other))
            return;
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

void pp_report_warn_units(const struct pp_report_job *job)
{
    struct conflicts conflicts = {0};
    if (job->profile->labels.count == 0)
        return;
    find_conflicts(job, &conflicts);
    if (conflicts.all.count)
        qsort(conflicts.all.items, conflicts.all.count,
              sizeof *conflicts.all.items, compare_conflicts);
    for (uint32_t i = 0; i < conflicts.all.count;) {
        const struct conflict *first = &conflicts.all.items[i];
        struct pp_buffer others = {0};
        for (; i < conflicts.all.count &&
               pp_slice_equal(conflicts.all.items[i].key, first->key);
             i++) {
            pp_buffer_append_text(&others, others.size ? ", " : "");
            pp_buffer_append_slice(&others, conflicts.all.items[i].other);
        }
        pp_report_warn(job->output,
                       "For tag " PP_SLICE_FORMAT " used unit " PP_SLICE_FORMAT
                       ", also encountered unit(s) " PP_SLICE_FORMAT,
                       PP_SLICE_ARGS(first->key), PP_SLICE_ARGS(first->used),
                       PP_SLICE_ARGS(pp_buffer_slice(&others)));
        pp_buffer_release(&others);
    }
}
