/* addresses: samples whose stacks are addresses, put into a profile. Private to
 * formats. */
#ifndef PP_FORMATS_ADDRESSES_H
#define PP_FORMATS_ADDRESSES_H

#include "base/base.h"
#include "profile/profile.h"

/* Which addresses of a stack are those a call returns to: one is taken off
 * them, so that they lie within the call. */
enum pp_returns {
    PP_RETURNS_NONE,
    PP_RETURNS_CALLERS, /* all but the leaf, which was interrupted */
    PP_RETURNS_ALL,
};

/* Begin with {.profile, .returns}; a location of the profile is an address. */
struct pp_addresses {
    struct pp_profile *profile;
    enum pp_returns returns;
    struct pp_arena scratch;
    struct pp_table table; /* address -> location */
    struct {
        uint32_t *items;
        uint32_t count, capacity;
    } stack; /* of the next sample */
};

void pp_addresses_release(struct pp_addresses *addresses);

/* Add one to the stack of the next sample, behind its leaf. */
int pp_addresses_push(struct pp_addresses *addresses, uint64_t address,
                      struct pp_error *err);

/* Add all that are in the text, each as 0x and small hexadecimal digits.
 * Whatever stands between them is skipped. */
int pp_addresses_push_text(struct pp_addresses *addresses, struct pp_slice text,
                           struct pp_error *err);

/* Add the sample to the profile; the next begins. */
int pp_addresses_add_sample(struct pp_addresses *addresses,
                            const int64_t *values, struct pp_error *err);

/* The location of an address (as it was pushed), or PP_NONE. */
uint32_t pp_addresses_find(const struct pp_addresses *addresses,
                           uint64_t address);

/* ---- when all samples are there ----------------------------------------- */

/* Drop the second frame of the samples where it is that location. */
void pp_addresses_drop_second(struct pp_profile *profile, uint32_t location);

/* Drop second frames that are only the leaf once more: the signal handler may
 * find it in the registers and by unwinding, the latter one byte less. */
void pp_addresses_drop_twins(struct pp_profile *profile);

/* Number locations, and functions, in the order in which the samples come to
 * them; those of no sample go. */
int pp_addresses_renumber(struct pp_profile *profile, struct pp_error *err);

#endif
