/* -json. */
#include "report/format.h"
#include "report/table.h"

static int print_json(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_json = {
    .name = "json",
    .description = "Outputs entries, calls and tags as JSON",
    .suffix = "json",
    .print = print_json,
};
