/* report: a profile, as options ask for it, in some form: one form = one file
 * = one descriptor, and one line in the table of reports.c.
 */
#ifndef PP_REPORT_REPORT_H
#define PP_REPORT_REPORT_H

#include "base/base.h"
#include "profile/profile.h"
#include "symbolize/symbolize.h"

enum pp_granularity {
    PP_GRANULARITY_DEFAULT, /* functions */
    PP_GRANULARITY_FUNCTIONS,
    PP_GRANULARITY_FILEFUNCTIONS,
    PP_GRANULARITY_FILES,
    PP_GRANULARITY_LINES,
    PP_GRANULARITY_ADDRESSES,
};

/* Whether a report shows inlined calls: -noinlines decides, or it does not. */
enum pp_inlines {
    PP_INLINES_DEFAULT,
    PP_INLINES_NEVER,
    PP_INLINES_ALWAYS,
};

/* What a person may choose: the reference's configuration variables, with its
 * names and defaults (pp_options_default). Texts are borrowed, "" when unset.
 */
struct pp_options {
    const char *unit; /* "minimum" */
    const char *sample_index;
    const char *focus, *ignore, *hide, *show, *show_from, *prune_from;
    const char *tagfocus, *tagignore, *tagshow, *taghide, *tagroot, *tagleaf;
    const char *source_path, *trim_path;
    const char *title;   /* of a picture; "" for the binary's name */
    const char *pattern; /* what a report with takes_pattern was given */
    double divide_by;    /* 1 */
    double nodefraction; /* .005 */
    double edgefraction; /* .001 */
    int64_t nodecount;   /* -1: the report's own default */
    enum pp_granularity granularity;
    bool sort_cum;
    bool trim; /* true */
    bool call_tree, relative_percentages, compact_labels, mean, normalize;
    bool drop_negative, noinlines, showcolumns, intel_syntax;
    /* Not a choice: where -disasm and -weblist open the program's files. NULL:
     * they cannot. */
    struct pp_binaries *binaries;
};

extern const struct pp_options pp_options_default;

/* Everything a report prints goes to `out`; lines for the person (an
 * expression that matched nothing) go to `warn`. */
struct pp_report_output {
    struct pp_buffer *out;
    void (*warn)(void *context, const char *line); /* NULL: nobody listens */
    void *context;
    /* Called when there is no memory for the report's own tables; must not
     * return. NULL: abort(). */
    void (*exhausted)(void);
    /* Take away what is in `out` so far, whole lines, and clear it: reports
     * that may become larger than memory call this now and then. A negative
     * status ends the report. NULL: all of it is kept until the end. */
    int (*drain)(void *context, struct pp_buffer *out, struct pp_error *err);
};

struct pp_regexp;

/* What a report is printed from: the profile, filtered and aggregated, and
 * what the options came to for it. */
struct pp_report_job {
    struct pp_profile *profile;
    const struct pp_options *options; /* with the report's overrides */
    const struct pp_report_output *output;
    struct pp_arena *arena;    /* working memory; never returns NULL */
    uint32_t value_index;      /* of the sample values that count */
    int64_t total;             /* 100 %, in the unit of the samples */
    double ratio;              /* 1 / -divide_by */
    struct pp_slice type;      /* "cpu", "mean_delay" */
    struct pp_slice unit;      /* of the samples: "nanoseconds" */
    struct pp_slice out_unit;  /* to print in: options->unit, or chosen since */
    struct pp_regexp *pattern; /* of -list, -peek; else NULL */
};

struct pp_report {
    const char *name;                /* "top": the flag and the shell's word */
    const char *description;         /* the reference's help line */
    const char *suffix;              /* of a file it would be put in: "svg" */
    bool binary;                     /* not for a terminal: goes into a file */
    bool untrimmed;                  /* forces trim=false */
    enum pp_granularity granularity; /* forced, unless DEFAULT */
    enum pp_inlines inlines;         /* likewise */
    bool unlimited;                  /* nodecount -1 means all, not 80 */
    bool takes_pattern;              /* needs a regular expression: -list */
    const char *picture; /* printed is dot text, to be drawn as: "svg"; NULL */
    const char *viewer;  /* to be shown with: "web", "eog"...; NULL */
    int (*print)(struct pp_report_job *job, struct pp_error *err);
};

/* All of them, NULL at the end; and one by name, or NULL. */
extern const struct pp_report *const pp_reports[];
const struct pp_report *pp_report_find(struct pp_slice name);

/* Not one of them: what the shell says of the profile at first. Uses nothing
 * up, if the options have no filters. */
extern const struct pp_report pp_report_greeting;

/* Drop the functions that the profile itself calls uninteresting (its
 * drop_frames, but not its keep_frames). Done once, after symbolization; the
 * reference goes on when an expression is wrong. */
int pp_report_drop_frames(struct pp_profile *profile, struct pp_error *err);

/* Filter, aggregate and print. The profile is used up: it may only be freed
 * afterwards. */
int pp_report_print(const struct pp_report *report, struct pp_profile *profile,
                    const struct pp_options *options,
                    const struct pp_report_output *output,
                    struct pp_error *err);

#endif
