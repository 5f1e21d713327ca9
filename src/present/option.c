/* option: the table, and how a value is read from text.
 *
 * Invariant: names are unique, and none is a report's.
 *
 * Specification: reference sections 1.1 and 1.2; Go's flag and strconv
 * packages for the forms of values.
 */
#include "present/option.h"

#include <assert.h>
#include <stdio.h>

#include "present/number.h"

#define IN_REPORT(member) offsetof(struct pp_settings, report.member)
#define IN_SETTINGS(member) offsetof(struct pp_settings, member)

#define REPORT(name, kind, member, argument, help)                             \
    {                                                                          \
        name, PP_OPTION_##kind, PP_SECTION_REPORT, IN_REPORT(member), 0, NULL, \
            argument, help                                                     \
    }
#define SOURCE(name, kind, member, argument, help)                             \
    {                                                                          \
        name, PP_OPTION_##kind, PP_SECTION_SOURCE, IN_SETTINGS(member), 0,     \
            NULL, argument, help                                               \
    }
#define CHOICE(name, group, choice, help)                                      \
    {                                                                          \
        name, PP_OPTION_##group, PP_SECTION_##group, 0, choice, NULL, NULL,    \
            help                                                               \
    }
#define SAMPLE(name, type, help)                                               \
    {                                                                          \
        name, PP_OPTION_SAMPLE, PP_SECTION_SAMPLE, 0, 0, type, NULL, help      \
    }

