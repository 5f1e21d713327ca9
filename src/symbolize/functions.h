/* Functions added to a profile, each once. Private to symbolize/. */
#ifndef PP_SYMBOLIZE_FUNCTIONS_H
#define PP_SYMBOLIZE_FUNCTIONS_H

#include "profile/profile.h"

/* Ids go on behind the highest there is: the profile's own may have gaps. */
struct pp_function_adder {
    struct pp_profile *profile;
    struct pp_arena arena;
    struct pp_table table; /* of indices in the profile's functions */
    uint64_t id_next;
};

void pp_function_adder_init(struct pp_function_adder *adder,
                            struct pp_profile *profile);
void pp_function_adder_release(struct pp_function_adder *adder);

/* The index of the function with these members, which is added if the adder
 * has not yet; PP_NONE without memory. Text is copied. */
uint32_t pp_function_add(struct pp_function_adder *adder, struct pp_slice name,
                         struct pp_slice system_name, struct pp_slice filename,
                         int64_t start_line);

#endif
