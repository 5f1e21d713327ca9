/* -comments. */
#include "report/format.h"
#include "report/table.h"

static int print_comments(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_comments = {
    .name = "comments",
    .description = "Output all profile comments",
    .suffix = "txt",
    .print = print_comments,
};
