/* Taking one profile after the other into a merged one. For this folder only;
 * others call pp_profile_merge. */
#ifndef PP_PROFILE_MERGER_H
#define PP_PROFILE_MERGER_H

#include "profile/profile.h"

/* Where each index of the sources before led last, by kind: sources of one
 * program often number alike. A guess, to be checked. */
struct pp_guesses {
    uint32_t *items;
    uint32_t count;
};

struct pp_merger {
    struct pp_profile *merged;
    struct pp_arena arena; /* of the tables */
    struct pp_table mappings, functions, locations, samples, comments;
    struct pp_guesses string_guesses, function_guesses, location_guesses;

    /* Of one source, each by its index: the index in `merged`, PP_NONE while
     * it has not been met. */
    const struct pp_profile *source;
    struct pp_arena source_arena;
    uint32_t *strings_met, *mappings_met, *functions_met, *locations_met;
    uint32_t *label_order;
};

/* Add the samples of a source, and all that they need. The sample types are
 * those of `merged`. 0 or PP_E_MEMORY. */
int pp_merger_add(struct pp_merger *merger, const struct pp_profile *source);

/* Free all but `merged`. */
void pp_merger_release(struct pp_merger *merger);

/* May these two be merged? Only with equal period types and sample types.
 * PP_E_USAGE with the reference's words. */
int pp_merge_check(const struct pp_profile *a, const struct pp_profile *b,
                   struct pp_error *err);

/* Whether all the values of a sample are 0. */
bool pp_sample_is_zero(const struct pp_profile *profile, uint32_t sample);

#endif
