/* formats: every form of profile that is not profile.proto, read into one.
 *
 * gperftools' old forms (CPU, heap, growth, contention, threads, and the Java
 * ones), jemalloc's heap profiles, folded stacks, what `perf script` prints,
 * and speedscope's JSON. What the bytes are is told by the bytes, never by a
 * file's name. One form = one file = one descriptor (format.h), and one line in
 * the table of formats.c.
 */
#ifndef PP_FORMATS_FORMATS_H
#define PP_FORMATS_FORMATS_H

#include "base/base.h"
#include "profile/profile.h"

/* Read bytes (not compressed) into the new and empty `profile`, which may
 * borrow text from them: they must live as long. PP_E_NOT_FOUND where the bytes
 * are of no form known here; PP_E_FORMAT where they are of one, but broken: the
 * words name the form and the line or byte. Not checked with pp_profile_check.
 */
int pp_formats_read(struct pp_profile *profile, struct pp_slice bytes,
                    struct pp_error *err);

#endif
