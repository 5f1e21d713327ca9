/* shell: lines are read, taken apart (shell_line.c) and done.
 *
 * Invariant: driven by a script, that is without a terminal, it reads and
 * writes what the reference does, on the same two streams in the same order.
 * On a terminal it is more helpful than that.
 *
 * Specification: interactive, greetings and shortcuts of the reference's
 * driver; reference section 2.
 */
#include "present/shell.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "os/os.h"
#include "present/editor.h"
#include "present/near_word.h"
#include "present/render.h"
#include "present/shell_help.h"
#include "present/shell_line.h"
#include "present/shell_run.h"
#include "present/terminal.h"
#include "present/variable.h"

static const char prompt[] = "(pprof) ";

enum { LINE_BYTES = 16 << 20 }; /* of a script, at most */

struct shell {
    struct pp_profile *profile;
    struct pp_settings settings;
    struct pp_arena arena;    /* what lives as long as the shell: values */
    struct pp_editor *editor; /* NULL: lines come from a script */
    struct pp_buffer line;    /* of a script */
};

/* Several lines for the person. */
static void tell_text(struct pp_slice text)
{
    struct pp_buffer harmless = {0};
    pp_append_harmless(&harmless, text);
    pp_os_write_all(STDERR_FILENO, harmless.data, harmless.size);
    pp_buffer_release(&harmless);
}

/* ---- doing what a line says --------------------------------------------- */

static int check_sample_index(const struct shell *shell, struct pp_slice *value,
                              struct pp_error *err)
{
    const struct pp_profile *profile = shell->profile;
    int index = pp_profile_sample_index(profile, *value, err);
    if (index < 0)
        return index;
    *value = pp_profile_text(profile, profile->sample_types.items[index].type);
    return PP_OK;
}

static int assign(struct shell *shell, const struct pp_shell_line *line,
                  struct pp_error *err)
{
    struct pp_slice value = line->value;
    if (pp_slice_equal(line->name, pp_slice_literal("sample_index")) &&
        check_sample_index(shell, &value, err) < 0)
        return err->status;
    return pp_variable_set(&shell->settings, &shell->arena, line->name, value,
                           err);
}

static int help(const struct shell *shell, struct pp_slice name,
                struct pp_error *err)
{
    struct pp_buffer text = {0};
    int status = PP_OK;
    if (name.size == 0)
        pp_shell_print_help(&text);
    else
        status = pp_shell_print_help_on(&text, name, shell->profile, err);
    tell_text(pp_buffer_slice(&text));
    pp_buffer_release(&text);
    return status;
}

static void list_options(const struct shell *shell)
{
    struct pp_buffer text = {0};
    pp_shell_print_options(&text, &shell->settings, shell->profile);
    tell_text(pp_buffer_slice(&text));
    pp_buffer_release(&text);
}

static int run(const struct shell *shell, const struct pp_shell_line *line,
               struct pp_error *err)
{
    const struct pp_destination destination = {
        .path = line->output,
        .command = line->command,
        .interactive = true,
    };
    return pp_shell_run(line->report, shell->profile, &line->options,
                        &destination, err);
}

/* What looks like the unknown name is said to a person; a script gets the
 * reference's words and no more. */
static void complain(const struct shell *shell,
                     const struct pp_shell_line *line,
                     const struct pp_error *err)
{
    const char *near = NULL;
    if (shell->editor && err->status == PP_E_NOT_FOUND)
        near = pp_near_word(line->name);
    if (near)
        pp_tell_format("%s; did you mean \"%s\"?", err->text, near);
    else
        pp_tell(err->text);
}

/* false when it is the last line. */
static bool act(struct shell *shell, struct pp_slice text)
{
    struct pp_error err = {0};
    struct pp_arena arena;
    struct pp_shell_line line;
    pp_arena_init_fatal(&arena, pp_die_without_memory);
    int status =
        pp_shell_line_parse(&line, text, &shell->settings, &arena, &err);
    bool is_last = status == PP_OK && line.kind == PP_LINE_QUIT;
    if (status == PP_OK && line.kind == PP_LINE_ASSIGNMENT)
        status = assign(shell, &line, &err);
    else if (status == PP_OK && line.kind == PP_LINE_HELP)
        status = help(shell, line.value, &err);
    else if (status == PP_OK && line.kind == PP_LINE_OPTIONS)
        list_options(shell);
    else if (status == PP_OK && line.kind == PP_LINE_REPORT)
        status = run(shell, &line, &err);
    if (status < 0)
        complain(shell, &line, &err);
    pp_arena_release(&arena);
    return !is_last;
}

/* ---- shortcuts ---------------------------------------------------------- */

static void select_type(struct shell *shell, struct pp_slice type)
{
    struct pp_buffer line = {0};
    pp_buffer_append_text(&line, "sample_index=");
    pp_buffer_append_slice(&line, type);
    act(shell, pp_buffer_slice(&line));
    pp_buffer_release(&line);
}

