/* -speedscope. */
#include "report/format.h"
#include "report/table.h"

static int print_speedscope(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_speedscope = {
    .name = "speedscope",
    .description = "Outputs stacks for speedscope",
    .suffix = "speedscope.json",
    .print = print_speedscope,
};
