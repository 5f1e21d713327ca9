/* viewer: see viewer.h.
 *
 * Many of these programs hand the file to one that runs already, and are gone
 * at once: so files stay until the tool ends, and a second at least.
 *
 * Specification: invokeVisualizer and browsers of the reference's driver;
 * reference section 1.9.
 */
#include "present/viewer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fetch/fetch.h"
#include "os/os.h"
#include "present/process.h"

#define READING_NS INT64_C(1000000000) /* what a program has to open a file */

enum { PATH_SIZE = 4096, WORDS_MAX = 32 };

/* What was shown: the program, while it runs, and its file. */
struct shown {
    pid_t program; /* 0: it has ended */
    char *path;
};

/* Of the process: programs outlive the report that started them. */
static struct {
    struct pp_arena arena;
    struct shown *items;
    uint32_t count, capacity;
    int64_t last_start_ns;
} shown;

/* ---- which programs ----------------------------------------------------- */

static const char *const browsers[] = {
    "chrome", "google-chrome", "chromium", "firefox", "sensible-browser", NULL,
};
static const char *const eog[] = {"eog", NULL};
static const char *const evince[] = {"evince", NULL};
static const char *const gv[] = {"gv --noantialias", NULL};
static const char *const kcachegrind[] = {"kcachegrind", NULL};

static const struct viewer {
    const char *name;
    const char *const *commands;
    bool is_browser;
    const char *instead; /* the report that writes what it would show */
} viewers[] = {
    {"web", browsers, true, "svg"},
    {"weblist", browsers, true, "weblist"},
    {"eog", eog, false, "svg"},
    {"evince", evince, false, "pdf"},
    {"gv", gv, false, "ps"},
    {"kcachegrind", kcachegrind, false, "callgrind"},
};

static const struct viewer *find_viewer(const char *name)
{
    size_t i = 0;
    while (strcmp(viewers[i].name, name) != 0)
        i++;
    return &viewers[i];
}

/* ---- starting ----------------------------------------------------------- */

/* Start a command line with the path behind it. -errno. */
static int start(const char *command, char *path, bool background, pid_t *id)
{
    const struct pp_process process = {
        .input = -1, .is_silent = true, .is_apart = background};
    const char *words[WORDS_MAX + 2];
    char copy[PATH_SIZE], *rest = copy;
    size_t count = 0;
    if (strlen(command) >= sizeof(copy))
        return -ENAMETOOLONG;
    strcpy(copy, command);
    for (char *word; count < WORDS_MAX && (word = strsep(&rest, " "));)
        if (word[0])
            words[count++] = word;
    if (count == 0)
        return -ENOENT;
    words[count++] = path;
    words[count] = NULL;
    return pp_process_start(&process, words, id);
}

struct attempt {
    char *path;
    bool background;
    pid_t id;                /* 0: none was there yet */
    const char *started;     /* its command line */
    struct pp_buffer failed; /* "firefox, eog" */
};

static void try_command(struct attempt *attempt, const char *command)
{
    if (attempt->id || !command || !command[0])
        return;
    if (start(command, attempt->path, attempt->background, &attempt->id) == 0) {
        attempt->started = command;
        return;
    }
    attempt->id = 0;
    pp_buffer_format(&attempt->failed, "%s%s", attempt->failed.size ? ", " : "",
                     command);
}

static int try_all(const struct viewer *viewer, struct attempt *attempt,
                   struct pp_error *err)
{
    const char *display = getenv("DISPLAY");
    if (viewer->is_browser)
        try_command(attempt, getenv("BROWSER"));
    for (size_t i = 0; viewer->commands[i]; i++)
        try_command(attempt, viewer->commands[i]);
    if (viewer->is_browser && display && display[0])
        try_command(attempt, "xdg-open");
    if (attempt->id)
        return 0;
    return pp_fail(err, PP_E_NOT_FOUND,
                   "no program to show it was found: tried " PP_SLICE_FORMAT
                   "; -%s -output FILE writes it into a file",
                   PP_SLICE_ARGS(pp_buffer_slice(&attempt->failed)),
                   viewer->instead);
}

/* ---- ending ------------------------------------------------------------- */

static int fail_viewer(const char *command, int status, struct pp_error *err)
{
    if (status < 0)
        return pp_fail_errno(err, -status, "%s", command);
    if (WIFSIGNALED(status))
        return pp_fail(err, PP_E_SYSTEM, "%s: signal: %s", command,
                       strsignal(WTERMSIG(status)));
    return WEXITSTATUS(status) ? pp_fail(err, PP_E_SYSTEM, "%s: exit status %d",
                                         command, WEXITSTATUS(status))
                               : 0;
}

/* Programs of the background that have ended meanwhile. */
static void reap(void)
{
    for (uint32_t i = 0; i < shown.count; i++)
        if (shown.items[i].program &&
            waitpid(shown.items[i].program, NULL, WNOHANG) != 0)
            shown.items[i].program = 0;
}

static int run(const struct viewer *viewer, struct shown *item, bool background,
               struct pp_error *err)
{
    struct attempt attempt = {.path = item->path, .background = background};
    int status = try_all(viewer, &attempt, err);
    pp_buffer_release(&attempt.failed);
    if (status < 0)
        return status;
    shown.last_start_ns = pp_os_now_ns();
    if (background) {
        item->program = attempt.id;
        return 0;
    }
    return fail_viewer(attempt.started, pp_process_wait(attempt.id), err);
}

/* ---- the whole ---------------------------------------------------------- */

static int write_temporary(struct pp_slice bytes, const char *suffix,
                           char *path, size_t size, struct pp_error *err)
{
    const char *directory = getenv("TMPDIR");
    char prefix[PATH_SIZE], dotted[32];
    if (!directory || !directory[0])
        directory = "/tmp";
    snprintf(dotted, sizeof(dotted), ".%s", suffix);
    if ((size_t)snprintf(prefix, sizeof(prefix), "%s/pprof", directory) >=
        sizeof(prefix))
        return pp_fail_errno(err, ENAMETOOLONG, "open %s", directory);
    return pp_fetch_save_bytes(bytes, prefix, dotted, path, size, err);
}

int pp_viewer_show(const char *viewer, struct pp_slice bytes,
                   const char *suffix, bool background, struct pp_error *err)
{
    char path[PATH_SIZE + 64];
    reap();
    int status = write_temporary(bytes, suffix, path, sizeof(path), err);
    if (status < 0)
        return status;
    struct shown *item = pp_vector_add(&shown.arena, &shown);
    char *copy = pp_slice_copy(&shown.arena, pp_slice_of(path));
    if (!item || !copy) {
        shown.count -= item != NULL;
        unlink(path);
        return pp_fail_memory(err);
    }
    item->path = copy;
    return run(find_viewer(viewer), item, background, err);
}

/* Wait for the second that the last program has. */
static void let_it_read(void)
{
    int64_t left_ns = shown.last_start_ns + READING_NS - pp_os_now_ns();
    if (shown.last_start_ns == 0 || left_ns <= 0)
        return;
    struct timespec pause = {.tv_sec = left_ns / READING_NS,
                             .tv_nsec = left_ns % READING_NS};
    nanosleep(&pause, NULL);
}

void pp_viewer_clean_up(void)
{
    let_it_read();
    reap();
    for (uint32_t i = 0; i < shown.count; i++)
        unlink(shown.items[i].path);
    pp_arena_release(&shown.arena);
    memset(&shown, 0, sizeof(shown));
}