const struct pp_option pp_options_table[] = {
    SOURCE("seconds", INT, seconds, "n",
           "collect for n seconds (puts seconds=n into the URL)"),
    SOURCE("timeout", INT, timeout, "n",
           "give a server n seconds (default: 1.5 x the duration, or 60)"),
    SOURCE("symbolize", TEXT, symbolize, "how",
           "where names come from: none, local, fastlocal, remote, with\n"
           ":force to name all anew, :demangle=none|templates|full"),
    SOURCE("buildid", TEXT, build_id, "id",
           "build id of the main binary, where the profile has none"),
    SOURCE("add_comment", TEXT, comment, "text",
           "a comment to put into the profile"),
    SOURCE("tls_cert", TEXT, tls_cert, "file",
           "certificate to show to the server (PEM)"),
    SOURCE("tls_key", TEXT, tls_key, "file", "its private key (PEM)"),
    SOURCE("tls_ca", TEXT, tls_ca, "file",
           "believe the certificates that these sign (PEM)"),
    SOURCE("tools", TEXT, tools, "path",
           "accepted for compatibility: no outside tools are needed"),
    SOURCE("output", TEXT, output, "file",
           "write the report to file, not to standard output"),

    REPORT("nodecount", INT, nodecount, "n", "show n entries at most"),
    REPORT("nodefraction", FLOAT, nodefraction, "f",
           "leave out entries below f x total"),
    REPORT("edgefraction", FLOAT, edgefraction, "f",
           "leave out calls below f x total"),
    REPORT("trim", BOOL, trim, NULL,
           "-trim=false shows everything: no limit of the three above"),
    REPORT("sample_index", TEXT, sample_index, "type",
           "which value of the samples counts: its name, or its place"),
    REPORT("mean", BOOL, mean, NULL,
           "divide it by the first value (the count)"),
    REPORT("unit", TEXT, unit, "unit",
           "print values in this unit (ms, s, kB, MB, ..., auto)"),
    REPORT("divide_by", FLOAT, divide_by, "x", "divide all values by x"),
    REPORT("drop_negative", BOOL, drop_negative, NULL,
           "leave out entries below zero"),
    REPORT("relative_percentages", BOOL, relative_percentages, NULL,
           "100% is what the filters leave, not the whole profile"),
    REPORT("compact_labels", BOOL, compact_labels, NULL,
           "leave out the lines on the profile at the top"),
    REPORT("focus", TEXT, focus, "regexp",
           "only samples with a frame that matches"),
    REPORT("ignore", TEXT, ignore, "regexp",
           "no samples with a frame that matches"),
    REPORT("show", TEXT, show, "regexp", "only frames that match"),
    REPORT("hide", TEXT, hide, "regexp", "no frames that match"),
    REPORT("show_from", TEXT, show_from, "regexp",
           "nothing that calls the outermost frame that matches"),
    REPORT("prune_from", TEXT, prune_from, "regexp",
           "nothing that the innermost frame that matches calls"),
    REPORT("tagfocus", TEXT, tagfocus, "filter",
           "only samples with a label in range (1kb:10kb, size=1mb:)\n"
           "or one that matches (regexp, key=regexp)"),
    REPORT("tagignore", TEXT, tagignore, "filter",
           "no samples with such a label"),
    REPORT("tagshow", TEXT, tagshow, "regexp", "only labels whose key matches"),
    REPORT("taghide", TEXT, taghide, "regexp", "no labels whose key matches"),
    REPORT("tagroot", TEXT, tagroot, "keys",
           "frames for the labels of these keys, as callers of all"),
    REPORT("tagleaf", TEXT, tagleaf, "keys",
           "frames for the labels of these keys, as called by all"),
    REPORT("noinlines", BOOL, noinlines, NULL,
           "count inlined functions as the one they are inlined in"),
    REPORT("showcolumns", BOOL, showcolumns, NULL,
           "with -lines: tell columns of a line apart"),
    REPORT("source_path", TEXT, source_path, "path",
           "where sources are, for shortening file names"),
    REPORT("trim_path", TEXT, trim_path, "path",
           "what to cut off the front of file names"),
    REPORT("title", TEXT, title, "text", "heading of a picture"),

    CHOICE("functions", GRANULARITY, PP_GRANULARITY_FUNCTIONS,
           "an entry is a function (default)"),
    CHOICE("filefunctions", GRANULARITY, PP_GRANULARITY_FILEFUNCTIONS,
           "a function of one file"),
    CHOICE("files", GRANULARITY, PP_GRANULARITY_FILES, "a source file"),
    CHOICE("lines", GRANULARITY, PP_GRANULARITY_LINES, "a source line"),
    CHOICE("addresses", GRANULARITY, PP_GRANULARITY_ADDRESSES,
           "an address of the program"),

    CHOICE("cum", SORT, true, "by what an entry and all it calls cost"),
    CHOICE("flat", SORT, false, "by what an entry itself costs (default)"),

    SAMPLE("total_delay", "delay", "-sample_index=delay"),
    SAMPLE("mean_delay", "delay", "-sample_index=delay -mean"),
    SAMPLE("contentions", "contentions", "-sample_index=contentions"),
    SAMPLE("inuse_space", "inuse_space", "-sample_index=inuse_space"),
    SAMPLE("inuse_objects", "inuse_objects", "-sample_index=inuse_objects"),
    SAMPLE("alloc_space", "alloc_space", "-sample_index=alloc_space"),
    SAMPLE("alloc_objects", "alloc_objects", "-sample_index=alloc_objects"),
    {NULL},
};

static_assert(sizeof(pp_options_table) / sizeof(*pp_options_table) <=
                  PP_OPTION_MAX,
              "pp_settings.chosen is too small");

void pp_settings_init(struct pp_settings *settings)
{
    *settings = (struct pp_settings){
        .report = pp_options_default,
        .seconds = -1,
        .timeout = -1,
    };
}

const struct pp_option *pp_option_find(struct pp_slice name)
{
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (pp_slice_equal(pp_slice_of(option->name), name))
            return option;
    return NULL;
}

static size_t place_of(const struct pp_option *option)
{
    return (size_t)(option - pp_options_table);
}

/* ---- values ------------------------------------------------------------- */

bool pp_parse_bool(const char *text, bool *value)
{
    static const char *const words[2][6] = {
        {"0", "f", "F", "false", "FALSE", "False"},
        {"1", "t", "T", "true", "TRUE", "True"},
    };
    for (int truth = 0; truth < 2; truth++)
        for (int i = 0; i < 6; i++)
            if (strcmp(text, words[truth][i]) == 0) {
                *value = truth;
                return true;
            }
    return false;
}

