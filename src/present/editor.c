/* editor: libedit, and what it needs from us. The editor writes to the
 * standard error, so that reports alone go to the standard output.
 *
 * Invariant: who sees the prompt may type. libedit alone shows it first, and
 * only then takes the keyboard over: a Ctrl-C in between would end the tool,
 * a Ctrl-D would get lost, and a key would be shown twice.
 */
#include "present/editor.h"

#include <histedit.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "os/os.h"
#include "present/completion.h"
#include "present/history_path.h"
#include "present/render.h"
#include "present/terminal.h"

enum { HISTORY_LINES = 1000, HISTORY_BYTES = 16 << 20 };

struct pp_editor {
    EditLine *line;
    History *history;
    const struct pp_profile *profile;
    const char *prompt;
    struct termios modes; /* of the terminal as it was */
    char *path;           /* of the history; "" if there is none */
    bool is_cancelled;    /* by Ctrl-C, since reading began */
};

bool pp_editor_is_possible(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && terminal &&
           terminal[0] && strcasecmp(terminal, "dumb") != 0;
}

static struct pp_editor *editor_of(EditLine *line)
{
    void *editor = NULL;
    el_get(line, EL_CLIENTDATA, &editor);
    return editor;
}

static char *give_prompt(EditLine *line)
{
    return (char *)(uintptr_t)editor_of(line)->prompt;
}

/* ---- keys --------------------------------------------------------------- */

/* Ctrl-C: the line is forgotten. */
static unsigned char cancel(EditLine *line, int key)
{
    (void)key;
    editor_of(line)->is_cancelled = true;
    return CC_NEWLINE;
}

/* Ctrl-Z: the whole job stops, and the line is there again when it goes on. */
static unsigned char suspend(EditLine *line, int key)
{
    (void)key;
    el_set(line, EL_PREP_TERM, 0);
    pp_tell("^Z");
    kill(0, SIGTSTP);
    el_set(line, EL_PREP_TERM, 1);
    el_set(line, EL_REFRESH);
    return CC_NORM;
}

/* Below the line; it is drawn anew behind that. */
static void show_candidates(const struct pp_completion *completion)
{
    struct pp_buffer text = {0};
    pp_buffer_append_char(&text, '\n');
    for (uint32_t i = 0; i < completion->candidate_count; i++) {
        pp_append_harmless_line(&text, completion->candidates[i]);
        pp_buffer_append_char(&text, '\n');
    }
    if (completion->more_count)
        pp_buffer_format(&text, "... and %u more\n", completion->more_count);
    pp_os_write_all(STDERR_FILENO, text.data, text.size);
    pp_buffer_release(&text);
}

/* Where the locale has no such characters the line stays as it is. */
static void replace(EditLine *line, struct pp_slice old, struct pp_slice new)
{
    char *before = strndup(old.data, old.size);
    char *text = strndup(new.data, new.size);
    if (before && text) {
        el_deletestr(line, (int)pp_utf8_count(old));
        if (el_insertstr(line, text) < 0)
            el_insertstr(line, before);
    }
    free(before);
    free(text);
}

/* Tab. */
static unsigned char complete(EditLine *line, int key)
{
    struct pp_completion completion;
    struct pp_arena arena;
    (void)key;
    const LineInfo *info = el_line(line);
    struct pp_slice before = {info->buffer,
                              (size_t)(info->cursor - info->buffer)};
    pp_arena_init_fatal(&arena, pp_die_without_memory);
    pp_complete(&completion, before, editor_of(line)->profile, &arena);
    struct pp_slice old = {info->cursor - completion.replaced,
                           completion.replaced};
    unsigned char result = CC_ERROR; /* rings */
    if (!pp_slice_equal(old, completion.text)) {
        replace(line, old, completion.text);
        result = CC_REFRESH;
    } else if (completion.candidate_count) {
        show_candidates(&completion);
        result = CC_REDISPLAY;
    }
    pp_arena_release(&arena);
    return result;
}

static void bind_keys(EditLine *line)
{
    el_set(line, EL_EDITOR, "emacs");
    el_set(line, EL_ADDFN, "pprof-complete", "Complete", complete);
    el_set(line, EL_BIND, "^I", "pprof-complete", NULL);
    el_set(line, EL_BIND, "^R", "em-inc-search-prev", NULL);
    /* While a line is edited Ctrl-C and Ctrl-Z are keys, and no signals. */
    el_set(line, EL_SETTY, "-d", "-isig", NULL);
    el_set(line, EL_ADDFN, "pprof-cancel", "Forget the line", cancel);
    el_set(line, EL_BIND, "^C", "pprof-cancel", NULL);
    el_set(line, EL_ADDFN, "pprof-suspend", "Stop the job", suspend);
    el_set(line, EL_BIND, "^Z", "pprof-suspend", NULL);
}

