/* shell: a person asks for one report after the other. Private to present. */
#ifndef PP_PRESENT_SHELL_H
#define PP_PRESENT_SHELL_H

#include "base/base.h"
#include "present/option.h"
#include "profile/profile.h"

/* Read lines from the standard input and do what they say, until it ends or
 * one says so. The profile stays as it is. */
int pp_shell(struct pp_profile *profile, const struct pp_settings *settings,
             struct pp_error *err);

#endif
