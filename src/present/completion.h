/* completion: what may stand at the cursor of a line of the shell. Private to
 * present. */
#ifndef PP_PRESENT_COMPLETION_H
#define PP_PRESENT_COMPLETION_H

#include "base/base.h"
#include "profile/profile.h"

enum { PP_CANDIDATES_MAX = 40 };

struct pp_completion {
    size_t replaced;      /* so many bytes in front of the cursor go, */
    struct pp_slice text; /* and this comes in their place */
    /* Where it is one of several, the first of them by name. */
    struct pp_slice candidates[PP_CANDIDATES_MAX];
    uint32_t candidate_count; /* 0: the text is all there is to say */
    uint32_t more_count;      /* behind them */
};

/* Complete what stands in front of the cursor: commands, variables and their
 * values, sample types, label keys, and names of functions by any part of them.
 * The profile's texts are borrowed; the rest lies in the arena, a fatal one. A
 * million names are no reason to wait. */
void pp_complete(struct pp_completion *completion, struct pp_slice before,
                 const struct pp_profile *profile, struct pp_arena *arena);

#endif
