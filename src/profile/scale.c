/* Values times ratios. */
#include "profile/profile.h"

void pp_profile_scale(struct pp_profile *profile, const double *ratios)
{
    (void)profile, (void)ratios;
}

int pp_profile_normalize(struct pp_profile *profile,
                         const struct pp_profile *base, struct pp_error *err)
{
    (void)profile, (void)base;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}
