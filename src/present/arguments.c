/* arguments: Go's flag rules, with one extension. Go stops at the first word
 * that is no flag, and takes `pprof -top prof -cum` for two sources; here a
 * word behind a source that begins with '-' is a flag, unless a file has that
 * name. "--" ends the flags for good.
 *
 * Specification: flag.(*FlagSet).parseOne of Go 1.23; reference sections 1.1
 * and 10.
 */
#include "present/arguments.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* What the reference has and this version has not. Said by name, so that
 * nobody takes it for a slip of the keyboard. */
static const char *const later[] = {"http"};

enum { REPORTS_MAX = 64 };

struct reader {
    struct pp_arguments *arguments;
    char **words;
    int count;
    int at;
    int kept; /* words at the front that are no flags */
    /* Of each report: whether it was asked for, or with which pattern. */
    bool report_given[REPORTS_MAX];
    const char *pattern_given[REPORTS_MAX];
    bool base_given, diff_base_given;
    struct pp_error *err;
};

/* A flag's word taken apart: -name, -name=value, --name... */
struct flag {
    struct pp_slice name;
    const char *value; /* NULL: none behind a '=' */
};

static bool is_later(struct pp_slice name)
{
    for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
        if (pp_slice_equal(pp_slice_of(later[i]), name))
            return true;
    return false;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static bool looks_like_flag(const struct reader *reader, const char *word)
{
    if (word[0] != '-' || word[1] == 0)
        return false;
    return reader->kept == 0 || !exists(word);
}

static int split_flag(const char *word, struct flag *flag, struct pp_error *err)
{
    const char *name = word + (word[1] == '-' ? 2 : 1);
    if (name[0] == 0 || name[0] == '-' || name[0] == '=')
        return pp_fail(err, PP_E_USAGE, "bad flag syntax: %s", word);
    const char *equals = strchr(name, '=');
    flag->name.data = name;
    flag->name.size = equals ? (size_t)(equals - name) : strlen(name);
    flag->value = equals ? equals + 1 : NULL;
    return 0;
}

static int no_such_flag(struct pp_slice name, struct pp_error *err)
{
    if (is_later(name))
        return pp_fail(err, PP_E_USAGE,
                       "-" PP_SLICE_FORMAT " is not in this version",
                       PP_SLICE_ARGS(name));
    return pp_fail(err, PP_E_USAGE,
                   "flag provided but not defined: -" PP_SLICE_FORMAT
                   " (pprof -help lists the flags)",
                   PP_SLICE_ARGS(name));
}

/* The value of a flag that needs one: behind its '=', or the next word. */
static int take_value(struct reader *reader, const struct flag *flag,
                      const char **value)
{
    *value = flag->value;
    if (!*value && reader->at < reader->count)
        *value = reader->words[reader->at++];
    if (*value)
        return 0;
    return pp_fail(reader->err, PP_E_USAGE,
                   "flag needs an argument: -" PP_SLICE_FORMAT,
                   PP_SLICE_ARGS(flag->name));
}

static size_t find_report(struct pp_slice name)
{
    size_t i = 0;
    while (pp_reports[i] &&
           !pp_slice_equal(pp_slice_of(pp_reports[i]->name), name))
        i++;
    assert(i < REPORTS_MAX);
    return i;
}

/* A report's name is a bool flag, -top, -top=false, or has a pattern:
 * -list=regexp. 1 if it was one. */
static int take_report(struct reader *reader, const struct flag *flag)
{
    size_t i = find_report(flag->name);
    const char *value = flag->value ? flag->value : "true";
    if (!pp_reports[i])
        return 0;
    if (pp_reports[i]->takes_pattern) {
        int status = take_value(reader, flag, &reader->pattern_given[i]);
        return status < 0 ? status : 1;
    }
    if (pp_parse_bool(value, &reader->report_given[i]))
        return 1;
    return pp_fail(reader->err, PP_E_USAGE,
                   "invalid boolean value \"%s\" for -%s: parse error", value,
                   pp_reports[i]->name);
}

/* An empty one does not count. */
static int add_base(struct reader *reader, const struct pp_option *option,
                    const char *source)
{
    struct pp_arguments *arguments = reader->arguments;
    if (!source[0])
        return 0;
    if (!arguments->bases)
        arguments->bases = calloc((size_t)reader->count, sizeof(char *));
    if (!arguments->bases)
        return pp_fail_memory(reader->err);
    arguments->bases[arguments->base_count++] = source;
    bool is_diff = strcmp(option->name, "diff_base") == 0;
    *(is_diff ? &reader->diff_base_given : &reader->base_given) = true;
    return 0;
}

static int take_option(struct reader *reader, const struct flag *flag)
{
    const struct pp_option *option = pp_option_find(flag->name);
    const char *value = flag->value;
    if (!option)
        return no_such_flag(flag->name, reader->err);
    if (!pp_option_is_bool(option)) {
        if (take_value(reader, flag, &value) < 0)
            return reader->err->status;
    } else if (!value) {
        value = "true";
    }
    if (option->kind == PP_OPTION_BASE)
        return add_base(reader, option, value);
    return pp_option_set(&reader->arguments->settings, option, value,
                         reader->err);
}

static bool is_named(const struct flag *flag, const char *name)
{
    return pp_slice_equal(flag->name, pp_slice_of(name));
}

static int take_flag(struct reader *reader, const char *word)
{
    struct flag flag = {0};
    if (split_flag(word, &flag, reader->err) < 0)
        return reader->err->status;
    if (is_named(&flag, "h") || is_named(&flag, "help")) {
        reader->arguments->action = PP_ACTION_HELP;
        return 0;
    }
    if (is_named(&flag, "version")) {
        reader->arguments->action = PP_ACTION_VERSION;
        return 0;
    }
    int taken = take_report(reader, &flag);
    return taken ? taken : take_option(reader, &flag);
}

/* Take all flags; leave the other words at the front. Stops where help or the
 * version is asked for: what stands behind does not matter then. */
static int take_words(struct reader *reader)
{
    bool flags = true;
    while (reader->at < reader->count &&
           reader->arguments->action == PP_ACTION_REPORT) {
        char *word = reader->words[reader->at++];
        if (flags && strcmp(word, "--") == 0) {
            flags = false;
        } else if (flags && looks_like_flag(reader, word)) {
            if (take_flag(reader, word) < 0)
                return reader->err->status;
        } else {
            reader->words[reader->kept++] = word;
        }
    }
    return 0;
}

static int choose_report(struct reader *reader)
{
    struct pp_arguments *arguments = reader->arguments;
    for (size_t i = 0; pp_reports[i]; i++) {
        const char *pattern = reader->pattern_given[i];
        bool has_pattern = pattern && pattern[0];
        if (!reader->report_given[i] && !has_pattern)
            continue;
        if (arguments->report)
            return pp_fail(reader->err, PP_E_USAGE,
                           "must set at most one output format");
        arguments->report = pp_reports[i];
        if (has_pattern)
            arguments->settings.report.pattern = pattern;
    }
    if (!arguments->report)
        arguments->action = PP_ACTION_SHELL;
    return 0;
}

static int choose_bases(struct reader *reader)
{
    struct pp_arguments *arguments = reader->arguments;
    if (reader->base_given && reader->diff_base_given)
        return pp_fail(reader->err, PP_E_USAGE,
                       "-base and -diff_base flags cannot both be specified");
    arguments->diff_base = reader->diff_base_given;
    if (arguments->settings.report.normalize && arguments->base_count == 0)
        return pp_fail(reader->err, PP_E_USAGE,
                       "must have base profile to normalize by");
    return 0;
}

static bool is_elf(const char *path)
{
    char magic[4];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool elf = fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) &&
               memcmp(magic, "\177ELF", sizeof(magic)) == 0;
    if (fd >= 0)
        close(fd);
    return elf;
}

