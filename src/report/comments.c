/* -comments: what people wrote into the profile, and programs with a '#' in
 * front (printComments of google/pprof's internal/report). */
#include "report/format.h"
#include "report/table.h"

static int print_comments(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_profile *profile = job->profile;
    struct pp_buffer *out = job->output->out;
    for (uint32_t i = 0; i < profile->comments.count; i++) {
        pp_buffer_append_slice(
            out, pp_profile_text(profile, profile->comments.items[i]));
        pp_buffer_append_char(out, '\n');
    }
    return out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_comments = {
    .name = "comments",
    .description = "Output all profile comments",
    .suffix = "txt",
    .print = print_comments,
};
