/* shell_help: texts made from the tables of reports and options.
 *
 * Invariant: byte for byte the reference's, except for the lines on what only
 * one of the two tools has.
 *
 * Specification: usage, reportHelp, listHelp, commandHelp and
 * printCurrentOptions of the reference's driver.
 */
#include "present/shell_help.h"

#include <stdlib.h>

#include "present/variable.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of all options that are variables and in no group, sorted. */
static size_t collect_names(const char *names[static PP_OPTION_MAX])
{
    size_t count = 0;
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (option->is_variable && option->section == PP_SECTION_REPORT)
            names[count++] = option->name;
    qsort(names, count, sizeof(*names), compare_names);
    return count;
}

/* ---- o ------------------------------------------------------------------ */

/* What the reference does not list, because it is not for every day. */
static bool is_unlisted(const char *name)
{
    return strcmp(name, "source_path") == 0 || strcmp(name, "title") == 0;
}

static void print_value(struct pp_buffer *out, const char *name,
                        struct pp_slice value, struct pp_slice comment)
{
    enum { WIDTH = 20 };
    pp_buffer_format(out, "  %-25s = ", name);
    pp_buffer_append_slice(out, value);
    for (size_t size = pp_utf8_count(value); size < WIDTH; size++)
        pp_buffer_append_char(out, ' ');
    pp_buffer_append_text(out, comment.size ? " //: " : " ");
    pp_buffer_append_slice(out, comment);
    pp_buffer_append_char(out, '\n');
}

/* The names of sample types with something between them. */
static void append_types(struct pp_buffer *out,
                         const struct pp_profile *profile, const char *between)
{
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        pp_buffer_append_text(out, i ? between : "");
        pp_buffer_append_slice(
            out, pp_profile_text(profile, profile->sample_types.items[i].type));
    }
}

static struct pp_slice last_type(const struct pp_profile *profile)
{
    uint32_t count = profile->sample_types.count;
    if (count == 0)
        return (struct pp_slice){0};
    return pp_profile_text(profile,
                           profile->sample_types.items[count - 1].type);
}

static void print_sample_index(struct pp_buffer *out,
                               const struct pp_settings *settings,
                               const struct pp_profile *profile)
{
    struct pp_buffer types = {0};
    struct pp_slice value = pp_slice_of(settings->report.sample_index);
    pp_buffer_append_char(&types, '[');
    append_types(&types, profile, " | ");
    pp_buffer_append_char(&types, ']');
    print_value(out, "sample_index", value.size ? value : last_type(profile),
                pp_buffer_slice(&types));
    pp_buffer_release(&types);
}

static void print_option(struct pp_buffer *out,
                         const struct pp_settings *settings,
                         const struct pp_option *option)
{
    struct pp_buffer value = {0};
    struct pp_slice comment = {0};
    pp_variable_format(&value, settings, option);
    if (value.size == 0)
        pp_buffer_append_text(&value, "\"\"");
    else if (strcmp(option->name, "nodecount") == 0 &&
             settings->report.nodecount == -1)
        comment = pp_slice_literal("default");
    print_value(out, option->name, pp_buffer_slice(&value), comment);
    pp_buffer_release(&value);
}

static void print_group(struct pp_buffer *out,
                        const struct pp_settings *settings,
                        const struct pp_variable_group *group)
{
    const char *names[PP_OPTION_MAX];
    size_t count = 0;
    struct pp_buffer choices = {0};
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (option->kind == group->kind)
            names[count++] = option->name;
    qsort(names, count, sizeof(*names), compare_names);
    for (size_t i = 0; i < count; i++)
        pp_buffer_format(&choices, "%s%s", i ? " | " : "[", names[i]);
    pp_buffer_append_char(&choices, ']');
    print_value(out, group->name,
                pp_slice_of(pp_variable_group_value(settings, group)),
                pp_buffer_slice(&choices));
    pp_buffer_release(&choices);
}

void pp_shell_print_options(struct pp_buffer *out,
                            const struct pp_settings *settings,
                            const struct pp_profile *profile)
{
    const char *names[PP_OPTION_MAX];
    size_t count = collect_names(names);
    for (const struct pp_variable_group *group = pp_variable_groups;
         group->name; group++)
        names[count++] = group->name;
    qsort(names, count, sizeof(*names), compare_names);
    for (size_t i = 0; i < count; i++) {
        struct pp_slice name = pp_slice_of(names[i]);
        const struct pp_variable_group *group = pp_variable_group_find(name);
        if (is_unlisted(names[i]))
            continue;
        if (group)
            print_group(out, settings, group);
        else if (strcmp(names[i], "sample_index") == 0)
            print_sample_index(out, settings, profile);
        else
            print_option(out, settings, pp_variable_find(name));
    }
}

/* ---- help --------------------------------------------------------------- */

static void print_summary(struct pp_buffer *out, const char *indent,
                          const char *name, const char *help)
{
    pp_buffer_format(out, "%s    %-16s " PP_SLICE_FORMAT "\n", indent, name,
                     PP_SLICE_ARGS(pp_slice_first_line(pp_slice_of(help))));
}

static void print_choices(struct pp_buffer *out,
                          const struct pp_variable_group *group)
{
    print_summary(out, "", group->name, "");
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (option->kind == group->kind)
            print_summary(out, "  ", option->name, option->help);
}

