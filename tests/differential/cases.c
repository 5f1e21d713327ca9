/* Command lines. A case has a command, a handful of options, and a profile or
 * several. */
#include "differential.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASES_PER_PROFILE = 4 };

const char *const variant_files[VARIANTS] = {"a.pb.gz", "b.pb.gz", "c.pb.gz",
                                             "base.pb.gz"};
const char output_file[] = "report.out";
const char all_frames[] = "-all_frames";

static void add_word(struct arguments *arguments, const char *word)
{
    arguments->items[arguments->count++] = strdup(word);
}

static void add(struct arguments *arguments, const char *option,
                const char *value)
{
    struct pp_buffer word = {0};
    pp_buffer_format(&word, value[0] ? "-%s=%s" : "-%s", option, value);
    add_word(arguments, word.data);
    pp_buffer_release(&word);
}

/* Most that people use, and most of what they get wrong. */
static const char *const regexps[] = {
    "alpha",
    "^main$",
    "std::",
    "foo|bar",
    "(?i)ALPHA|BETA",
    "\\.c$",
    "libc",
    "server",
    "[a-f]+o",
    "operator",
    "λ|計",
    "o{2}",
    "nomatch",
    "^$",
    ".",
    "\\(anonymous",
    "\\bname\\b",
    "a.*e",
    "\\p{Greek}",
    "\\pL+_\\pL+",
    "[[:upper:]][[:lower:]]+",
    "[^[:ascii:]]",
    "\\Qstd::vector<\\E",
    "(?P<first>f)oo",
    "(?:foo){1,2}?",
    "ma|al|op",
    "\\x66oo",
    "\\s",
    "/src/",
    "\\d+",
    "[]a]lpha",
    "a{,2}",
    "(?s:.)a",
    "m(?i)AIN",
    "^caf._main$",
    "^..$",
    "\\x{fffd}",
    "[^a-z]$",
    "\\(.\\.c",
};

static const char *const wrong_regexps[] = {
    "(",
    "a)",
    "a**",
    "*a",
    "[z-a]",
    "[a",
    "\\1",
    "(?=x)",
    "(?!x)",
    "(?<=x)y",
    "x{1001}",
    "[[:foo:]]",
    "(?i",
    "\\8",
    "a|*",
    "(?P<n",
    "x{3,2}",
    "a\\",
    "\\p{No}x{2}{3}",
    "(?P=name)",
    "(?>a)",
    "a++",
    "\\pX",
    "[\\b]",
    "\\xg0",
    "(?P<a-b>x)",
    "(?:",
    "(?-)",
    "\\C",
    "\\x{110000}",
};

static const char *const tag_filters[] = {
    "worker",
    "thread=worker-[12]",
    "1kb:",
    ":64",
    "5:1000",
    "bytes=100b:2kb",
    "request=GET",
    "a,b",
    "key=1kb",
    "nokey=x",
    "nomatch",
    "=x",
    "request:",
    "bytes=7",
    "10ms:",
    "1mb:1kb",
    "key=a,request=",
    "5kb:7s",
    "größe",
    "12foo",
    "-5:+7",
    "1000",
    "request=^.=.$",
    "10:20bytes",
    "bytes=:3kb",
    "key=1ms:",
    "bytes=1024b",
    "alignment=512:",
    "thread=",
    "(",
    "bytes=(",
    "0.5kb:",
    "request=[^:]*\\\\",
};

static const char *const tag_keys[] = {
    "thread", "request,bytes", "none",        ",",
    "bytes",  "key,thread",    "pprof::base",
};

enum { VALUES_MAX = 16 };

