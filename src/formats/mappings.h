/* mappings: what a memory map says is put right, and each address finds its
 * mapping. Private to formats. */
#ifndef PP_FORMATS_MAPPINGS_H
#define PP_FORMATS_MAPPINGS_H

#include "base/base.h"
#include "profile/profile.h"

/* Make one of neighbours that are parts of one file, and put the main program
 * first. No location may have a mapping yet. */
int pp_mappings_tidy(struct pp_profile *profile, struct pp_error *err);

/* Give each location the mapping that its address lies in; where there is none,
 * one is made up. */
int pp_mappings_assign(struct pp_profile *profile, struct pp_error *err);

#endif