static int bad_value(const struct pp_option *option, const char *value,
                     const struct pp_error *why, struct pp_error *err)
{
    return pp_fail(err, why->status, "invalid value \"%s\" for flag -%s: %s",
                   value, option->name, why->text);
}

static int set_bool(bool *place, const struct pp_option *option,
                    const char *value, struct pp_error *err)
{
    if (pp_parse_bool(value, place))
        return 0;
    return pp_fail(err, PP_E_USAGE,
                   "invalid boolean value \"%s\" for -%s: parse error", value,
                   option->name);
}

static int set_int(int64_t *place, const struct pp_option *option,
                   const char *value, struct pp_error *err)
{
    struct pp_error why = {0};
    if (pp_parse_int(value, place, &why) < 0)
        return bad_value(option, value, &why, err);
    return 0;
}

static int set_float(double *place, const struct pp_option *option,
                     const char *value, struct pp_error *err)
{
    struct pp_error why = {0};
    if (pp_parse_float(value, place, &why) < 0)
        return bad_value(option, value, &why, err);
    return 0;
}

bool pp_option_is_bool(const struct pp_option *option)
{
    return option->argument == NULL;
}

int pp_option_set(struct pp_settings *settings, const struct pp_option *option,
                  const char *value, struct pp_error *err)
{
    void *place = (char *)settings + option->offset;
    switch (option->kind) {
    case PP_OPTION_TEXT:
        *(const char **)place = value;
        return 0;
    case PP_OPTION_BOOL:
        return set_bool(place, option, value, err);
    case PP_OPTION_INT:
        return set_int(place, option, value, err);
    case PP_OPTION_FLOAT:
        return set_float(place, option, value, err);
    default:
        return set_bool(&settings->chosen[place_of(option)], option, value,
                        err);
    }
}

/* ---- one of several ----------------------------------------------------- */

/* The one option of that kind that is chosen, or NULL. */
static int find_chosen(const struct pp_settings *settings,
                       enum pp_option_kind kind,
                       const struct pp_option **chosen, struct pp_error *err)
{
    *chosen = NULL;
    for (const struct pp_option *option = pp_options_table; option->name;
         option++) {
        if (option->kind != kind || !settings->chosen[place_of(option)])
            continue;
        if (*chosen)
            return pp_fail(err, PP_E_USAGE, "conflicting options set: [%s %s]",
                           (*chosen)->name, option->name);
        *chosen = option;
    }
    return 0;
}

/* The old flags for sample types yield to -sample_index, and to each other in
 * the order of the table. */
static void conclude_sample(struct pp_settings *settings,
                            void (*warn)(const char *line))
{
    for (const struct pp_option *option = pp_options_table; option->name;
         option++) {
        if (!settings->chosen[place_of(option)] ||
            option->kind != PP_OPTION_SAMPLE)
            continue;
        if (strcmp(option->name, "mean_delay") == 0)
            settings->report.mean = true;
        if (settings->report.sample_index[0]) {
            char line[80];
            snprintf(line, sizeof(line),
                     "Multiple value selections, ignoring -%s", option->name);
            warn(line);
        } else {
            settings->report.sample_index = option->sample;
        }
    }
}

int pp_settings_conclude(struct pp_settings *settings,
                         void (*warn)(const char *line), struct pp_error *err)
{
    const struct pp_option *granularity, *sort;
    if (find_chosen(settings, PP_OPTION_SORT, &sort, err) < 0 ||
        find_chosen(settings, PP_OPTION_GRANULARITY, &granularity, err) < 0)
        return err->status;
    if (granularity)
        settings->report.granularity = (enum pp_granularity)granularity->choice;
    if (sort)
        settings->report.sort_cum = sort->choice;
    conclude_sample(settings, warn);
    return 0;
}
