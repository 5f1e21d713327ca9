/* Values times ratios, as they are rounded everywhere. For this folder only. */
#ifndef PP_PROFILE_SCALE_H
#define PP_PROFILE_SCALE_H

#include "profile/profile.h"

/* Half away from zero; what is too large for 64 bits as on the reference's
 * machine. */
int64_t pp_scale_value(int64_t value, double ratio);

#endif
