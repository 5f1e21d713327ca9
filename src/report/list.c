/* -list. */
#include "report/format.h"
#include "report/table.h"

static int print_list(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_list = {
    .name = "list",
    .description = "Output annotated source for functions matching regexp",
    .suffix = "txt",
    .untrimmed = true,
    .granularity = PP_GRANULARITY_LINES,
    .takes_pattern = true,
    .print = print_list,
};
