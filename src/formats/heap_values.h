/* heap_values: what a sample of a heap stands for. Private to formats. */
#ifndef PP_FORMATS_HEAP_VALUES_H
#define PP_FORMATS_HEAP_VALUES_H

#include "base/base.h"
#include "profile/profile.h"

/* Objects and bytes of samples that were taken at random, one in so many bytes
 * on average, become an estimate of all. No estimate for a rate of 1 or less:
 * nothing was left out, or nobody knows. */
void pp_heap_estimate(int64_t rate, int64_t *objects, int64_t *bytes);

/* Label the sample that was added last with the size of its objects. */
int pp_heap_label(struct pp_profile *profile, int64_t object_size,
                  struct pp_error *err);

#endif
