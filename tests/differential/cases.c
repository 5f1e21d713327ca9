/* Command lines. A case has a command and a handful of options. */
#include "differential.h"

#include <stdio.h>
#include <stdlib.h>

static void add(struct arguments *arguments, const char *option,
                const char *value)
{
    size_t size = strlen(option) + strlen(value) + 3;
    char *text = malloc(size);
    snprintf(text, size, value[0] ? "-%s=%s" : "-%s", option, value);
    arguments->items[arguments->count++] = text;
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
    "worker",         "thread=worker-[12]",
    "1kb:",           ":64",
    "5:1000",         "bytes=100b:2kb",
    "request=GET",    "a,b",
    "key=1kb",        "nokey=x",
    "nomatch",        "=x",
    "request:",       "bytes=7",
    "10ms:",          "1mb:1kb",
    "key=a,request=", "5kb:7s",
    "größe",          "12foo",
    "-5:+7",          "1000",
    "request=^.=.$",
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
    {60, "divide_by", {"0"}},
    {3,
     "sample_index",
     {"0", "0", "0", "1", "2", "cpu", "samples", "inuse_space", "space", "7",
      "bogus", "-1"}},
    {7, "mean", {""}},
    {6, "relative_percentages", {""}},
    {6, "drop_negative", {""}},
    {4, "compact_labels", {""}},
    {6, "noinlines", {""}},
    {6, "showcolumns", {""}},
    {12, "tagroot", {"thread", "request,bytes", "none", ","}},
    {12, "tagleaf", {"thread", "key,thread", "none", "bytes"}},
    {12, "trim_path", {"/src", "/build/remote:/src", "//double/"}},
    {12, "source_path", {"/home/me/src", "/x/y:/z/remote"}},
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
    if (random_once_in(random, 8))
        return random_pick(random, wrong_regexps);
    if (random_once_in(random, 4))
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
    if (random_once_in(random, 14))
        add(arguments, "tagshow", random_pick(random, regexps));
    if (random_once_in(random, 14))
        add(arguments, "taghide", random_pick(random, regexps));
}

struct arguments make_case(uint64_t seed)
{
    static const char *const commands[] = {"top", "top",  "top", "top",
                                           "top", "text", "raw", "proto"};
    struct random random = random_new(seed, 2);
    struct arguments arguments = {0};
    add(&arguments, random_pick(&random, commands), "");
    add(&arguments, "symbolize", "none");
    if (random_once_in(&random, 2))
        add(&arguments, random_pick(&random, granularities), "");
    /* The plain command is a case, too. */
    if (random_once_in(&random, 10))
        return arguments;
    add_choices(&arguments, &random);
    if (random_once_in(&random, 2))
        add_filters(&arguments, &random);
    return arguments;
}

void arguments_free(struct arguments *arguments)
{
    for (uint32_t i = 0; i < arguments->count; i++)
        free(arguments->items[i]);
    arguments->count = 0;
}
