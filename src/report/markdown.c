/* -md. */
#include "report/format.h"
#include "report/table.h"

static int print_markdown(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_md = {
    .name = "md",
    .description = "Outputs top entries as a Markdown table",
    .suffix = "md",
    .print = print_markdown,
};
