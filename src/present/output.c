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

/* ---- files -------------------------------------------------------------- */

static int write_file(const char *path, struct pp_slice bytes,
                      struct pp_error *err)
{
    pp_tell_format("Generating report in %s", path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return pp_fail_errno(err, errno, "open %s", path);
    int status = pp_os_write_all(fd, bytes.data, bytes.size);
    if (close(fd) < 0 && status == 0)
        status = -errno;
    return status < 0 ? pp_fail_errno(err, -status, "write %s", path) : 0;
}

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

/* ---- standard output ---------------------------------------------------- */

static int write_stdout(struct pp_slice bytes, struct pp_error *err)
{
    int status = pp_os_write_all(STDOUT_FILENO, bytes.data, bytes.size);
    return status < 0 ? pp_fail_errno(err, -status, "write standard output")
                      : 0;
}

static int write_terminal(struct pp_slice bytes, struct pp_error *err)
{
    struct pp_buffer harmless = {0};
    pp_append_harmless(&harmless, bytes);
    int status = harmless.failed
                     ? pp_fail_memory(err)
                     : write_stdout(pp_buffer_slice(&harmless), err);
    pp_buffer_release(&harmless);
    return status;
}

/* ---- commands ----------------------------------------------------------- */

/* Nobody need read to the end: `head` does not. */
static int write_pipe(int fd, struct pp_slice bytes)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before);
    int status = pp_os_write_all(fd, bytes.data, bytes.size);
    sigaction(SIGPIPE, &before, NULL);
    return status == -EPIPE ? 0 : status;
}

/* What becomes of the command the shell and the command itself tell. */
static int run_command(const char *command, struct pp_slice bytes,
                       struct pp_error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return pp_fail_errno(err, errno, "pipe");
    const struct pp_process process = {.input = ends[0]};
    const char *const words[] = {"sh", "-c", command, NULL};
    pid_t id;
    int status = pp_process_start(&process, words, &id);
    close(ends[0]);
    if (status == 0)
        status = write_pipe(ends[1], bytes);
    else
        id = 0;
    close(ends[1]);
    if (id)
        pp_process_wait(id);
    return status < 0 ? pp_fail_errno(err, -status, "%s", command) : 0;
}

/* ---- all ---------------------------------------------------------------- */

/* What belongs into a file of its own: bytes, and pictures. */
static bool is_for_file(const struct pp_report *report)
{
    return report->binary || strcmp(report->suffix, "svg") == 0;
}

static int deliver(const struct pp_report *report, struct pp_slice bytes,
                   const struct pp_destination *destination,
                   struct pp_error *err)
{
    bool is_terminal = isatty(STDOUT_FILENO);
    if (destination->path)
        return write_file(destination->path, bytes, err);
    if (destination->command)
        return run_command(destination->command, bytes, err);
    if (report->viewer)
        return pp_viewer_show(report->viewer, bytes, report->suffix,
                              destination->interactive, err);
    if (is_for_file(report) && (is_terminal || destination->interactive))
        return write_numbered(report->suffix, bytes, err);
    return is_terminal ? write_terminal(bytes, err) : write_stdout(bytes, err);
}

int pp_output_deliver(const struct pp_report *report, struct pp_slice bytes,
                      const struct pp_destination *destination,
                      struct pp_error *err)
{
    if (!report->picture)
        return deliver(report, bytes, destination, err);
    struct pp_buffer picture = {0};
    int status = pp_draw(bytes, report->picture, &picture, err);
    if (status == 0)
        status = deliver(report, pp_buffer_slice(&picture), destination, err);
    pp_buffer_release(&picture);
    return status;
}

void pp_output_clean_up(void)
{
    pp_viewer_clean_up();
}
