/* shell_run: every report of the shell is made in a child process of its own.
 *
 * Reports use their profile up, and take memory, and time: the child has a
 * copy of the profile without copying it, gives all back at its end, and
 * Ctrl-C, of which the shell only takes note meanwhile, stops it anywhere.
 *
 * A viewer outlives the command, and its file is taken away when the shell
 * ends: so for these the child hands the bytes up, and the shell delivers them.
 */
#include "present/shell_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/os.h"
#include "present/present.h"
#include "present/render.h"
#include "present/terminal.h"

/* Of the process: it has one terminal. */
static volatile sig_atomic_t interrupted;
static bool survives;
static struct sigaction interrupt_before; /* where it survives */

static void note_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

void pp_shell_survive_interrupts(void)
{
    const struct sigaction note = {
        .sa_handler = note_interrupt,
        .sa_flags = SA_RESTART,
    };
    survives = sigaction(SIGINT, &note, &interrupt_before) == 0;
}

struct run {
    const struct pp_report *report;
    struct pp_profile *profile;
    const struct pp_options *options;
    const struct pp_destination *destination;
    bool has_viewer; /* the shell delivers */
};

/* ---- in the child ------------------------------------------------------- */

/* The process ends soon: nothing is released. */
static int hand_up(const struct run *run, int fd, struct pp_error *err)
{
    struct pp_buffer bytes = {0};
    int status =
        pp_render(run->report, run->profile, run->options, &bytes, err);
    if (status < 0)
        return status;
    status = pp_os_write_all(fd, bytes.data, bytes.size);
    return status < 0 ? pp_fail_errno(err, -status, "write pipe") : PP_OK;
}

/* Ctrl-C counts again, also one since the fork. */
static void heed_interrupts(void)
{
    if (!survives)
        return;
    sigaction(SIGINT, &interrupt_before, NULL);
    if (interrupted)
        raise(SIGINT);
}

static _Noreturn void be_child(const struct run *run, int fd)
{
    struct pp_error err = {0};
    int status = run->has_viewer
                     ? hand_up(run, fd, &err)
                     : pp_render_to(run->report, run->profile, run->options,
                                    run->destination, &err);
    if (status < 0)
        pp_tell(err.text);
    _exit(status < 0 ? PP_EXIT_ERROR : 0);
}

/* ---- in the shell ------------------------------------------------------- */

/* Until the child closes its end. */
static int take_all(int fd, struct pp_buffer *bytes, struct pp_error *err)
{
    enum { ROOM = 65536 };
    for (;;) {
        char *room = pp_buffer_room(bytes, ROOM);
        if (!room)
            return pp_fail_memory(err);
        ssize_t size = read(fd, room, ROOM);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return pp_fail_errno(err, errno, "read pipe");
        if (size == 0)
            return PP_OK;
        bytes->size += (size_t)size;
    }
}

/* Whether it ended well. What it did not live to tell is told here; that its
 * reader went away (SIGPIPE) is nobody's fault. */
static bool wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    bool by_signal = WIFSIGNALED(status) && WTERMSIG(status) != SIGPIPE;
    if (interrupted)
        pp_tell(""); /* the terminal showed ^C */
    else if (by_signal)
        pp_tell_format("the report was ended by a signal: %s",
                       strsignal(WTERMSIG(status)));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int follow(const struct run *run, pid_t child, int fd,
                  struct pp_error *err)
{
    struct pp_buffer bytes = {0};
    int status = take_all(fd, &bytes, err);
    bool is_good = wait_for(child);
    if (status == PP_OK && is_good && run->has_viewer)
        status = pp_output_deliver(run->report, pp_buffer_slice(&bytes),
                                   run->destination, err);
    pp_buffer_release(&bytes);
    return status;
}

static int run_apart(const struct run *run, struct pp_error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) /* commands may live on */
        return pp_fail_errno(err, errno, "pipe");
    pid_t child = fork();
    if (child == 0) {
        heed_interrupts();
        close(ends[0]);
        be_child(run, ends[1]);
    }
    int why = errno;
    close(ends[1]);
    int status = child < 0 ? pp_fail_errno(err, why, "fork")
                           : follow(run, child, ends[0], err);
    close(ends[0]);
    return status;
}

int pp_shell_run(const struct pp_report *report, struct pp_profile *profile,
                 const struct pp_options *options,
                 const struct pp_destination *destination, struct pp_error *err)
{
    const struct run run = {
        .report = report,
        .profile = profile,
        .options = options,
        .destination = destination,
        .has_viewer =
            report->viewer && !destination->path && !destination->command,
    };
    interrupted = 0;
    return run_apart(&run, err);
}
