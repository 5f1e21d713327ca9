/* The parts that decode.c puts together. For this folder only. */
#ifndef PP_WIRE_DECODE_H
#define PP_WIRE_DECODE_H

#include "wire/wire.h"

/* Append what the compressed bytes unfold to. The buffer's ceiling is the most
 * they may unfold to. */
int pp_wire_inflate(struct pp_slice bytes, struct pp_buffer *out,
                    struct pp_error *err);
int pp_wire_unfold_zstd(struct pp_slice bytes, struct pp_buffer *out,
                        struct pp_error *err);

/* Say why there is no more room in out: its ceiling, or memory. */
int pp_wire_fail_full(const struct pp_buffer *out, struct pp_error *err);

/* Read profile->input, in profile.proto's form, into the profile, which is new
 * and empty. The arrays get the size that they need, once. part_count: read
 * the samples in so many parts at the same time (8 at most), 0: in as many as
 * it is worth; the profile is the same. Bytes of the input that no string lies
 * in may be 0 afterwards. After a failure the profile is good for
 * pp_profile_free only. */
int pp_wire_parse(struct pp_profile *profile, uint32_t part_count,
                  struct pp_error *err);

#endif
