/* -traces. */
#include "report/format.h"
#include "report/table.h"

static int print_traces(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_traces = {
    .name = "traces",
    .description = "Outputs all profile samples in text form",
    .suffix = "txt",
    .print = print_traces,
};
