/* -topproto. */
#include "report/format.h"
#include "report/table.h"

static int print_topproto(struct pp_report_job *job, struct pp_error *err)
{
    (void)job;
    return pp_fail(err, PP_E_USAGE, "not in this version");
}

const struct pp_report pp_report_topproto = {
    .name = "topproto",
    .description = "Outputs top entries in compressed protobuf format",
    .suffix = "pb.gz",
    .binary = true,
    .unlimited = true,
    .print = print_topproto,
};
