/* -weblist: source with what each line took, and behind each line its machine
 * code with inlined calls, as a page of its own (PrintWebList of google/pprof's
 * internal/report). The steps are told in weblist.h. */
#include "report/weblist.h"

#include "report/table.h"

static int print_weblist(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_weblist_choice choice;
    struct pp_weblist_code code;
    struct pp_weblist_functions functions;
    pp_weblist_choose(&choice, job);
    if (choice.wanted_count == 0)
        return pp_fail(err, PP_E_USAGE, "no matches found for regexp: %s",
                       job->options->pattern);
    pp_weblist_find_code(&code, &choice, job);
    pp_weblist_find_functions(&functions, job->arena, &code, &choice);
    return pp_weblist_print_page(&code, &functions, job, err);
}

const struct pp_report pp_report_weblist = {
    .name = "weblist",
    .description = "Display annotated source in a web browser",
    .suffix = "html",
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .inlines = PP_INLINES_ALWAYS,
    .takes_pattern = true,
    .viewer = "weblist",
    .print = print_weblist,
};
