/* The table of reports, and the way from a profile to any of them.
 *
 * Invariant: the steps stand in the reference's order (generateRawReport of
 * google/pprof's internal/driver), because it decides which of two mistakes is
 * told and what 100 % are. */
#include "report/filter.h"
#include "report/format.h"
#include "report/table.h"

#include <stdlib.h>

const struct pp_options pp_options_default = {
    .unit = "minimum",
    .sample_index = "",
    .focus = "",
    .ignore = "",
    .hide = "",
    .show = "",
    .show_from = "",
    .prune_from = "",
    .tagfocus = "",
    .tagignore = "",
    .tagshow = "",
    .taghide = "",
    .tagroot = "",
    .tagleaf = "",
    .source_path = "",
    .trim_path = "",
    .title = "",
    .pattern = "",
    .divide_by = 1,
    .nodefraction = 0.005,
    .edgefraction = 0.001,
    .nodecount = -1,
    .trim = true,
};

const struct pp_report *const pp_reports[] = {
    &pp_report_callgrind,
    &pp_report_comments,
    &pp_report_disasm,
    &pp_report_dot,
    &pp_report_eog,
    &pp_report_evince,
    &pp_report_flamegraph,
    &pp_report_folded,
    &pp_report_gif,
    &pp_report_gv,
    &pp_report_json,
    &pp_report_kcachegrind,
    &pp_report_list,
    &pp_report_md,
    &pp_report_pdf,
    &pp_report_peek,
    &pp_report_png,
    &pp_report_proto,
    &pp_report_ps,
    &pp_report_raw,
    &pp_report_speedscope,
    &pp_report_svg,
    &pp_report_tags,
    &pp_report_text,
    &pp_report_top,
    &pp_report_topproto,
    &pp_report_traces,
    &pp_report_tree,
    &pp_report_web,
    &pp_report_weblist,
    NULL,
};

const struct pp_report *pp_report_find(struct pp_slice name)
{
    for (size_t i = 0; pp_reports[i]; i++)
        if (pp_slice_equal(name, pp_slice_of(pp_reports[i]->name)))
            return pp_reports[i];
    return NULL;
}

/* ---- what the report makes of the options ------------------------------- */

static struct pp_options override(const struct pp_report *report,
                                  const struct pp_options *options)
{
    enum { NODES_DEFAULT = 80 };
    struct pp_options own = *options;
    if (own.nodecount == -1)
        own.nodecount = report->unlimited ? 0 : NODES_DEFAULT;
    if (report->granularity != PP_GRANULARITY_DEFAULT)
        own.granularity = report->granularity;
    if (report->inlines != PP_INLINES_DEFAULT)
        own.noinlines = report->inlines == PP_INLINES_NEVER;
    if (report->untrimmed || !own.trim) {
        own.nodecount = 0;
        own.nodefraction = own.edgefraction = 0;
    }
    return own;
}

static void aggregate(struct pp_profile *profile,
                      const struct pp_options *options)
{
    static const struct pp_detail details[] = {
        [PP_GRANULARITY_DEFAULT] = {.functions = true},
        [PP_GRANULARITY_FUNCTIONS] = {.functions = true},
        [PP_GRANULARITY_FILEFUNCTIONS] = {.functions = true, .filenames = true},
        [PP_GRANULARITY_FILES] = {.filenames = true},
        [PP_GRANULARITY_LINES] = {.functions = true,
                                  .filenames = true,
                                  .line_numbers = true},
        [PP_GRANULARITY_ADDRESSES] = {.functions = true,
                                      .filenames = true,
                                      .line_numbers = true,
                                      .addresses = true},
    };
    struct pp_detail detail = details[options->granularity];
    /* Everything stays then, the columns too. */
    if (detail.addresses && !options->noinlines)
        return;
    detail.inlines = !options->noinlines;
    detail.columns = options->showcolumns;
    pp_profile_aggregate(profile, &detail);
}

static struct pp_slice mean_type(struct pp_arena *arena, struct pp_slice type)
{
    struct pp_buffer text = {0};
    pp_buffer_append_text(&text, "mean_");
    pp_buffer_append_slice(&text, type);
    struct pp_slice name = {pp_slice_copy(arena, pp_buffer_slice(&text)),
                            text.size};
    pp_buffer_release(&text);
    return name;
}

static int choose_values(struct pp_report_job *job, struct pp_error *err)
{
    const struct pp_profile *profile = job->profile;
    const struct pp_options *options = job->options;
    int index = pp_profile_sample_index(
        profile, pp_slice_of(options->sample_index), err);
    if (index < 0)
        return index;
    const struct pp_value_type *type = &profile->sample_types.items[index];
    job->value_index = (uint32_t)index;
    job->unit = pp_profile_text(profile, type->unit);
    job->type = pp_profile_text(profile, type->type);
    if (options->mean)
        job->type = mean_type(job->arena, job->type);
    if (options->divide_by == 0)
        return pp_fail(err, PP_E_USAGE, "zero divisor specified");
    job->ratio = 1 / options->divide_by;
    return PP_OK;
}

/* ---- the pattern -------------------------------------------------------- */

static int compile_pattern(struct pp_report_job *job,
                           const struct pp_report *report, struct pp_error *err)
{
    const char *pattern = job->options->pattern;
    if (!report->takes_pattern)
        return PP_OK;
    job->pattern = pp_regexp_new(pp_slice_of(pattern), err);
    if (job->pattern)
        return PP_OK;
    return pp_error_prefix(err, "parsing argument regexp %s: ", pattern);
}

/* A search that was given up is told in place of what came of it: that nothing
 * matched may not be true. */
static int check_pattern(const struct pp_report_job *job,
                         const struct pp_report *report, int status,
                         struct pp_error *err)
{
    struct pp_error search_err = {0};
    if (!job->pattern || pp_regexp_check(job->pattern, &search_err) == PP_OK)
        return status;
    *err = search_err;
    return pp_error_prefix(err, "%s: ", report->name);
}

/* ---- the steps ---------------------------------------------------------- */

static int prepare(struct pp_report_job *job, const struct pp_report *report,
                   struct pp_error *err)
{
    const struct pp_options *options = job->options;
    pp_report_warn_units(job);
    if (pp_report_add_tag_frames(job, err) < 0)
        return err->status;
    if (options->relative_percentages && pp_report_filter(job, err) < 0)
        return err->status;
    if (choose_values(job, err) < 0 || compile_pattern(job, report, err) < 0)
        return err->status;
    job->total =
        pp_profile_total(job->profile, job->value_index, options->mean);
    if (!options->relative_percentages && pp_report_filter(job, err) < 0)
        return err->status;
    aggregate(job->profile, options);
    return PP_OK;
}

static void give_up(void)
{
    abort();
}

int pp_report_print(const struct pp_report *report, struct pp_profile *profile,
                    const struct pp_options *options,
                    const struct pp_report_output *output, struct pp_error *err)
{
    struct pp_error own_err = {0};
    struct pp_arena arena;
    struct pp_options own_options = override(report, options);
    struct pp_report_job job = {
        .profile = profile,
        .options = &own_options,
        .output = output,
        .arena = &arena,
        .out_unit = pp_slice_of(options->unit),
    };
    if (!err)
        err = &own_err;
    pp_arena_init_fatal(&arena,
                        output->exhausted ? output->exhausted : give_up);
    int status = prepare(&job, report, err);
    if (!status)
        status = check_pattern(&job, report, report->print(&job, err), err);
    pp_regexp_free(job.pattern);
    pp_arena_release(&arena);
    return status;
}
