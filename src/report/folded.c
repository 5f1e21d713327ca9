/* -folded. */
#include "report/format.h"
#include "report/table.h"

static int print_folded(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_folded = {
    .name = "folded",
    .description = "Outputs stacks folded into lines, for FlameGraph tools",
    .suffix = "folded",
    .print = print_folded,
};
