/* The table of forms, in the order in which they are tried: those that begin
 * with a word of their own first, folded stacks, which are only lines, last. */
#include "formats/format.h"

static const struct pp_format *const formats[] = {
    &pp_format_gperftools_cpu, &pp_format_jemalloc,   &pp_format_heap,
    &pp_format_count,          &pp_format_threads,    &pp_format_contention,
    &pp_format_java,           &pp_format_speedscope, &pp_format_perf_script,
    &pp_format_folded,
};

int pp_formats_read(struct pp_profile *profile, struct pp_slice bytes,
                    struct pp_error *err)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        int status = formats[i]->read(profile, bytes, err);
        if (status != PP_E_NOT_FOUND)
            return status;
    }
    return pp_fail(err, PP_E_NOT_FOUND, "unrecognized profile format");
}
