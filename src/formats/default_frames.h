/* default_frames: which frames of an old profile nobody wants to see. Private
 * to formats. */
#ifndef PP_FORMATS_DEFAULT_FRAMES_H
#define PP_FORMATS_DEFAULT_FRAMES_H

#include "base/base.h"
#include "profile/profile.h"

/* Set drop_frames and keep_frames, which the old forms do not tell, by the
 * sample types: the allocator's functions of a heap profile, those that unlock
 * of a contention profile, else those of a signal handler. */
int pp_default_frames(struct pp_profile *profile, struct pp_error *err);

#endif
