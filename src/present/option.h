/* option: everything a person may set, in one table. Flags, the shell's
 * variables, what both say of them, and the check of the man page come from it.
 * Private to present. */
#ifndef PP_PRESENT_OPTION_H
#define PP_PRESENT_OPTION_H

#include "base/base.h"
#include "report/report.h"

/* What an option sets, and how its value is written. */
enum pp_option_kind {
    PP_OPTION_TEXT,        /* const char * */
    PP_OPTION_BOOL,        /* bool */
    PP_OPTION_INT,         /* int64_t */
    PP_OPTION_FLOAT,       /* double */
    PP_OPTION_GRANULARITY, /* a bool flag that stands for one of several */
    PP_OPTION_SORT,        /* likewise */
    PP_OPTION_SAMPLE,      /* likewise: a sample type by its old flag */
    PP_OPTION_BASE,        /* one more of pp_arguments.bases */
    PP_OPTION_KIND_COUNT,
};

/* Where -help lists it. */
enum pp_option_section {
    PP_SECTION_SOURCE,
    PP_SECTION_REPORT,
    PP_SECTION_GRANULARITY,
    PP_SECTION_SORT,
    PP_SECTION_SAMPLE,
    PP_SECTION_COUNT,
};

struct pp_settings;

struct pp_option {
    const char *name;
    enum pp_option_kind kind;
    enum pp_option_section section;
    size_t offset;        /* in struct pp_settings, of the first four kinds */
    int choice;           /* what a GRANULARITY or SORT flag stands for */
    const char *sample;   /* the sample type a SAMPLE flag stands for */
    bool is_variable;     /* the shell has it, too */
    const char *argument; /* what -help calls the value: "regexp" */
    /* Lines. A variable's are the reference's, to the last byte: -help shows
     * the first, the shell's `help NAME` all of them. */
    const char *help;
};

/* Terminated by a NULL name. */
extern const struct pp_option pp_options_table[];

enum { PP_OPTION_MAX = 80 }; /* options in the table, at most */

/* What the options set. */
struct pp_settings {
    struct pp_options report;
    const char *symbolize, *build_id, *comment, *output, *tools;
    const char *tls_cert, *tls_key, *tls_ca;
    int64_t seconds, timeout; /* -1: not given */
    bool all_frames, no_browser;
    /* By place in the table, for the kinds that stand for one of several. */
    bool chosen[PP_OPTION_MAX];
};

/* Every option at its default. */
void pp_settings_init(struct pp_settings *settings);

const struct pp_option *pp_option_find(struct pp_slice name);

/* May be written without a value? */
bool pp_option_is_bool(const struct pp_option *option);

/* Go's ParseBool. false when `text` is none. */
bool pp_parse_bool(const char *text, bool *value);

/* Set one option from the text of its value, which is borrowed for good.
 * PP_E_USAGE with the words of Go's flag package. */
int pp_option_set(struct pp_settings *settings, const struct pp_option *option,
                  const char *value, struct pp_error *err);

/* Make settings.report what a flag that stands for one of several says. */
void pp_option_choose(struct pp_settings *settings,
                      const struct pp_option *option);

/* The same for those flags that are chosen. PP_E_USAGE for two of one group. */
int pp_settings_conclude(struct pp_settings *settings, struct pp_error *err);

/* The same for the old flags for sample types. They yield to -sample_index,
 * and to each other in the order of the table; warn hears of it. */
void pp_settings_conclude_sample(struct pp_settings *settings,
                                 void (*warn)(const char *line));

#endif
