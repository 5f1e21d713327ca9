/* frames: from the texts that a form writes for its frames to locations, each
 * distinct text read once. Private to formats.
 *
 * A text is all that tells a location: one frame, or a frame with those that
 * were inlined into it, as they stand side by side in the input. Text i is
 * location i.
 */
#ifndef PP_FORMATS_FRAMES_H
#define PP_FORMATS_FRAMES_H

#include "profile/profile.h"

struct pp_frames {
    struct pp_profile *profile;
    struct pp_arena arena;   /* of all below, which ends before the profile */
    struct pp_strings texts; /* borrowed from the input */
    struct pp_table functions, mappings;
    struct {
        struct pp_line *items; /* of the location at hand */
        uint32_t count, capacity;
    } lines;
    struct {
        uint32_t *items; /* of the sample at hand */
        uint32_t count, capacity;
    } stack;
};

/* For a profile that has no locations yet. */
void pp_frames_init(struct pp_frames *frames, struct pp_profile *profile);
void pp_frames_release(struct pp_frames *frames);

/* The location of a text. *is_new: it was made just now, without mapping,
 * address and lines, which are for the caller to give. PP_NONE when out of
 * memory. */
uint32_t pp_frames_find(struct pp_frames *frames, struct pp_slice text,
                        bool *is_new);

/* The one function of that name and file, the one mapping of that file. PP_NONE
 * when out of memory. */
uint32_t pp_frames_function(struct pp_frames *frames, struct pp_slice name,
                            struct pp_slice filename);
uint32_t pp_frames_mapping(struct pp_frames *frames, struct pp_slice filename);

/* One more line of the location at hand, innermost first; then all of them are
 * that location's. 0 or PP_E_MEMORY. */
int pp_frames_add_line(struct pp_frames *frames, struct pp_line line);
int pp_frames_end_location(struct pp_frames *frames, uint32_t location);

/* One more location of the sample at hand, leaf first; then all of them are a
 * sample's. 0 or PP_E_MEMORY. */
int pp_frames_push(struct pp_frames *frames, uint32_t location);
int pp_frames_end_sample(struct pp_frames *frames, const int64_t *values);

#endif
