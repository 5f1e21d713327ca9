/* shell_line: the grammar of the shell.
 *
 *   NAME=VALUE          assignment; for switches NAME alone
 *   help [NAME]   o   options   q   quit   exit
 *   REPORT[N] [PATTERN] [N] [REGEXP]* [-REGEXP]* [-cum] [>FILE] [| COMMAND]
 *
 * Specification: interactive and parseCommandLine of the reference's driver.
 * The pipe, and > behind the first word without a space, are our own (B21).
 */
#include "present/shell_line.h"

#include "present/number.h"
#include "present/variable.h"

struct words {
    struct pp_slice *items;
    uint32_t count, capacity;
};

static struct pp_slice behind(struct pp_slice text, size_t size)
{
    return (struct pp_slice){text.data + size, text.size - size};
}

static struct pp_slice until(struct pp_slice text, const char *end)
{
    return (struct pp_slice){text.data, (size_t)(end - text.data)};
}

static const char *find_char(struct pp_slice text, char c)
{
    return text.size ? memchr(text.data, c, text.size) : NULL;
}

static bool is_word(struct pp_slice text, const char *word)
{
    return pp_slice_equal(text, pp_slice_of(word));
}

/* ---- words -------------------------------------------------------------- */

/* The size of the first word, or of the white space in front of it. */
static size_t measure(struct pp_slice text, bool space)
{
    size_t size = 0;
    while (size < text.size) {
        struct pp_character first = pp_utf8_first(behind(text, size));
        if (pp_utf8_is_space(first.point) != space)
            break;
        size += first.size;
    }
    return size;
}

static void split(struct words *words, struct pp_slice text,
                  struct pp_arena *arena)
{
    for (;;) {
        text = behind(text, measure(text, true));
        size_t size = measure(text, false);
        if (size == 0)
            return;
        *pp_vector_add(arena, words) = (struct pp_slice){text.data, size};
        text = behind(text, size);
    }
}

/* ---- assignments -------------------------------------------------------- */

/* What `options` prints behind a value is no part of it. */
static struct pp_slice without_comment(struct pp_slice value)
{
    for (size_t at = value.size; at-- > 0;)
        if (pp_slice_starts_with(behind(value, at), pp_slice_literal("//:")))
            return (struct pp_slice){value.data, at};
    return value;
}

/* 1 if it is one. */
static int parse_assignment(struct pp_shell_line *line, struct pp_slice text,
                            struct pp_error *err)
{
    const char *equals = find_char(text, '=');
    line->name = pp_utf8_trim(equals ? until(text, equals) : text);
    if (!pp_variable_exists(line->name))
        return 0;
    if (!equals && !pp_variable_is_switch(line->name))
        return pp_fail(err, PP_E_USAGE,
                       "please specify a value, e.g. " PP_SLICE_FORMAT "=<val>",
                       PP_SLICE_ARGS(line->name));
    line->kind = PP_LINE_ASSIGNMENT;
    line->value = (struct pp_slice){0};
    if (equals)
        line->value = pp_utf8_trim(
            without_comment(behind(text, (size_t)(equals + 1 - text.data))));
    return 1;
}

/* ---- reports: the command ----------------------------------------------- */

static struct pp_slice last_digits(struct pp_slice word)
{
    size_t at = word.size;
    while (at > 0 && word.data[at - 1] >= '0' && word.data[at - 1] <= '9')
        at--;
    return behind(word, at);
}

/* A command word taken apart: top, top10; *number is empty without one. */
static const struct pp_report *find_report(struct pp_slice word,
                                           struct pp_slice *name,
                                           struct pp_slice *number)
{
    const struct pp_report *report = pp_report_find(word);
    *name = word;
    *number = (struct pp_slice){0};
    struct pp_slice digits = last_digits(word);
    if (report || digits.size == 0 || digits.size == word.size)
        return report;
    *name = until(word, digits.data);
    *number = digits;
    return pp_report_find(*name);
}

static void insert_second(struct words *words, struct pp_slice word,
                          struct pp_arena *arena)
{
    pp_vector_add(arena, words);
    memmove(words->items + 2, words->items + 1,
            (words->count - 2) * sizeof(*words->items));
    words->items[1] = word;
}

