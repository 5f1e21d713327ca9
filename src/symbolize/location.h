/* One location of a profile and what a binary says of its address. Private to
 * symbolize/. */
#ifndef PP_SYMBOLIZE_LOCATION_H
#define PP_SYMBOLIZE_LOCATION_H

#include "symbolize/functions.h"
#include "symbolize/symbolize.h"

struct pp_found_frames {
    struct pp_frame frames[PP_FRAMES_MAX]; /* innermost first */
    uint32_t count;
    struct pp_slice symbol; /* of the outermost one; "" unknown */
};

struct pp_location_naming {
    struct pp_profile *profile;
    const struct pp_symbolize_options *options;
    struct pp_function_adder functions;
    struct pp_frame_functions by_frame; /* of the binary at hand */
    struct pp_buffer scratch;
};

/* Whether there is something to find out for a location (see symbolize.h, which
 * tells of which ones). It has a mapping. */
bool pp_location_is_wanted(const struct pp_location_naming *naming,
                           const struct pp_location *location);

/* Whether it has a function with a name. */
bool pp_location_has_name(const struct pp_profile *profile,
                          const struct pp_location *location);

/* Give a wanted location the frames found, as far as they say something new,
 * and note in its mapping what they say. `found` is changed. PP_E_MEMORY. */
int pp_location_set_frames(struct pp_location_naming *naming, uint32_t index,
                           struct pp_found_frames *found);

#endif
