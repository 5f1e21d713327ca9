/* wire: a profile as bytes, and back.
 *
 * The format is profile.proto of github.com/google/pprof, in gzip (any number
 * of members), in zstd, or bare. What is none is read as one of the forms of
 * formats/, if it is one.
 */
#ifndef PP_WIRE_WIRE_H
#define PP_WIRE_WIRE_H

#include "base/base.h"
#include "profile/profile.h"

/* Most bytes a compressed input may unfold to before it is refused. */
#define PP_WIRE_INFLATED_MAX ((size_t)8 << 30)

/* Decode and check one profile. On success *profile is the caller's, to be
 * freed with pp_profile_free; strings borrow from memory that it owns, never
 * from `bytes`. inflated_max: ceiling on the unfolded size in bytes, 0 for
 * PP_WIRE_INFLATED_MAX. PP_E_FORMAT where the bytes are no profile, or not a
 * sound one, PP_E_MEMORY where there is no room; the words say what is wrong at
 * which byte (of the unfolded form), without a file name: the caller puts that
 * in front.
 */
int pp_wire_decode(const void *bytes, size_t size, size_t inflated_max,
                   struct pp_profile **profile, struct pp_error *err);

/* The same of bytes that nobody needs afterwards: the buffer is released in any
 * case, and as soon as that can be. */
int pp_wire_decode_buffer(struct pp_buffer *bytes, size_t inflated_max,
                          struct pp_profile **profile, struct pp_error *err);

/* Append the profile.proto form, not compressed. Byte for byte what the
 * reference's encoder writes for the same profile. */
int pp_wire_encode(const struct pp_profile *profile, struct pp_buffer *out,
                   struct pp_error *err);

/* pp_wire_encode and gzip: what goes into files and HTTP answers. The buffer's
 * ceiling must have room for the form that is not compressed, too. */
int pp_wire_encode_gzip(const struct pp_profile *profile, struct pp_buffer *out,
                        struct pp_error *err);

#endif