static int fail_unknown(const struct pp_shell_line *line,
                        const struct words *words, struct pp_error *err)
{
    if (pp_variable_find(line->name)) {
        struct pp_slice value =
            words->count > 1 ? words->items[1] : pp_slice_literal("<val>");
        return pp_fail(err, PP_E_USAGE,
                       "did you mean: " PP_SLICE_FORMAT "=" PP_SLICE_FORMAT,
                       PP_SLICE_ARGS(line->name), PP_SLICE_ARGS(value));
    }
    struct pp_buffer quoted = {.ceiling = sizeof(err->text)};
    pp_buffer_append_quoted(&quoted, line->name);
    int status =
        pp_fail(err, PP_E_NOT_FOUND, "unrecognized command: " PP_SLICE_FORMAT,
                PP_SLICE_ARGS(pp_buffer_slice(&quoted)));
    pp_buffer_release(&quoted);
    return status;
}

/* Find the report that the first word names. What is glued to the name, as in
 * top10>file, becomes words of its own. */
static int parse_command(struct pp_shell_line *line, struct words *words,
                         struct pp_arena *arena, struct pp_error *err)
{
    struct pp_slice first = words->items[0], number;
    const char *arrow = find_char(first, '>');
    line->report = find_report(first, &line->name, &number);
    if (!line->report && arrow) {
        struct pp_slice name;
        line->report = find_report(until(first, arrow), &name, &number);
        if (line->report)
            insert_second(words, behind(first, (size_t)(arrow - first.data)),
                          arena);
    }
    if (number.size)
        insert_second(words, number, arena);
    return line->report ? PP_OK : fail_unknown(line, words, err);
}

/* ---- reports: what it is given ------------------------------------------ */

struct arguments {
    struct words *words;
    uint32_t at;
    struct pp_buffer focus, ignore;
};

static bool is_int32(const char *text, int64_t *number)
{
    struct pp_error unused = {0};
    return pp_parse_decimal(text, number, &unused) == PP_OK &&
           *number >= INT32_MIN && *number <= INT32_MAX;
}

static void add_alternative(struct pp_buffer *regexp, struct pp_slice part)
{
    if (regexp->size && part.size)
        pp_buffer_append_char(regexp, '|');
    pp_buffer_append_slice(regexp, part);
}

static int take_output(struct pp_shell_line *line, struct arguments *arguments,
                       struct pp_slice name, struct pp_arena *arena,
                       struct pp_error *err)
{
    if (name.size == 0) {
        if (arguments->at == arguments->words->count)
            return pp_fail(err, PP_E_USAGE, "unexpected end of line after >");
        name = arguments->words->items[arguments->at++];
    }
    line->output = pp_slice_copy(arena, name);
    return PP_OK;
}

static int take_argument(struct pp_shell_line *line,
                         struct arguments *arguments, struct pp_arena *arena,
                         struct pp_error *err)
{
    struct pp_slice word = arguments->words->items[arguments->at++];
    int64_t number;
    if (is_int32(pp_slice_copy(arena, word), &number))
        line->options.nodecount = number;
    else if (word.data[0] == '>')
        return take_output(line, arguments, behind(word, 1), arena, err);
    else if (is_word(word, "-cum") || is_word(word, "--cum"))
        line->options.sort_cum = true;
    else if (word.data[0] == '-')
        add_alternative(&arguments->ignore, behind(word, 1));
    else
        add_alternative(&arguments->focus, word);
    return PP_OK;
}

static void set_regexp(const char **option, const struct pp_buffer *regexp,
                       struct pp_arena *arena)
{
    if (regexp->size)
        *option = pp_slice_copy(arena, pp_buffer_slice(regexp));
}

static void conclude(struct pp_shell_line *line,
                     const struct arguments *arguments, struct pp_arena *arena)
{
    enum { TOP_NODES = 10 };
    struct pp_options *options = &line->options;
    const char *name = line->report->name;
    bool is_tags = strcmp(name, "tags") == 0;
    set_regexp(is_tags ? &options->tagfocus : &options->focus,
               &arguments->focus, arena);
    set_regexp(is_tags ? &options->tagignore : &options->ignore,
               &arguments->ignore, arena);
    bool is_top = strcmp(name, "top") == 0 || strcmp(name, "text") == 0;
    if (is_top && options->nodecount == -1)
        options->nodecount = TOP_NODES;
}

