/* Values times ratios. Invariant: samples are moved together while they are
 * scaled, and their values with them.
 *
 * As the reference's ScaleN and Normalize, but that a sample stays while any of
 * its values is not 0, also one whose ratio is 1. */
#include "profile/scale.h"

#include <math.h>

#include "profile/merger.h"

int64_t pp_scale_value(int64_t value, double ratio)
{
    /* A number that a double cannot hold stays as it is. */
    return ratio == 1 ? value : pp_unit_truncate(round((double)value * ratio));
}

static bool is_any_not_one(const double *ratios, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (ratios[i] != 1)
            return true;
    return false;
}

/* Write a sample's scaled values. False when all of them are 0. */
static bool scale_values(int64_t *scaled, const int64_t *values,
                         const double *ratios, uint32_t count)
{
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        scaled[i] = pp_scale_value(values[i], ratios[i]);
        any |= scaled[i] != 0;
    }
    return any;
}

void pp_profile_scale(struct pp_profile *profile, const double *ratios)
{
    uint32_t width = profile->sample_types.count, kept = 0;
    if (!is_any_not_one(ratios, width))
        return;
    int64_t *values = profile->values.items;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (scale_values(values + (size_t)kept * width,
                         values + (size_t)i * width, ratios, width))
            profile->samples.items[kept++] = profile->samples.items[i];
    profile->samples.count = kept;
    profile->values.count = kept * width;
}

/* The sum of one type's values, which wraps. */
static int64_t sum_of(const struct pp_profile *profile, uint32_t type)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        sum += (uint64_t)pp_sample_values(profile, i)[type];
    return (int64_t)sum;
}

int pp_profile_normalize(struct pp_profile *profile,
                         const struct pp_profile *base, struct pp_error *err)
{
    int status = pp_merge_check(profile, base, err);
    if (status < 0)
        return status;
    struct pp_arena scratch = {0};
    uint32_t count = profile->sample_types.count;
    double *ratios = pp_arena_array(&scratch, count, sizeof *ratios);
    if (!ratios)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < count; i++) {
        int64_t sum = sum_of(profile, i);
        ratios[i] = sum ? (double)sum_of(base, i) / (double)sum : 0;
    }
    pp_profile_scale(profile, ratios);
    pp_arena_release(&scratch);
    return PP_OK;
}
