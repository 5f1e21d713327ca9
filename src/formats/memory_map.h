/* memory_map: the last section of most old forms: the mappings of the program
 * that was measured. Private to formats. */
#ifndef PP_FORMATS_MEMORY_MAP_H
#define PP_FORMATS_MEMORY_MAP_H

#include "formats/lines.h"
#include "profile/profile.h"

/* Is it the line in front of a memory map? */
bool pp_memory_map_begins(struct pp_slice line);

/* Read the mappings that the rest of the lines tell; then number locations and
 * functions in the order of the samples, and give the locations their
 * mappings. Lines that tell nothing are skipped. */
int pp_memory_map_read(struct pp_profile *profile, struct pp_lines *lines,
                       struct pp_error *err);

/* The same where the memory map begins behind the first line, from the current
 * one on, that says so; there may be none. */
int pp_memory_map_find(struct pp_profile *profile, struct pp_lines *lines,
                       struct pp_error *err);

#endif
