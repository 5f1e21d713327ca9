/* What one form of profile is to formats.c. Private to formats. */
#ifndef PP_FORMATS_FORMAT_H
#define PP_FORMATS_FORMAT_H

#include "formats/formats.h"

struct pp_format {
    const char *name; /* for errors: "gperftools CPU profile" */
    /* As pp_formats_read; PP_E_NOT_FOUND, quickly, for bytes of another form,
     * leaving the profile as it was. */
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
