/* count. */
#include "formats/format.h"

static int read_count(struct pp_profile *profile, struct pp_slice bytes,
                      struct pp_error *err)
{
    (void)profile, (void)bytes;
    return pp_fail(err, PP_E_NOT_FOUND, "not this");
}

const struct pp_format pp_format_count = {
    .name = "count",
    .read = read_count,
};
