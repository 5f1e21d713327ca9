/* What one form of profile is to formats.c. Private to formats. */
#ifndef PP_FORMATS_FORMAT_H
#define PP_FORMATS_FORMAT_H

#include "formats/formats.h"

struct pp_format {
    const char *name; /* for errors: "gperftools CPU profile" */
    /* As pp_formats_read; PP_E_NOT_FOUND for bytes of another form: quickly,
     * and without words, or, where they went on as another form only after a
     * while, with words, which count if nobody reads them. What was put into
     * the profile by then is taken out by the caller. */
    int (*read)(struct pp_profile *profile, struct pp_slice bytes,
                struct pp_error *err);
};

extern const struct pp_format pp_format_folded;
extern const struct pp_format pp_format_gperftools_cpu;
extern const struct pp_format pp_format_heap;
extern const struct pp_format pp_format_count;
extern const struct pp_format pp_format_threads;
extern const struct pp_format pp_format_contention;
extern const struct pp_format pp_format_java;
extern const struct pp_format pp_format_jemalloc;
extern const struct pp_format pp_format_perf_script;
extern const struct pp_format pp_format_speedscope;

#endif