void pp_shell_print_help(struct pp_buffer *out)
{
    const char *names[PP_OPTION_MAX];
    size_t count = collect_names(names);
    pp_buffer_append_text(out, "  Commands:\n");
    for (size_t i = 0; pp_reports[i]; i++)
        print_summary(out, "", pp_reports[i]->name, pp_reports[i]->description);
    print_summary(out, "", "o/options",
                  "List options and their current values");
    print_summary(out, "", "q/quit/exit/^D", "Exit pprof");
    pp_buffer_append_text(out, "\n  Options:\n");
    for (size_t i = 0; i < count; i++)
        print_summary(out, "", names[i],
                      pp_variable_find(pp_slice_of(names[i]))->help);
    pp_buffer_append_text(out, "\n  Option groups (only set one per group):\n");
    for (const struct pp_variable_group *group = pp_variable_groups;
         group->name; group++)
        print_choices(out, group);
    pp_buffer_append_text(
        out, "  :   Clear focus/ignore/hide/tagfocus/tagignore\n"
             "\n"
             "  type \"help <cmd|option>\" for more information\n");
}

/* ---- help NAME ---------------------------------------------------------- */

/* What may stand behind the name of a command. */
enum usage {
    USAGE_NONE,
    USAGE_TABLE,   /* filters, -cum, a file */
    USAGE_PICTURE, /* filters, a file */
    USAGE_VIEWER,  /* filters */
    USAGE_LIST,
    USAGE_DISASM,
    USAGE_PEEK,
    USAGE_TAGS,
};

#define INCLUDES                                                               \
    "    Include up to n samples\n"                                            \
    "    Include samples matching focus_regex, and exclude ignore_regex.\n"
#define OF_FUNCTIONS                                                           \
    "    Include functions matching func_regex, or including the address "     \
    "specified.\n"                                                             \
    "    Include samples matching focus_regex, and exclude ignore_regex.\n"
#define SAVES "    Optionally save the report on the file f\n"

/* Behind "    <name of the command>". */
static const char *const usages[] = {
    [USAGE_TABLE] = " [n] [focus_regex]* [-ignore_regex]* [-cum] >f\n" INCLUDES
                    "    -cum sorts the output by cumulative weight\n" SAVES,
    [USAGE_PICTURE] =
        " [n] [focus_regex]* [-ignore_regex]* >f\n" INCLUDES SAVES,
    [USAGE_VIEWER] = " [n] [focus_regex]* [-ignore_regex]*\n" INCLUDES,
    [USAGE_LIST] =
        "<func_regex|address> [-focus_regex]* [-ignore_regex]*\n" OF_FUNCTIONS,
    [USAGE_DISASM] = "<func_regex|address> [-focus_regex]* [-ignore_regex]* "
                     ">f\n" OF_FUNCTIONS SAVES,
    [USAGE_PEEK] = " func_regex\n"
                   "    Display callers and callees of functions matching "
                   "func_regex.\n",
    [USAGE_TAGS] = " [tag_regex]* [-ignore_regex]* [>file]\n"
                   "    List tags with key:value matching tag_regex and "
                   "exclude ignore_regex.\n",
};

static enum usage find_usage(const struct pp_report *report)
{
    static const struct {
        const char *name;
        enum usage usage;
    } rows[] = {
        {"callgrind", USAGE_PICTURE}, {"disasm", USAGE_DISASM},
        {"dot", USAGE_PICTURE},       {"flamegraph", USAGE_PICTURE},
        {"folded", USAGE_PICTURE},    {"json", USAGE_TABLE},
        {"list", USAGE_LIST},         {"md", USAGE_TABLE},
        {"peek", USAGE_PEEK},         {"speedscope", USAGE_PICTURE},
        {"tags", USAGE_TAGS},         {"text", USAGE_TABLE},
        {"top", USAGE_TABLE},         {"tree", USAGE_TABLE},
        {"weblist", USAGE_LIST},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(report->name, rows[i].name) == 0)
            return rows[i].usage;
    if (report->viewer)
        return USAGE_VIEWER;
    return report->picture ? USAGE_PICTURE : USAGE_NONE;
}

static void print_report_help(struct pp_buffer *out,
                              const struct pp_report *report)
{
    enum usage usage = find_usage(report);
    pp_buffer_format(out, "%s\n", report->description);
    if (usage != USAGE_NONE)
        pp_buffer_format(out, "  Usage:\n    %s%s", report->name,
                         usages[usage]);
    pp_buffer_append_char(out, '\n');
}

int pp_shell_print_help_on(struct pp_buffer *out, struct pp_slice name,
                           const struct pp_profile *profile,
                           struct pp_error *err)
{
    const struct pp_report *report = pp_report_find(name);
    const struct pp_option *option = pp_variable_find(name);
    if (report) {
        print_report_help(out, report);
        return PP_OK;
    }
    if (!option)
        return pp_fail(err, PP_E_USAGE, "Unknown command: " PP_SLICE_FORMAT,
                       PP_SLICE_ARGS(name));
    pp_buffer_append_text(out, option->help);
    if (strcmp(option->name, "sample_index") == 0) {
        pp_buffer_append_text(out, "Or use sample_index=name, with name in [");
        append_types(out, profile, " ");
        pp_buffer_append_text(out, "].\n");
    }
    pp_buffer_append_char(out, '\n');
    return PP_OK;
}
