/* gather: what a command line names becomes a profile of all its sources, and
 * one of all its bases. Private to present. */
#ifndef PP_PRESENT_GATHER_H
#define PP_PRESENT_GATHER_H

#include "base/base.h"
#include "present/arguments.h"
#include "present/naming.h"
#include "profile/profile.h"

struct pp_gathered {
    struct pp_profile *profile;
    struct pp_profile *base; /* NULL: the command line names none */
    bool is_remote;          /* something came over the network */
    bool is_named;           /* all locations were given names already */
};

/* Fetch and merge, some sources and bases at a time, and tell the person what
 * could not be had: that is a failure only where nothing is left. One source on
 * its own stays as it came, to the last id. The profiles are the caller's,
 * after a failure as well. */
int pp_gather(const struct pp_arguments *arguments,
              const struct pp_naming *naming,
              const struct pp_fetch_options *fetch,
              struct pp_gathered *gathered, struct pp_error *err);

/* Make one profile fit for another's company, and merge all. They are taken
 * over in any case; a single one is given back as it is. */
int pp_combine(struct pp_profile **profiles, size_t count,
               struct pp_profile **combined, struct pp_error *err);

#endif
