/* output: where a report goes. Bytes leave as the report wrote them, except to
 * a terminal, which gets them harmless.
 *
 * Specification: generateReport and awayFromTTY of the reference's driver.
 */
#include "present/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "fetch/fetch.h"
#include "os/os.h"
#include "present/terminal.h"

static int write_file(const char *path, struct pp_slice bytes,
                      struct pp_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return pp_fail_errno(err, errno, "open %s", path);
    pp_tell_format("Generating report in %s", path);
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

/* What belongs into a file of its own: bytes, and pictures. */
static bool is_for_file(const struct pp_report *report)
{
    return report->binary || strcmp(report->suffix, "svg") == 0;
}

int pp_output_deliver(const struct pp_report *report, struct pp_slice bytes,
                      const struct pp_destination *destination,
                      struct pp_error *err)
{
    if (destination->path)
        return write_file(destination->path, bytes, err);
    if (!isatty(STDOUT_FILENO))
        return write_stdout(bytes, err);
    if (is_for_file(report))
        return write_numbered(report->suffix, bytes, err);
    return write_terminal(bytes, err);
}

void pp_output_clean_up(void)
{
}