/* Each of these is taken once in so many cases. */
static const struct {
    uint32_t once_in;
    const char *option;
    const char *values[VALUES_MAX + 1]; /* NULL at the end */
} choices[] = {
    {3, "cum", {""}},
    {4, "nodecount", {"1", "3", "5", "10", "0", "-1", "1000"}},
    {4, "nodefraction", {"0", "0.05", "0.1", "0.5", "1", "1e-9"}},
    {6, "edgefraction", {"0", "0.1", "0.5", "1"}},
    {6, "trim", {"false", "true"}},
    {5,
     "unit",
     {"auto", "ms", "seconds", "bytes", "MB", "minutes", "count", "widgets",
      "ns", "hrs", "GCU", "minimum", "°C", "μss", "μs", "\u00b5s"}},
    {8, "divide_by", {"2", "1000", "0.5", "3.7", "-1", "1e9"}},
    {80, "divide_by", {"0"}},
    {3, "sample_index", {"0", "0", "1"}},
    {30,
     "sample_index",
     {"2", "cpu", "samples", "inuse_space", "space", "7", "bogus", "-1"}},
    {7, "mean", {""}},
    {6, "relative_percentages", {""}},
    {6, "drop_negative", {""}},
    {4, "compact_labels", {"", "", "false"}},
    {6, "noinlines", {""}},
    {6, "showcolumns", {""}},
    {4, "call_tree", {""}},
    {20, "intel_syntax", {"", "true"}},
    /* Not "/": the reference trims anew for each graph that it builds, so that
     * what is left of "//double/slash.c" has another name in the next one. */
    {12, "trim_path", {"/src", "/build/remote:/src", "//double/"}},
    {12,
     "source_path",
     {"/home/me/src", "/x/y:/z/remote", "../sources", "/none:../sources/src"}},
    {10, "add_comment", {"a comment", "# not for people", "two\nlines"}},
    {150, "inuse_space", {""}},
    {150, "inuse_objects", {""}},
    {150, "alloc_space", {""}},
    {150, "alloc_objects", {""}},
    {150, "total_delay", {""}},
    {150, "contentions", {""}},
    {150, "mean_delay", {""}},
    {120, "lines", {""}},
    {200, "raw", {""}},
};

static const char *const name_options[] = {"focus", "ignore",    "hide",
                                           "show",  "show_from", "prune_from"};
static const char *const granularities[] = {"functions", "filefunctions",
                                            "files", "lines", "addresses"};

static uint32_t value_count(const char *const *values)
{
    uint32_t count = 0;
    while (values[count])
        count++;
    return count;
}

static void add_choices(struct arguments *arguments, struct random *random)
{
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        const char *const *values = choices[i].values;
        uint32_t which = random_below(random, value_count(values));
        if (random_once_in(random, choices[i].once_in))
            add(arguments, choices[i].option, values[which]);
    }
}

/* What expressions are made of, right or wrong. */
static const char *const tokens[] = {
    "a",    "e",        "o",           "al",  ".",       "|",     "(",
    ")",    "*",        "+",           "?",   "??",      "{1,2}", "{",
    "}",    "[",        "]",           "^",   "$",       "-",     "[^",
    "a-z",  "[:digit:", "[[:alpha:]]", "\\",  "\\d",     "\\W",   "\\s",
    "\\pL", "\\PL",     "\\D",         "\\b", "\\x{61}", "(?i)",  "(?-s:",
    "(?P<", ">",        "\\Qa.",       "\\E", "é",       "\\07",  "{2}",
    "(?:",  "[a]",      "::",          "ma",  "[^a-c]",  ",",     "\\S",
    "(?U",  "\\p",      "\\x4",
};

/* Some of them in a row: mostly nonsense, about which both tools shall say the
 * same. */
static const char *make_regexp(struct random *random, char *space, size_t size)
{
    size_t used = 0;
    for (uint32_t i = 1 + random_below(random, 7); i > 0; i--)
        used += (size_t)snprintf(space + used, size - used, "%s",
                                 random_pick(random, tokens));
    return space;
}

static const char *pick_regexp(struct random *random, char *space, size_t size)
{
    if (random_once_in(random, 16))
        return random_pick(random, wrong_regexps);
    if (random_once_in(random, 8))
        return make_regexp(random, space, size);
    return random_pick(random, regexps);
}

static void add_filters(struct arguments *arguments, struct random *random)
{
    char space[100];
    size_t count = sizeof name_options / sizeof *name_options;
    for (size_t i = 0; i < count; i++)
        if (random_once_in(random, 7))
            add(arguments, name_options[i],
                pick_regexp(random, space, sizeof space));
    if (random_once_in(random, 7))
        add(arguments, "tagfocus", random_pick(random, tag_filters));
    if (random_once_in(random, 10))
        add(arguments, "tagignore", random_pick(random, tag_filters));
    if (random_once_in(random, 8))
        add(arguments, "tagroot", random_pick(random, tag_keys));
    if (random_once_in(random, 8))
        add(arguments, "tagleaf", random_pick(random, tag_keys));
    if (random_once_in(random, 14))
        add(arguments, "tagshow", random_pick(random, regexps));
    if (random_once_in(random, 14))
        add(arguments, "taghide", random_pick(random, regexps));
}

/* ---- the command -------------------------------------------------------- */

/* What the command is called, and of how many cases. */
static const struct {
    const char *name;
    uint32_t share;
    bool takes_regexp;
} command_table[] = {
    {"top", 4, false},      {"text", 1, false},      {"tree", 3, false},
    {"peek", 2, true},      {"list", 3, true},       {"traces", 2, false},
    {"raw", 1, false},      {"tags", 2, false},      {"comments", 1, false},
    {"dot", 4, false},      {"callgrind", 3, false}, {"proto", 2, false},
    {"topproto", 2, false},
};

