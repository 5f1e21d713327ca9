/* perf_script. */
#include "formats/format.h"

static int read_perf_script(struct pp_profile *profile, struct pp_slice bytes,
                            struct pp_error *err)
{
    (void)profile, (void)bytes;
    return pp_fail(err, PP_E_NOT_FOUND, "not this");
}

const struct pp_format pp_format_perf_script = {
    .name = "perf_script",
    .read = read_perf_script,
};
