/* -tags. */
#include "report/format.h"
#include "report/table.h"

static int print_tags(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_tags = {
    .name = "tags",
    .description = "Outputs all tags in the profile",
    .suffix = "txt",
    .print = print_tags,
};
