/* java_locations: the table behind the samples of Java's profiles, that names
 * their addresses. Private to formats. */
#ifndef PP_FORMATS_JAVA_LOCATIONS_H
#define PP_FORMATS_JAVA_LOCATIONS_H

#include "formats/addresses.h"
#include "formats/lines.h"

/* Read the table from the rest of the lines; then number locations and
 * functions in the order of the samples, and forget the addresses, which mean
 * nothing outside of the process. */
int pp_java_read_locations(struct pp_addresses *addresses,
                           struct pp_lines *lines, struct pp_error *err);

#endif
