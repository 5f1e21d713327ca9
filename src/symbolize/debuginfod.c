/* Files from debuginfod's servers: see debuginfod.h.
 *
 * elfutils' library does it: it asks the servers, keeps what it got in its
 * cache, and remembers for some minutes what they do not have. It is loaded
 * when the first file is missed; most runs never do. Invariant: `library` has
 * all functions or none. */
#include "symbolize/debuginfod.h"

#include <elfutils/debuginfod.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"
#include "symbolize/desk.h"

/* For all files of a run. Each one on its own is limited by the library, see
 * DEBUGINFOD_TIMEOUT and DEBUGINFOD_MAXTIME in debuginfod_find_debuginfo(3). */
static const int64_t waiting_max_ns = (int64_t)300 * 1000 * 1000 * 1000;

typedef __typeof__(&debuginfod_find_debuginfo) find_function;

static struct library {
    __typeof__(&debuginfod_begin) begin;
    __typeof__(&debuginfod_end) end;
    __typeof__(&debuginfod_set_progressfn) set_progressfn;
    __typeof__(&debuginfod_set_user_data) set_user_data;
    __typeof__(&debuginfod_get_user_data) get_user_data;
    find_function find[2]; /* by enum pp_debuginfod_kind */
} library;

static const struct pp_os_function functions[] = {
    {"debuginfod_begin", offsetof(struct library, begin)},
    {"debuginfod_end", offsetof(struct library, end)},
    {"debuginfod_set_progressfn", offsetof(struct library, set_progressfn)},
    {"debuginfod_set_user_data", offsetof(struct library, set_user_data)},
    {"debuginfod_get_user_data", offsetof(struct library, get_user_data)},
    {"debuginfod_find_executable",
     offsetof(struct library, find[PP_DEBUGINFOD_EXECUTABLE])},
    {"debuginfod_find_debuginfo",
     offsetof(struct library, find[PP_DEBUGINFOD_DEBUGINFO])},
    {NULL, 0},
};

/* By Ctrl-C, while the library waited. */
static volatile sig_atomic_t interrupted;

/* ---- what the person sees ----------------------------------------------- */

static void tell(const struct pp_debuginfod *debuginfod, const char *line)
{
    if (debuginfod->options->waiting.tell)
        debuginfod->options->waiting.tell(line);
}

/* The only thing told of what came to nothing. */
static void give_up(struct pp_debuginfod *debuginfod, const char *why)
{
    char space[256];
    struct pp_buffer line = pp_buffer_in(space);
    if (!debuginfod->is_given_up) {
        pp_buffer_format(&line, "debuginfod: %s; going on without.", why);
        if (!line.failed)
            tell(debuginfod, line.data);
    }
    debuginfod->is_given_up = true;
    pp_buffer_release(&line);
}

static void show_progress(const struct pp_waiting *waiting, long done,
                          long size)
{
    if (!waiting->progress)
        return;
    char space[128];
    struct pp_buffer line = pp_buffer_in(space);
    pp_buffer_append_text(&line, "Waiting for debuginfod");
    if (done > 0 && size > 0)
        pp_buffer_format(&line, ", %.1f of %.1f MB", (double)done / (1 << 20),
                         (double)size / (1 << 20));
    pp_buffer_append_text(&line, ". Ctrl-C goes on without.");
    if (!line.failed)
        waiting->progress(line.data);
    pp_buffer_release(&line);
}

static void wipe_progress(const struct pp_waiting *waiting)
{
    if (waiting->progress)
        waiting->progress(NULL);
}

/* ---- the library -------------------------------------------------------- */

/* Quick answers show nothing: the library does not call while there is nothing
 * to wait for. */
static void announce(struct pp_debuginfod *debuginfod)
{
    if (!debuginfod->is_announced && !debuginfod->options->waiting.progress)
        tell(debuginfod, "Asking debuginfod for files that are not here. "
                         "Ctrl-C goes on without.");
    debuginfod->is_announced = true;
}

/* Called by it some times a second while it waits; what is not 0 ends that. */
static int check_patience(debuginfod_client *client, long done, long size)
{
    struct pp_debuginfod *debuginfod = library.get_user_data(client);
    const struct pp_waiting *waiting = &debuginfod->options->waiting;
    if (interrupted) {
        wipe_progress(waiting);
        give_up(debuginfod, "interrupted");
    } else if (pp_os_now_ns() > debuginfod->deadline_ns) {
        wipe_progress(waiting);
        give_up(debuginfod, "slower than five minutes");
    } else {
        announce(debuginfod);
        show_progress(waiting, done, size);
    }
    return debuginfod->is_given_up;
}

static bool load_library(void)
{
    static const char *const files[] = {DEBUGINFOD_SONAME, NULL};
    return library.begin ||
           pp_os_load_library(files, functions, &library, NULL) == PP_OK;
}

static bool begin(struct pp_debuginfod *debuginfod)
{
    if (!load_library()) {
        give_up(debuginfod, "DEBUGINFOD_URLS is set, but " DEBUGINFOD_SONAME
                            " cannot be loaded (Debian: libdebuginfod1)");
        return false;
    }
    debuginfod->client = library.begin();
    if (!debuginfod->client) {
        give_up(debuginfod, "its library does not start");
        return false;
    }
    library.set_user_data(debuginfod->client, debuginfod);
    library.set_progressfn(debuginfod->client, check_patience);
    debuginfod->deadline_ns = pp_os_now_ns() + waiting_max_ns;
    return true;
}

void pp_debuginfod_release(struct pp_debuginfod *debuginfod)
{
    if (debuginfod->client)
        library.end(debuginfod->client);
    debuginfod->client = NULL;
}

/* ---- one file ----------------------------------------------------------- */

static void note_failure(struct pp_debuginfod *debuginfod, int errno_value)
{
    char space[128];
    /* What no server has is no failure of theirs. */
    if (errno_value != ENOENT)
        give_up(debuginfod, pp_strerror(errno_value, space, sizeof space));
}

bool pp_debuginfod_find(struct pp_debuginfod *debuginfod,
                        enum pp_debuginfod_kind kind, struct pp_slice build_id,
                        struct pp_buffer *path)
{
    const char *urls = debuginfod->options->debuginfod_urls;
    char space[128];
    struct pp_buffer id = pp_buffer_in(space);
    struct pp_os_interrupt before;
    char *found = NULL;
    if (!urls || debuginfod->is_given_up || !pp_is_build_id(build_id) ||
        (!debuginfod->client && !begin(debuginfod)))
        return false;
    pp_buffer_append_slice(&id, build_id);
    if (id.failed)
        return false;
    pp_os_catch_interrupt(&interrupted, &before);
    int fd = library.find[kind](debuginfod->client,
                                (const unsigned char *)id.data, 0, &found);
    pp_os_leave_interrupt(&before);
    wipe_progress(&debuginfod->options->waiting);
    if (fd >= 0) {
        close(fd);
        pp_buffer_append_text(path, found);
    } else {
        note_failure(debuginfod, -fd);
    }
    free(found);
    pp_buffer_release(&id);
    return fd >= 0 && !path->failed;
}
