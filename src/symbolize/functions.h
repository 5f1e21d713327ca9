/* Functions added to a profile, each once, and found again by the frames that
 * they were made of. Private to symbolize/. */
#ifndef PP_SYMBOLIZE_FUNCTIONS_H
#define PP_SYMBOLIZE_FUNCTIONS_H

#include "lines/lines.h"
#include "profile/profile.h"

/* ---- adding ------------------------------------------------------------- */

/* Ids go on behind the highest there is: the profile's own may have gaps. */
struct pp_function_adder {
    struct pp_profile *profile;
    struct pp_arena arena;
    struct pp_table table; /* of indices in the profile's functions */
    uint64_t id_next;
    size_t text_size;  /* of what was added */
    bool finds_starts; /* first lines are marked as ours */
};

void pp_function_adder_init(struct pp_function_adder *adder,
                            struct pp_profile *profile);
void pp_function_adder_release(struct pp_function_adder *adder);

/* The index of the function with these members, which is added if the adder
 * has not yet; PP_NONE without memory, or when all of them have 1 GB of text.
 * Text is copied. */
uint32_t pp_function_add(struct pp_function_adder *adder, struct pp_slice name,
                         struct pp_slice system_name, struct pp_slice filename,
                         int64_t start_line);

/* ---- by frame ----------------------------------------------------------- */

/* Functions of a profile by where the texts of their frames lie: names of C++
 * are long to compare. All zero is an empty one. */
struct pp_frame_functions {
    struct pp_arena arena; /* of all below */
    struct {
        struct pp_frame_function *items;
        uint32_t count, capacity;
    } all;
    struct pp_table by_place;
};

/* The function that was added for such a frame, PP_NONE if none was. */
uint32_t pp_frame_functions_find(const struct pp_frame_functions *functions,
                                 const struct pp_frame *frame);

/* Remember one, whose texts stay until all are released; without memory it is
 * not. */
void pp_frame_functions_add(struct pp_frame_functions *functions,
                            const struct pp_frame *frame, uint32_t function);

void pp_frame_functions_release(struct pp_frame_functions *functions);

#endif
