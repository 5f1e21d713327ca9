/* completion: a place in a line says which names are offered there; those that
 * go with what was typed are left.
 *
 * Invariant: a name costs one comparison, in the end: only the first few are
 * kept, sorted, and each of the profile's strings is looked at once. What goes
 * into the line is text that a terminal shows as it is.
 *
 * Specification: newCompleter of the reference's driver, for what is completed
 * how; values, types and keys are our own.
 */
#include "present/completion.h"

#include "present/shell_names.h"
#include "present/variable.h"

struct search {
    const struct pp_profile *profile;
    struct pp_arena *arena;
    struct pp_slice typed;
    bool any_part;      /* the typed text may stand anywhere in a name */
    const char *ending; /* comes behind a name that is whole */
    uint8_t *seen;      /* strings of the profile, where some were offered */
    /* What was found: the first by name, how all of them begin. */
    struct pp_slice first[PP_CANDIDATES_MAX];
    uint32_t first_count, more_count;
    struct pp_slice common;
};

/* ---- what is found ------------------------------------------------------ */

static struct pp_slice common_start(struct pp_slice a, struct pp_slice b)
{
    size_t size = 0;
    while (size < a.size && size < b.size && a.data[size] == b.data[size])
        size++;
    while (size > 0 && size < a.size && (a.data[size] & 0xc0) == 0x80)
        size--; /* characters are whole */
    return (struct pp_slice){a.data, size};
}

