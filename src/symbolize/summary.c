/* See summary.h. The sentences that begin with "Main binary", "Local
 * symbolization failed" and "Some binary filenames", and the one that ends the
 * last of these, are the reference's, and scripts look for them; but only the
 * first few failures are told one by one. Nothing is told when all is well. */
#include "symbolize/summary.h"

enum {
    FAILED_SHOWN = 3, /* files that have a line each */
    NAMES_SHOWN = 3,  /* in a list of files */
};

/* ---- lists of files ----------------------------------------------------- */

/* why: what is the matter with this one; NULL where that goes for all. */
static void add_file(struct pp_file_list *list, struct pp_slice file,
                     const char *why)
{
    if (list->count > 0 && pp_slice_equal(file, list->last))
        return;
    list->last = file;
    if (list->count++ >= NAMES_SHOWN)
        return;
    pp_buffer_append_text(&list->names, list->count > 1 ? ", " : "");
    pp_buffer_append_slice(&list->names, file);
    if (why)
        pp_buffer_format(&list->names, " (%s)", why);
}

/* "FIRST, SECOND, THIRD and 2 more" and what is to be said of them. */
static void tell_list(const struct pp_summary *summary,
                      struct pp_file_list *list, const char *before,
                      const char *behind)
{
    struct pp_buffer line = {0};
    if (list->count == 0)
        return;
    pp_buffer_append_text(&line, before);
    pp_buffer_append_slice(&line, pp_buffer_slice(&list->names));
    if (list->count > NAMES_SHOWN)
        pp_buffer_format(&line, " and %u more", list->count - NAMES_SHOWN);
    pp_buffer_append_text(&line, behind);
    if (!line.failed)
        summary->warn(line.data);
    pp_buffer_release(&line);
    pp_buffer_release(&list->names);
}

/* ---- what happened ------------------------------------------------------ */

void pp_summary_no_file_name(struct pp_summary *summary, bool is_first)
{
    if (is_first)
        summary->warn("Main binary filename not available.");
    else
        summary->is_missing = true;
}

void pp_summary_failed(struct pp_summary *summary, struct pp_slice file,
                       struct pp_slice build_id, const struct pp_error *err)
{
    struct pp_buffer line = {0};
    summary->is_missing |= err->status != PP_E_FORMAT;
    if (summary->failed_count++ >= FAILED_SHOWN) {
        add_file(&summary->failed, file, NULL);
        return;
    }
    pp_buffer_format(&line, "Local symbolization failed for " PP_SLICE_FORMAT,
                     PP_SLICE_ARGS(file));
    if (build_id.size > 0)
        pp_buffer_format(&line, " (build ID " PP_SLICE_FORMAT ")",
                         PP_SLICE_ARGS(build_id));
    pp_buffer_format(&line, ": %s", err->text);
    if (!line.failed)
        summary->warn(line.data);
    pp_buffer_release(&line);
}

void pp_summary_nameless(struct pp_summary *summary, struct pp_slice file)
{
    add_file(&summary->nameless, file, NULL);
}

void pp_summary_lineless(const struct pp_summary *summary, struct pp_slice file,
                         const char *why)
{
    struct pp_buffer line = {0};
    if (!summary->options->wants_lines)
        return;
    pp_buffer_append_slice(&line, file);
    if (why)
        pp_buffer_format(&line, " (%s)", why);
    pp_buffer_append_text(&line, ": no source lines. Compile with -g, or "
                                 "install the debug symbols (Debian: package "
                                 "NAME-dbgsym).");
    if (!line.failed)
        summary->warn(line.data);
    pp_buffer_release(&line);
}

void pp_summary_incomplete(struct pp_summary *summary, struct pp_slice file,
                           const char *why)
{
    add_file(&summary->incomplete, file, why);
}

/* ---- the end ------------------------------------------------------------ */

/* Where files that are not at their own path were looked for. */
static void tell_places(const struct pp_summary *summary)
{
    const struct pp_symbolize_options *options = summary->options;
    const char *urls = options->debuginfod_urls;
    struct pp_buffer line = {0};
    pp_buffer_append_text(&line, "Looked in ");
    if (options->binary_path)
        pp_buffer_append_text(&line, options->binary_path);
    else if (options->home)
        pp_buffer_format(&line, "%s/pprof/binaries", options->home);
    pp_buffer_append_text(&line,
                          options->binary_path || options->home ? " and " : "");
    pp_buffer_append_text(&line, "/usr/lib/debug");
    if (urls)
        pp_buffer_format(&line, ", and asked debuginfod at %s.", urls);
    else
        pp_buffer_append_text(&line, "; DEBUGINFOD_URLS names no server.");
    if (!line.failed)
        summary->warn(line.data);
    pp_buffer_release(&line);
}

static void tell_missing(const struct pp_summary *summary)
{
    if (!summary->is_missing)
        return;
    summary->warn("Some binary filenames not available. "
                  "Symbolization may be incomplete.");
    summary->warn("Try setting PPROF_BINARY_PATH to the search path for local "
                  "binaries.");
    tell_places(summary);
}

void pp_summary_end(struct pp_summary *summary)
{
    tell_list(summary, &summary->failed, "Local symbolization also failed for ",
              ".");
    tell_list(summary, &summary->nameless, "",
              ": no names for most addresses. Install the debug symbols "
              "(Debian: package NAME-dbgsym), set PPROF_BINARY_PATH to where "
              "unstripped files are, or DEBUGINFOD_URLS to a server that has "
              "them.");
    tell_list(summary, &summary->incomplete, "",
              ": debug information is incomplete; inlined calls may be "
              "missing.");
    tell_missing(summary);
}