enum { COMMANDS = sizeof command_table / sizeof *command_table };

uint32_t command_count(void)
{
    return COMMANDS;
}

const char *command_name(uint32_t place)
{
    return command_table[place].name;
}

uint32_t command_place(const char *name)
{
    uint32_t place = 0;
    while (place < COMMANDS && strcmp(command_table[place].name, name) != 0)
        place++;
    return place;
}

bool is_command(const struct test_case *test_case, const char *name)
{
    return strcmp(command_table[test_case->command].name, name) == 0;
}

/* With or without a value. */
bool has_option(const struct test_case *test_case, const char *name)
{
    const struct arguments *arguments = &test_case->arguments;
    size_t size = strlen(name);
    for (uint32_t i = 0; i < arguments->count; i++) {
        const char *word = arguments->items[i];
        if (word[0] == '-' && strncmp(word + 1, name, size) == 0 &&
            (word[1 + size] == 0 || word[1 + size] == '='))
            return true;
    }
    return false;
}

static uint32_t pick_command(struct random *random)
{
    uint32_t shares = 0, place = 0;
    for (uint32_t i = 0; i < COMMANDS; i++)
        shares += command_table[i].share;
    for (uint32_t at = random_below(random, shares);
         at >= command_table[place].share; place++)
        at -= command_table[place].share;
    return place;
}

static void add_command(struct test_case *test_case, struct random *random)
{
    char space[100];
    const char *pattern = "";
    if (command_table[test_case->command].takes_regexp)
        pattern = random_once_in(random, 3)
                      ? "."
                      : pick_regexp(random, space, sizeof space);
    add(&test_case->arguments, command_table[test_case->command].name, pattern);
}

/* ---- the profiles ------------------------------------------------------- */

static void add_source(struct test_case *test_case, uint32_t variant)
{
    test_case->variants[variant] = true;
    add_word(&test_case->arguments, variant_files[variant]);
}

/* Mostly one, else up to three; now and then one that is not there. */
static void add_sources(struct test_case *test_case, struct random *random)
{
    uint32_t count =
        1 + (random_once_in(random, 6) ? random_below(random, 3) : 0);
    bool missing = random_once_in(random, 100);
    for (uint32_t i = 0; i < count; i++)
        add_source(test_case, i);
    if (missing)
        add_word(&test_case->arguments, "missing.pb.gz");
    if (random_once_in(random, 100))
        add_source(test_case, 0);
}

static void add_base(struct test_case *test_case, struct random *random)
{
    bool has_base = random_once_in(random, 6);
    const char *option = random_once_in(random, 2) ? "base" : "diff_base";
    uint32_t variant = random_once_in(random, 6) ? 0 : VARIANTS - 1;
    if (has_base) {
        test_case->variants[variant] = true;
        add(&test_case->arguments, option, variant_files[variant]);
    }
    if (random_once_in(random, has_base ? 3 : 100))
        add(&test_case->arguments, "normalize", "");
}

/* ---- cases -------------------------------------------------------------- */

static void add_options(struct test_case *test_case, struct random *random)
{
    struct arguments *arguments = &test_case->arguments;
    if (random_once_in(random, 2))
        add(arguments, random_pick(random, granularities), "");
    /* The plain command is a case, too. */
    if (random_once_in(random, 10))
        return;
    add_choices(arguments, random);
    if (random_once_in(random, 2))
        add_filters(arguments, random);
    if (random_once_in(random, 6)) {
        test_case->all_frames = true;
        add_word(arguments, all_frames);
    }
    if (random_once_in(random, 30))
        add(arguments, "output",
            random_once_in(random, 4) ? "no/such/directory" : output_file);
}

struct test_case make_case(uint64_t number, uint32_t command)
{
    struct random random = random_new(number, 2);
    struct test_case test_case = {
        .command = command < COMMANDS ? command : pick_command(&random),
        .profile = number / CASES_PER_PROFILE,
    };
    add_command(&test_case, &random);
    add(&test_case.arguments, "symbolize", "none");
    add_options(&test_case, &random);
    add_base(&test_case, &random);
    add_sources(&test_case, &random);
    return test_case;
}

void test_case_free(struct test_case *test_case)
{
    struct arguments *arguments = &test_case->arguments;
    for (uint32_t i = 0; i < arguments->count; i++)
        free(arguments->items[i]);
    arguments->count = 0;
}
