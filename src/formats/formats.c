/* The table of forms, in the order in which they are tried: those that begin
 * with a word of their own first, folded stacks, which are only lines, last. */
#include "formats/format.h"

static const struct pp_format *const formats[] = {
    &pp_format_gperftools_cpu, &pp_format_jemalloc,   &pp_format_heap,
    &pp_format_count,          &pp_format_threads,    &pp_format_contention,
    &pp_format_java,           &pp_format_speedscope, &pp_format_perf_script,
    &pp_format_folded,
};

/* Take out what a form put into the new profile before it gave up. */
static void take_out(struct pp_profile *profile)
{
    profile->sample_types.count = 0;
    profile->samples.count = 0;
    profile->values.count = 0;
    profile->stacks.count = 0;
    profile->labels.count = 0;
    profile->mappings.count = 0;
    profile->locations.count = 0;
    profile->lines.count = 0;
    profile->functions.count = 0;
    profile->duration_nanos = 0;
    profile->period_type = (struct pp_value_type){0};
    profile->period = 0;
}

int pp_formats_read(struct pp_profile *profile, struct pp_slice bytes,
                    struct pp_error *err)
{
    struct pp_error first = {0};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct pp_error reason = {0};
        int status = formats[i]->read(profile, bytes, &reason);
        if (status >= 0)
            return status;
        if (!first.text[0])
            first = reason;
        if (status != PP_E_NOT_FOUND)
            return pp_fail(err, status, "%s", first.text);
        take_out(profile);
    }
    return first.text[0]
               ? pp_fail(err, PP_E_FORMAT, "%s", first.text)
               : pp_fail(err, PP_E_NOT_FOUND, "unrecognized profile format");
}