/* Where the name is among the first, or would be. */
static uint32_t find_place(const struct search *search, struct pp_slice name)
{
    uint32_t low = 0, high = search->first_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (pp_slice_compare(search->first[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void keep(struct search *search, struct pp_slice name)
{
    bool is_full = search->first_count == PP_CANDIDATES_MAX;
    struct pp_slice *end = search->first + search->first_count;
    search->common =
        search->first_count ? common_start(search->common, name) : name;
    if (is_full && pp_slice_compare(end[-1], name) < 0) {
        search->more_count++;
        return;
    }
    struct pp_slice *place = search->first + find_place(search, name);
    if (place < end && pp_slice_equal(*place, name))
        return;
    memmove(place + 1, place, (size_t)(end - place - is_full) * sizeof(*place));
    *place = name;
    search->first_count += !is_full;
    search->more_count += is_full;
}

/* Function names become expressions; others go into the line as they are, or
 * not at all. */
static bool is_typeable(struct pp_slice name)
{
    while (name.size) {
        struct pp_character first = pp_utf8_first(name);
        if (!first.is_valid || first.point == '\n' ||
            pp_utf8_is_harmful(first.point))
            return false;
        name.data += first.size;
        name.size -= first.size;
    }
    return true;
}

static void offer(struct search *search, struct pp_slice name)
{
    bool fits = search->any_part ? pp_slice_contains(name, search->typed)
                                 : pp_slice_starts_with(name, search->typed) &&
                                       is_typeable(name);
    if (name.size && fits)
        keep(search, name);
}

/* One of the profile's strings, which may be offered many times. */
static void offer_string(struct search *search, pp_string string)
{
    if (!search->seen)
        search->seen =
            pp_arena_array(search->arena, search->profile->strings.count, 1);
    if (!search->seen[string])
        offer(search, pp_profile_text(search->profile, string));
    search->seen[string] = 1;
}

static void offer_text(struct search *search, const char *name)
{
    offer(search, pp_slice_of(name));
}

/* ---- what there is to offer --------------------------------------------- */

static void offer_types(struct search *search)
{
    const struct pp_profile *profile = search->profile;
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        offer(search,
              pp_profile_text(profile, profile->sample_types.items[i].type));
}

static void offer_names(struct search *search)
{
    const char *names[PP_SHELL_NAMES_MAX];
    size_t count = pp_shell_names(names);
    for (size_t i = 0; i < count; i++)
        offer_text(search, names[i]);
}

/* A type with `start` in front, as the shell knows it. */
static void offer_joined(struct search *search, const char *start,
                         struct pp_slice type)
{
    struct pp_buffer name = {0};
    pp_buffer_append_text(&name, start);
    pp_buffer_append_slice(&name, type);
    struct pp_slice all = pp_buffer_slice(&name);
    all.data = pp_slice_copy(search->arena, all);
    offer(search, all);
    pp_buffer_release(&name);
}

static void offer_first_words(struct search *search)
{
    const struct pp_profile *profile = search->profile;
    offer_names(search);
    offer_types(search);
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        struct pp_slice type =
            pp_profile_text(profile, profile->sample_types.items[i].type);
        offer_joined(search, "total_", type);
        offer_joined(search, "mean_", type);
    }
}

static void offer_functions(struct search *search)
{
    const struct pp_profile *profile = search->profile;
    search->any_part = true;
    for (uint32_t i = 0; i < profile->functions.count; i++)
        offer_string(search, profile->functions.items[i].name);
}

static void offer_keys(struct search *search)
{
    const struct pp_profile *profile = search->profile;
    for (uint32_t i = 0; i < profile->labels.count; i++)
        offer_string(search, profile->labels.items[i].key);
}

static void offer_choices(struct search *search, enum pp_option_kind kind)
{
    for (const struct pp_option *option = pp_options_table; option->name;
         option++)
        if (option->kind == kind)
            offer_text(search, option->name);
}

static void offer_units(struct search *search)
{
    static const char *const units[] = {"auto", "minimum", "ns",  "us",
                                        "ms",   "s",       "hrs", "B",
                                        "kB",   "MB",      "GB",  "TB"};
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        offer_text(search, units[i]);
}

/* ---- where -------------------------------------------------------------- */

/* Values of variables that are texts. */
static void offer_values(struct search *search, const struct pp_option *option)
{
    static const struct {
        const char *name;
        void (*offer)(struct search *search);
    } rows[] = {
        {"focus", offer_functions},     {"hide", offer_functions},
        {"ignore", offer_functions},    {"prune_from", offer_functions},
        {"sample_index", offer_types},  {"show", offer_functions},
        {"show_from", offer_functions}, {"tagfocus", offer_keys},
        {"taghide", offer_keys},        {"tagignore", offer_keys},
        {"tagleaf", offer_keys},        {"tagroot", offer_keys},
        {"tagshow", offer_keys},        {"unit", offer_units},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(option->name, rows[i].name) == 0)
            rows[i].offer(search);
    if (option->kind == PP_OPTION_BOOL) {
        offer_text(search, "true");
        offer_text(search, "false");
    }
}

static void offer_variable(struct search *search, struct pp_slice name)
{
    const struct pp_variable_group *group = pp_variable_group_find(name);
    const struct pp_option *option = pp_variable_find(name);
    search->ending = "";
    if (group)
        offer_choices(search, group->kind);
    else if (option)
        offer_values(search, option);
}

static bool is_space_at(struct pp_slice text, size_t at)
{
    return text.data[at] == ' ' || text.data[at] == '\t';
}

/* The word that ends where the text does; it may be empty. */
static struct pp_slice last_word(struct pp_slice text)
{
    size_t at = text.size;
    while (at > 0 && !is_space_at(text, at - 1))
        at--;
    return (struct pp_slice){text.data + at, text.size - at};
}

static struct pp_slice first_word(struct pp_slice text)
{
    size_t size = 0;
    while (size < text.size && !is_space_at(text, size))
        size++;
    return (struct pp_slice){text.data, size};
}

/* top10 is a report, too. */
static const struct pp_report *find_report(struct pp_slice word)
{
    while (word.size && word.data[word.size - 1] >= '0' &&
           word.data[word.size - 1] <= '9')
        word.size--;
    return pp_report_find(word);
}

static void offer_argument(struct search *search, struct pp_slice command)
{
    const struct pp_report *report = find_report(command);
    search->ending = " ";
    if (search->typed.size && search->typed.data[0] == '-') {
        search->typed.data++;
        search->typed.size--;
    }
    if (pp_slice_equal(command, pp_slice_literal("help")))
        offer_names(search);
    else if (report && strcmp(report->name, "tags") == 0)
        offer_keys(search);
    else if (report)
        offer_functions(search);
}

/* A value, the first word, or what a command is given. */
static void look(struct search *search, struct pp_slice line)
{
    const char *equals = line.size ? memchr(line.data, '=', line.size) : NULL;
    struct pp_slice name = {line.data,
                            equals ? (size_t)(equals - line.data) : 0};
    if (equals && pp_variable_exists(pp_utf8_trim(name))) {
        search->typed = pp_utf8_trim(
            (struct pp_slice){equals + 1, line.size - name.size - 1});
        offer_variable(search, pp_utf8_trim(name));
        return;
    }
    search->typed = last_word(line);
    struct pp_slice command = first_word(line);
    if (command.size == line.size)
        offer_first_words(search);
    else
        offer_argument(search, command);
}

/* ---- what comes of it --------------------------------------------------- */

/* A character of a function's name in an expression. What would make a filter
 * of several words, or an option, or a file of it stands for any character. */
static void append_matching(struct pp_buffer *out, struct pp_slice text,
                            struct pp_character character, bool is_first)
{
    bool is_special = character.point && character.point < 0x80 &&
                      strchr("\\+*?()|[]{}^$", (char)character.point);
    bool is_unwanted = !character.is_valid ||
                       pp_utf8_is_space(character.point) ||
                       pp_utf8_is_harmful(character.point) ||
                       (is_first && strchr("->", (char)character.point));
    if (is_unwanted) {
        pp_buffer_append_char(out, '.');
        return;
    }
    if (is_special)
        pp_buffer_append_char(out, '\\');
    pp_buffer_append(out, text.data, character.size);
}

/* The name of a function as an expression in one word, which matches it. */
static void append_regexp(struct pp_buffer *out, struct pp_slice name)
{
    for (size_t at = 0; at < name.size;) {
        struct pp_slice rest = {name.data + at, name.size - at};
        struct pp_character first = pp_utf8_first(rest);
        append_matching(out, rest, first, at == 0);
        at += first.size;
    }
}

/* Behind a first word: a variable wants its value. */
static const char *ending_of(const struct search *search, struct pp_slice name)
{
    if (search->ending)
        return search->ending;
    bool wants_value = pp_variable_exists(name) && !pp_variable_is_switch(name);
    return wants_value ? "=" : " ";
}

static struct pp_slice whole_name(const struct search *search,
                                  struct pp_slice name)
{
    struct pp_buffer text = {0};
    if (search->any_part)
        append_regexp(&text, name);
    else
        pp_buffer_append_slice(&text, name);
    pp_buffer_append_text(&text, ending_of(search, name));
    struct pp_slice whole = {
        pp_slice_copy(search->arena, pp_buffer_slice(&text)), text.size};
    pp_buffer_release(&text);
    return whole;
}

void pp_complete(struct pp_completion *completion, struct pp_slice before,
                 const struct pp_profile *profile, struct pp_arena *arena)
{
    struct search search = {.profile = profile, .arena = arena};
    while (before.size && is_space_at(before, 0)) {
        before.data++;
        before.size--;
    }
    look(&search, before);
    uint32_t count = search.first_count;
    *completion = (struct pp_completion){
        .replaced = search.typed.size,
        .text = search.typed,
    };
    if (count == 1)
        completion->text = whole_name(&search, search.first[0]);
    if (count < 2)
        return;
    memcpy(completion->candidates, search.first, sizeof(search.first));
    completion->candidate_count = count;
    completion->more_count = search.more_count;
    if (!search.any_part && search.common.size > search.typed.size)
        completion->text = search.common;
}
