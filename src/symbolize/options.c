/* What -symbolize= says. The words and the two warnings are the reference's.
 * See symbolize.h. */
#include "symbolize/symbolize.h"

#include <stdio.h>
#include <strings.h>

/* What a word changes: of two words that contradict, the later one counts. */
enum {
    NONE = 1 << 0,
    LOCAL = 1 << 1,  /* and not remote */
    REMOTE = 1 << 2, /* and not local */
    FAST = 1 << 3,
    FORCE = 1 << 4,
    DEMANGLE = 1 << 5,
};

struct word {
    const char *text;
    unsigned changes;
    enum pp_demangle demangle;
};

static const struct word words[] = {
    {"", 0, 0},
    {"none", NONE, 0},
    {"no", NONE, 0},
    {"local", LOCAL, 0},
    {"fastlocal", LOCAL | FAST, 0},
    {"remote", REMOTE, 0},
    {"force", FORCE, 0},
    {"default", 0, 0},
    {"full", DEMANGLE | FORCE, PP_DEMANGLE_FULL},
    {"simple", DEMANGLE | FORCE, PP_DEMANGLE_SIMPLE},
    {"templates", DEMANGLE | FORCE, PP_DEMANGLE_TEMPLATES},
    {"demangle=default", 0, 0},
    {"demangle=none", DEMANGLE | FORCE, PP_DEMANGLE_NONE},
    {"demangle=simple", DEMANGLE | FORCE, PP_DEMANGLE_SIMPLE},
    {"demangle=full", DEMANGLE | FORCE, PP_DEMANGLE_FULL},
    {"demangle=templates", DEMANGLE | FORCE, PP_DEMANGLE_TEMPLATES},
};

static const struct word *find_word(struct pp_slice text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].text) == text.size &&
            strncasecmp(words[i].text, text.data, text.size) == 0)
            return &words[i];
    return NULL;
}

static void apply(struct pp_symbolize_options *options, const struct word *word)
{
    options->none |= (word->changes & NONE) != 0;
    options->fast |= (word->changes & FAST) != 0;
    options->force |= (word->changes & FORCE) != 0;
    if (word->changes & (LOCAL | REMOTE)) {
        options->local = (word->changes & LOCAL) != 0;
        options->remote = (word->changes & REMOTE) != 0;
    }
    if (word->changes & DEMANGLE)
        options->demangle = word->demangle;
}

static void complain(const char *mode, void (*warn)(const char *line))
{
    char line[256];
    snprintf(line, sizeof line,
             "ignoring unrecognized symbolization option: %s", mode);
    warn(line);
    warn("expecting -symbolize=[local|fastlocal|remote|none][:force]"
         "[:demangle=[none|full|templates|default]]");
}

void pp_symbolize_parse(const char *mode, struct pp_symbolize_options *options,
                        void (*warn)(const char *line))
{
    options->none = options->fast = options->force = false;
    options->local = options->remote = true;
    options->demangle = PP_DEMANGLE_SIMPLE;
    for (const char *at = mode; !options->none;) {
        size_t size = strcspn(at, ":");
        const struct word *word = find_word((struct pp_slice){at, size});
        if (word)
            apply(options, word);
        else
            complain(mode, warn);
        at += size;
        if (*at++ == 0)
            break;
    }
    if (options->none)
        options->local = options->remote = false;
}
