/* A block of S bytes is sampled with probability 1 - exp(-S/R) when the gaps
 * between samples are exponential with mean R, so it stands for the inverse of
 * that (scaleHeapSample in legacy_profile.go of google/pprof). Go's exp and
 * that of the C library may differ in the last bit; the results, which are
 * cut to integers, then differ by one where they are next to an integer. */
#include "formats/heap_values.h"

#include <math.h>

void pp_heap_estimate(int64_t rate, int64_t *objects, int64_t *bytes)
{
    if (*objects == 0 || *bytes == 0) {
        *objects = *bytes = 0;
        return;
    }
    if (rate <= 1)
        return;
    double size = (double)*bytes / (double)*objects;
    double scale = 1 / (1 - exp(-size / (double)rate));
    *objects = pp_unit_truncate((double)*objects * scale);
    *bytes = pp_unit_truncate((double)*bytes * scale);
}

int pp_heap_label(struct pp_profile *profile, int64_t object_size,
                  struct pp_error *err)
{
    struct pp_label label = {.number = object_size};
    label.key = pp_profile_add_string(profile, pp_slice_literal("bytes"));
    if (label.key == PP_NONE || pp_profile_add_label(profile, label) < 0)
        return pp_fail_memory(err);
    return PP_OK;
}
