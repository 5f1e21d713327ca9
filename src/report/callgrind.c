/* -callgrind. */
#include "report/format.h"
#include "report/table.h"

int pp_report_print_callgrind(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_callgrind = {
    .name = "callgrind",
    .description = "Outputs a graph in callgrind format",
    .suffix = "callgraph.out",
    .binary = true,
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .print = pp_report_print_callgrind,
};

const struct pp_report pp_report_kcachegrind = {
    .name = "kcachegrind",
    .description = "Visualize report in KCachegrind",
    .suffix = "grind",
    .viewer = "kcachegrind",
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .print = pp_report_print_callgrind,
};
