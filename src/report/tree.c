/* -tree and -peek. */
#include "report/format.h"
#include "report/table.h"

static int print_tree(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_tree = {
    .name = "tree",
    .description = "Outputs a text rendering of call graph",
    .suffix = "txt",
    .print = print_tree,
};

const struct pp_report pp_report_peek = {
    .name = "peek",
    .description = "Output callers/callees of functions matching regexp",
    .suffix = "txt",
    .untrimmed = true,
    .takes_pattern = true,
    .print = print_tree,
};
