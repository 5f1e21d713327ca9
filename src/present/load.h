/* load: the sources of a command line become one profile with names. Private
 * to present. */
#ifndef PP_PRESENT_LOAD_H
#define PP_PRESENT_LOAD_H

#include "base/base.h"
#include "present/arguments.h"
#include "profile/profile.h"
#include "symbolize/symbolize.h"

/* Fetch, name, merge, comment, check, and keep a copy of what came over the
 * network. Tells the person what happens. The profile is the caller's, and so
 * are, also on failure, the binaries that it was named from (or NULL); texts of
 * `arguments` must outlive those. */
int pp_load(const struct pp_arguments *arguments, struct pp_profile **profile,
            struct pp_binaries **binaries, struct pp_error *err);

#endif
