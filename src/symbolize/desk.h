/* The parts of symbolizing in the tool. Private to symbolize/. */
#ifndef PP_SYMBOLIZE_DESK_H
#define PP_SYMBOLIZE_DESK_H

#include "symbolize/symbolize.h"

/* Whether a mapping is of something that has no file to name it by: [vdso],
 * [heap], a device, and the like. */
bool pp_mapping_is_unsymbolizable(const struct pp_profile *profile,
                                  const struct pp_mapping *mapping);

/* Whether a mapping's file is a URL: it has no file of its own, and was given
 * that of its profile's source. */
bool pp_mapping_is_remote(const struct pp_profile *profile,
                          const struct pp_mapping *mapping);

/* Whether it is fit to be part of a path: hex digits, and not too few. */
bool pp_is_build_id(struct pp_slice id);

/* Put the paths of local binaries into the mappings, as far as there are any;
 * add a mapping where there is none. 0 or PP_E_MEMORY. */
int pp_locate_binaries(struct pp_profile *profile,
                       const struct pp_symbolize_options *options,
                       void (*warn)(const char *line));

struct pp_demangled;

/* pp_symbolize_demangle with what is known from earlier profiles. 0 or
 * PP_E_MEMORY. */
int pp_demangle_functions(struct pp_profile *profile,
                          const struct pp_symbolize_options *options,
                          struct pp_demangled *known);

/* What binaries keep of names. */
struct pp_demangled *pp_binaries_demangled(struct pp_binaries *binaries);

#endif
