/* output: where a report goes. Bytes leave as the report wrote them, or as they
 * were drawn, except to a terminal, which gets them harmless.
 *
 * Specification: generateReport and awayFromTTY of the reference's driver.
 */
#include "present/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "draw/draw.h"
#include "fetch/fetch.h"
#include "os/os.h"
#include "present/process.h"
#include "present/terminal.h"
#include "present/viewer.h"

/* ---- bytes that may leave at once --------------------------------------- */

/* What belongs into a file of its own: bytes, and pictures. */
static bool is_for_file(const struct pp_report *report)
{
    return report->binary || strcmp(report->suffix, "svg") == 0;
}

bool pp_output_can_drain(const struct pp_output *output)
{
    const struct pp_destination *destination = output->destination;
    const struct pp_report *report = output->report;
    if (report->picture)
        return false;
    if (destination->path || destination->command)
        return true;
    return !report->viewer && !isatty(STDOUT_FILENO) &&
           !(is_for_file(report) && destination->interactive);
}

static const char *name_of(const struct pp_output *output)
{
    const struct pp_destination *destination = output->destination;
    return destination->path      ? destination->path
           : destination->command ? destination->command
                                  : "standard output";
}

/* As the reference does: what was in the file is lost at once, and a report
 * that could not be written to its end leaves its beginning there. */
static int open_file(struct pp_output *output, struct pp_error *err)
{
    const char *path = output->destination->path;
    pp_tell_format("Generating report in %s", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return pp_fail_errno(err, errno, "open %s", path);
    output->fd = fd;
    return PP_OK;
}

/* Ctrl-C is for the command while there is one: when it reads no more, we see
 * that. */
static void leave_signals(struct pp_output *output)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &ignore, &output->interrupt);
    sigaction(SIGQUIT, &ignore, &output->quit);
    sigaction(SIGPIPE, &ignore, &output->broken_pipe);
}

static void take_signals(const struct pp_output *output)
{
    sigaction(SIGINT, &output->interrupt, NULL);
    sigaction(SIGQUIT, &output->quit, NULL);
    sigaction(SIGPIPE, &output->broken_pipe, NULL);
}

static int open_command(struct pp_output *output, struct pp_error *err)
{
    int ends[2];
    const char *command = output->destination->command;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return pp_fail_errno(err, errno, "pipe");
    const struct pp_process process = {.input = ends[0]};
    const char *const words[] = {"sh", "-c", command, NULL};
    leave_signals(output);
    int status = pp_process_start(&process, words, &output->command);
    close(ends[0]);
    if (status == 0) {
        output->fd = ends[1];
        return PP_OK;
    }
    take_signals(output);
    close(ends[1]);
    return pp_fail_errno(err, -status, "%s", command);
}

static int open_output(struct pp_output *output, struct pp_error *err)
{
    if (output->fd >= 0)
        return PP_OK;
    if (output->destination->path)
        return open_file(output, err);
    if (output->destination->command)
        return open_command(output, err);
    output->fd = STDOUT_FILENO;
    return PP_OK;
}

/* Nobody need read to the end: `head` does not. */
static int write_part(struct pp_output *output, struct pp_slice bytes,
                      struct pp_error *err)
{
    if (open_output(output, err) < 0)
        return err->status;
    int status = pp_os_write_all(output->fd, bytes.data, bytes.size);
    output->is_unread = status == -EPIPE && output->destination->command;
    if (status < 0 && !output->is_unread)
        return pp_fail_errno(err, -status, "write %s", name_of(output));
    return PP_OK;
}

/* What becomes of the command the shell and the command itself tell. */
static int close_output(struct pp_output *output, struct pp_error *err)
{
    int fd = output->fd, status = PP_OK;
    output->fd = -1;
    if (fd < 0 || fd == STDOUT_FILENO)
        return PP_OK;
    if (close(fd) < 0 && output->destination->path)
        status = pp_fail_errno(err, errno, "write %s", name_of(output));
    if (output->destination->command) {
        pp_process_wait(output->command);
        take_signals(output);
    }
    return status;
}

int pp_output_drain(void *context, struct pp_buffer *bytes,
                    struct pp_error *err)
{
    struct pp_output *output = context;
    int status = write_part(output, pp_buffer_slice(bytes), err);
    pp_buffer_clear(bytes);
    if (output->is_unread)
        return pp_fail(err, PP_E_CANCELLED, "nobody reads on");
    return status;
}

static int write_rest(struct pp_output *output, struct pp_slice bytes,
                      struct pp_error *err)
{
    struct pp_error unused = {0};
    int status = write_part(output, bytes, err);
    int closed = close_output(output, status < 0 ? &unused : err);
    return status < 0 ? status : closed;
}

/* ---- bytes that must be there to the last ------------------------------- */

static int write_numbered(const char *suffix, struct pp_slice bytes,
                          struct pp_error *err)
{
    char dotted[32], path[64];
    snprintf(dotted, sizeof(dotted), ".%s", suffix);
    int status =
        pp_fetch_save_bytes(bytes, "profile", dotted, path, sizeof(path), err);
    if (status == 0)
        pp_tell_format("Generating report in %s", path);
    return status;
}

static int write_terminal(struct pp_output *output, struct pp_slice bytes,
                          struct pp_error *err)
{
    struct pp_buffer harmless = {0};
    pp_append_harmless(&harmless, bytes);
    int status = harmless.failed
                     ? pp_fail_memory(err)
                     : write_rest(output, pp_buffer_slice(&harmless), err);
    pp_buffer_release(&harmless);
    return status;
}

/* ---- all ---------------------------------------------------------------- */

void pp_output_begin(struct pp_output *output, const struct pp_report *report,
                     const struct pp_destination *destination)
{
    *output = (struct pp_output){
        .report = report,
        .destination = destination,
        .fd = -1,
    };
}

static int deliver(struct pp_output *output, struct pp_slice bytes,
                   struct pp_error *err)
{
    const struct pp_destination *destination = output->destination;
    const struct pp_report *report = output->report;
    if (destination->path || destination->command)
        return write_rest(output, bytes, err);
    if (report->viewer)
        return pp_viewer_show(report->viewer, bytes, report->suffix,
                              destination->interactive, err);
    bool is_terminal = isatty(STDOUT_FILENO);
    if (is_for_file(report) && (is_terminal || destination->interactive))
        return write_numbered(report->suffix, bytes, err);
    return is_terminal ? write_terminal(output, bytes, err)
                       : write_rest(output, bytes, err);
}

int pp_output_end(struct pp_output *output, struct pp_slice rest,
                  struct pp_error *err)
{
    if (!output->report->picture)
        return deliver(output, rest, err);
    struct pp_buffer picture = {0};
    int status = pp_draw(rest, output->report->picture, &picture, err);
    if (status == 0)
        status = deliver(output, pp_buffer_slice(&picture), err);
    pp_buffer_release(&picture);
    return status;
}

void pp_output_abandon(struct pp_output *output)
{
    struct pp_error unused = {0};
    close_output(output, &unused);
}

int pp_output_deliver(const struct pp_report *report, struct pp_slice bytes,
                      const struct pp_destination *destination,
                      struct pp_error *err)
{
    struct pp_output output;
    pp_output_begin(&output, report, destination);
    return pp_output_end(&output, bytes, err);
}

void pp_output_clean_up(void)
{
    pp_viewer_clean_up();
}