/* ---- history ------------------------------------------------------------ */

/* A new one, or one emptied by a full disk, is fine. false, and told: what is
 * there is something else. */
static bool load_history(struct pp_editor *editor)
{
    HistEvent event;
    struct stat info;
    const char *path = editor->path, *why = NULL;
    if (!path[0] || stat(path, &info) < 0)
        return true;
    if (!S_ISREG(info.st_mode))
        why = "no regular file";
    else if (info.st_size > HISTORY_BYTES)
        why = "too large";
    else if (info.st_size > 0 &&
             history(editor->history, &event, H_LOAD, path) < 0)
        why = event.str;
    if (why)
        pp_tell_format("history: %s: %s", path, why);
    return !why;
}

/* What could not be read is not written over. */
static void begin_history(struct pp_editor *editor)
{
    HistEvent event;
    history(editor->history, &event, H_SETSIZE, HISTORY_LINES);
    history(editor->history, &event, H_SETUNIQUE, 1);
    if (!load_history(editor))
        editor->path[0] = 0;
    el_set(editor->line, EL_HIST, history, editor->history);
}

/* libedit gives the file the mode 0600. */
static void end_history(struct pp_editor *editor)
{
    HistEvent event;
    mode_t mask = umask(077);
    if (editor->path[0] &&
        (!pp_history_make_directories(editor->path) ||
         history(editor->history, &event, H_SAVE, editor->path) < 0))
        pp_tell("history: not kept");
    umask(mask);
}

/* ---- life --------------------------------------------------------------- */

int pp_editor_new(struct pp_editor **editor, const struct pp_profile *profile,
                  struct pp_error *err)
{
    struct pp_editor *new = calloc(1, sizeof(*new));
    *editor = new;
    if (!new)
        return pp_fail_memory(err);
    setlocale(LC_CTYPE, ""); /* which characters the keyboard has */
    new->profile = profile;
    tcgetattr(STDIN_FILENO, &new->modes);
    new->path = pp_history_path(getenv("XDG_STATE_HOME"), getenv("HOME"));
    new->line = el_init("pprof", stdin, stderr, stderr);
    new->history = history_init();
    if (!new->path || !new->line || !new->history)
        return pp_fail_memory(err);
    el_set(new->line, EL_CLIENTDATA, new);
    el_set(new->line, EL_PROMPT, give_prompt);
    bind_keys(new->line);
    begin_history(new);
    return PP_OK;
}

/* The terminal is given back by us, for libedit would throw away what has been
 * typed for the next program; it gets nothing to do so with. */
static void end_line(struct pp_editor *editor)
{
    FILE *nothing = fopen("/dev/null", "re");
    if (nothing) {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &editor->modes);
        el_set(editor->line, EL_SETFP, 0, nothing);
    }
    el_end(editor->line);
    if (nothing)
        fclose(nothing);
}

void pp_editor_free(struct pp_editor *editor)
{
    if (!editor)
        return;
    if (editor->line && editor->history && editor->path)
        end_history(editor);
    if (editor->history)
        history_end(editor->history);
    if (editor->line)
        end_line(editor);
    free(editor->path);
    free(editor);
}

/* ---- reading ------------------------------------------------------------ */

static void remember(struct pp_editor *editor, const char *text)
{
    HistEvent event;
    if (strspn(text, " \t\n") < strlen(text))
        history(editor->history, &event, H_ENTER, text);
}

bool pp_editor_read(struct pp_editor *editor, const char *prompt,
                    struct pp_slice *line)
{
    int size;
    editor->prompt = prompt;
    do {
        editor->is_cancelled = false;
        el_set(editor->line, EL_PREP_TERM, 1); /* before the prompt */
        const char *text = el_gets(editor->line, &size);
        if (!text || size <= 0)
            break;
        if (editor->is_cancelled) {
            pp_tell("^C");
            continue;
        }
        remember(editor, text);
        *line = pp_slice_of(text); /* size counts what is behind a NUL, too */
        return true;
    } while (editor->is_cancelled);
    pp_tell(""); /* behind the prompt */
    return false;
}
