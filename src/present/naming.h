/* naming: one profile's locations get their names, from files on this machine
 * and from the server that it came from. Private to present. */
#ifndef PP_PRESENT_NAMING_H
#define PP_PRESENT_NAMING_H

#include "base/base.h"
#include "fetch/fetch.h"
#include "present/arguments.h"
#include "profile/profile.h"
#include "symbolize/symbolize.h"

struct pp_naming {
    struct pp_symbolize_options symbolize;
    struct pp_binaries *binaries;  /* borrowed */
    struct pp_fetch_options fetch; /* how to reach servers */
};

/* What the command line and the environment say of it. Tells the person of
 * words in -symbolize that mean nothing. */
void pp_naming_init(struct pp_naming *naming,
                    const struct pp_arguments *arguments,
                    const struct pp_fetch_options *fetch);

/* Only put the paths of binaries that are found here into the mappings: what
 * is merged is compared by them. Tells nothing: that comes with the names.
 * PP_E_MEMORY. */
int pp_naming_locate(const struct pp_naming *naming, struct pp_profile *profile,
                     struct pp_error *err);

/* Give names; url is where the profile came from, "" for a file. A server that
 * does not answer costs the names, not the profile. PP_E_MEMORY. */
int pp_naming_name(const struct pp_naming *naming, struct pp_profile *profile,
                   const char *url, struct pp_error *err);

/* Mappings that say nothing of what they map are the same wherever they come
 * from, but not those of two servers: let them have the URL as their file while
 * profiles are merged. PP_E_MEMORY. */
int pp_naming_note_source(struct pp_profile *profile, const char *url,
                          struct pp_error *err);

/* And take it away again, also where another tool has left it. */
void pp_naming_forget_sources(struct pp_profile *profile);

#endif