/* The first of several words is a binary, if it is one. */
static void split_sources(struct reader *reader)
{
    struct pp_arguments *arguments = reader->arguments;
    bool binary = reader->kept > 1 && is_elf(reader->words[0]);
    if (binary)
        arguments->executable = reader->words[0];
    arguments->sources = (const char *const *)reader->words + binary;
    arguments->source_count = (uint32_t)(reader->kept - binary);
}

/* What the flags come to, in the order in which the reference complains. */
static int conclude(struct reader *reader, void (*warn)(const char *line))
{
    struct pp_arguments *arguments = reader->arguments;
    struct pp_settings *settings = &arguments->settings;
    if (reader->kept == 0)
        return pp_fail(reader->err, PP_E_NOT_FOUND,
                       "no profile source specified");
    split_sources(reader);
    if (pp_settings_conclude(settings, reader->err) < 0 ||
        choose_report(reader) < 0)
        return reader->err->status;
    if (settings->no_browser)
        return pp_fail(reader->err, PP_E_USAGE,
                       "-no_browser only makes sense with -http");
    pp_settings_conclude_sample(settings, warn);
    arguments->all_frames = settings->all_frames;
    return choose_bases(reader);
}

int pp_arguments_parse(struct pp_arguments *arguments, int argc, char **argv,
                       void (*warn)(const char *line), struct pp_error *err)
{
    struct reader reader = {
        .arguments = arguments,
        .words = argv + 1,
        .count = argc > 0 ? argc - 1 : 0,
        .err = err,
    };
    *arguments = (struct pp_arguments){.executable = ""};
    pp_settings_init(&arguments->settings);
    if (take_words(&reader) < 0)
        return err->status;
    if (arguments->action != PP_ACTION_REPORT)
        return 0;
    return conclude(&reader, warn);
}

void pp_arguments_release(struct pp_arguments *arguments)
{
    free(arguments->bases);
    arguments->bases = NULL;
    arguments->base_count = 0;
}
