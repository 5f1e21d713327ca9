/* -proto: the profile itself, as the filters left it (printProto of
 * google/pprof's internal/report). */
#include "report/format.h"
#include "report/table.h"
#include "wire/wire.h"

static int print_proto(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_profile *profile = job->profile;
    if (job->ratio > 0 && job->ratio != 1)
        for (uint32_t i = 0; i < profile->values.count; i++)
            profile->values.items[i] =
                pp_unit_truncate((double)profile->values.items[i] * job->ratio);
    return pp_wire_encode_gzip(profile, job->output->out, err);
}

const struct pp_report pp_report_proto = {
    .name = "proto",
    .description = "Outputs the profile in compressed protobuf format",
    .suffix = "pb.gz",
    .binary = true,
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .print = print_proto,
};