static int parse_arguments(struct pp_shell_line *line, struct words *words,
                           struct pp_arena *arena, struct pp_error *err)
{
    struct arguments arguments = {.words = words, .at = 1};
    if (line->report->takes_pattern) {
        if (words->count < 2)
            return pp_fail(err, PP_E_USAGE, "command %s requires an argument",
                           line->report->name);
        line->options.pattern =
            pp_slice_copy(arena, words->items[arguments.at++]);
    }
    int status = PP_OK;
    while (status == PP_OK && arguments.at < words->count)
        status = take_argument(line, &arguments, arena, err);
    conclude(line, &arguments, arena);
    pp_buffer_release(&arguments.focus);
    pp_buffer_release(&arguments.ignore);
    return status;
}

/* What stands behind a | of its own is for sh. */
static int parse_pipe(struct pp_shell_line *line, struct words *words,
                      struct pp_slice text, struct pp_arena *arena,
                      struct pp_error *err)
{
    uint32_t at = 1;
    while (at < words->count && !is_word(words->items[at], "|"))
        at++;
    if (at >= words->count)
        return PP_OK;
    if (at + 1 == words->count)
        return pp_fail(err, PP_E_USAGE, "unexpected end of line after |");
    struct pp_slice first = words->items[at + 1];
    line->command =
        pp_slice_copy(arena, behind(text, (size_t)(first.data - text.data)));
    words->count = at;
    return PP_OK;
}

static int parse_report(struct pp_shell_line *line, struct words *words,
                        struct pp_slice text,
                        const struct pp_settings *settings,
                        struct pp_arena *arena, struct pp_error *err)
{
    line->kind = PP_LINE_REPORT;
    line->options = settings->report;
    if (settings->output && settings->output[0])
        line->output = settings->output;
    if (parse_pipe(line, words, text, arena, err) < 0 ||
        parse_command(line, words, arena, err) < 0)
        return err->status;
    return parse_arguments(line, words, arena, err);
}

/* ---- all ---------------------------------------------------------------- */

static enum pp_shell_line_kind find_keyword(struct pp_slice word)
{
    static const struct {
        const char *word;
        enum pp_shell_line_kind kind;
    } keywords[] = {
        {"o", PP_LINE_OPTIONS}, {"options", PP_LINE_OPTIONS},
        {"exit", PP_LINE_QUIT}, {"quit", PP_LINE_QUIT},
        {"q", PP_LINE_QUIT},    {"help", PP_LINE_HELP},
    };
    for (size_t i = 0; i < sizeof(keywords) / sizeof(*keywords); i++)
        if (is_word(word, keywords[i].word))
            return keywords[i].kind;
    return PP_LINE_EMPTY;
}

/* The words from the second on, with single spaces between them. */
static struct pp_slice join(const struct words *words, struct pp_arena *arena)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 1; i < words->count; i++) {
        if (i > 1)
            pp_buffer_append_char(&text, ' ');
        pp_buffer_append_slice(&text, words->items[i]);
    }
    struct pp_slice joined = {pp_slice_copy(arena, pp_buffer_slice(&text)),
                              text.size};
    pp_buffer_release(&text);
    return joined;
}

int pp_shell_line_parse(struct pp_shell_line *line, struct pp_slice text,
                        const struct pp_settings *settings,
                        struct pp_arena *arena, struct pp_error *err)
{
    struct words words = {0};
    *line = (struct pp_shell_line){.kind = PP_LINE_EMPTY};
    int assignment = parse_assignment(line, text, err);
    if (assignment)
        return assignment < 0 ? assignment : PP_OK;
    split(&words, text, arena);
    if (words.count == 0)
        return PP_OK;
    line->kind = find_keyword(words.items[0]);
    if (line->kind == PP_LINE_EMPTY)
        return parse_report(line, &words, text, settings, arena, err);
    line->value = join(&words, arena);
    return PP_OK;
}
