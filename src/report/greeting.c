/* What the shell says first: the profile's labels, and a hint where nothing
 * would be seen (greetings of the reference's driver). It is no report of the
 * table: nobody asks for it by name. */
#include "report/format.h"

static int print_greeting(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_buffer *out = job->output->out;
    (void)err;
    pp_report_profile_labels(job, out);
    if (job->total == 0 && job->profile->sample_types.count > 1)
        pp_buffer_append_text(
            out, "No samples were found with the default sample value type.\n"
                 "Try \"sample_index\" command to analyze different sample "
                 "values.\n");
    return PP_OK;
}

const struct pp_report pp_report_greeting = {
    .name = "",
    .granularity = PP_GRANULARITY_ADDRESSES, /* nothing is cut down */
    .print = print_greeting,
};