static bool is_joined(struct pp_slice text, struct pp_slice start,
                      struct pp_slice end)
{
    return text.size == start.size + end.size &&
           pp_slice_starts_with(text, start) &&
           pp_slice_equal((struct pp_slice){text.data + start.size, end.size},
                          end);
}

/* The line may be the name of a sample type, with the mean or without. The
 * last of several types wins, as in the reference. */
static bool expand_type(struct shell *shell, struct pp_slice text)
{
    static const struct pp_slice total = {"total_", 6}, mean = {"mean_", 5};
    const struct pp_profile *profile = shell->profile;
    for (uint32_t i = profile->sample_types.count; i-- > 0;) {
        struct pp_slice type =
            pp_profile_text(profile, profile->sample_types.items[i].type);
        bool is_total = is_joined(text, total, type);
        bool is_mean = is_joined(text, mean, type);
        if (!is_total && !is_mean && !pp_slice_equal(text, type))
            continue;
        if (is_total || is_mean)
            shell->settings.report.mean = is_mean;
        select_type(shell, type);
        return true;
    }
    return false;
}

static void clear_filters(struct pp_options *options)
{
    options->focus = options->ignore = options->hide = "";
    options->tagfocus = options->tagignore = "";
}

/* false when it is the last line. */
static bool act_or_expand(struct shell *shell, struct pp_slice text)
{
    text = pp_utf8_trim(text);
    if (text.size && memchr(text.data, 0, text.size)) {
        pp_tell("a line with a NUL byte is not understood");
        return true;
    }
    if (expand_type(shell, text))
        return true;
    if (!pp_slice_equal(text, pp_slice_literal(":")))
        return act(shell, text);
    clear_filters(&shell->settings.report);
    return true;
}

/* ---- reading ------------------------------------------------------------ */

/* The next line of a script. 1; 0 at its end. The prompt goes to the standard
 * output all the same: so does the reference's. */
static int read_script(struct shell *shell, struct pp_slice *text,
                       struct pp_error *err)
{
    int c;
    struct pp_buffer *line = &shell->line;
    pp_os_write_all(STDOUT_FILENO, prompt, sizeof(prompt) - 1);
    pp_buffer_clear(line);
    while ((c = getc_unlocked(stdin)) != EOF && !line->failed) {
        pp_buffer_append_char(line, (char)c);
        if (c == '\n')
            break;
    }
    *text = pp_buffer_slice(line);
    if (line->failed)
        return pp_fail(err, PP_E_MEMORY, "standard input: a line is too long");
    if (ferror(stdin))
        return pp_fail_errno(err, errno, "read standard input");
    return line->size > 0;
}

static int read_line(struct shell *shell, struct pp_slice *text,
                     struct pp_error *err)
{
    if (!shell->editor)
        return read_script(shell, text, err);
    return pp_editor_read(shell->editor, prompt, text);
}

/* ---- all ---------------------------------------------------------------- */

/* What the profile is. Options that it cannot have are told by the first
 * report, not here. */
static void greet(const struct shell *shell)
{
    struct pp_error unused = {0};
    struct pp_buffer text = {0};
    struct pp_options options = pp_options_default;
    options.sample_index = shell->settings.report.sample_index;
    options.mean = shell->settings.report.mean;
    options.divide_by = shell->settings.report.divide_by;
    if (pp_render(&pp_report_greeting, shell->profile, &options, &text,
                  &unused) < 0)
        pp_buffer_clear(&text);
    pp_buffer_append_text(&text, "Entering interactive mode (type \"help\" for "
                                 "commands, \"o\" for options)\n");
    tell_text(pp_buffer_slice(&text));
    pp_buffer_release(&text);
}

static int read_and_act(struct shell *shell, struct pp_error *err)
{
    struct pp_slice text;
    int status;
    while ((status = read_line(shell, &text, err)) > 0 &&
           act_or_expand(shell, text))
        continue;
    return status < 0 ? status : PP_OK;
}

int pp_shell(struct pp_profile *profile, const struct pp_settings *settings,
             struct pp_error *err)
{
    struct shell shell = {
        .profile = profile,
        .settings = *settings,
        .line.ceiling = LINE_BYTES,
    };
    pp_arena_init_fatal(&shell.arena, pp_die_without_memory);
    shell.settings.report.compact_labels = true;
    if (isatty(STDIN_FILENO))
        pp_shell_survive_interrupts();
    greet(&shell);
    int status = PP_OK;
    if (pp_editor_is_possible())
        status = pp_editor_new(&shell.editor, profile, err);
    if (status == PP_OK)
        status = read_and_act(&shell, err);
    pp_editor_free(shell.editor);
    pp_buffer_release(&shell.line);
    pp_arena_release(&shell.arena);
    return status;
}
