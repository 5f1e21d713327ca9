/* present: one run of the tool, in the reference's order: read the command
 * line, load the profile, print the report.
 *
 * Memory is released at the end although the process is over then: that lets a
 * leak checker find what is lost on the way.
 */
#include "present/present.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"
#include "present/arguments.h"
#include "present/load.h"
#include "present/output.h"
#include "present/terminal.h"
#include "present/version.h"
#include "report/report.h"

enum { STATUS_ERROR = 2 };

static void die_without_memory(void)
{
    static const char words[] = "pprof: out of memory\n";
    pp_os_write_all(STDERR_FILENO, words, sizeof(words) - 1);
    _exit(STATUS_ERROR);
}

static void warn(void *context, const char *line)
{
    (void)context;
    pp_tell(line);
}

static void print_help(void)
{
    struct pp_buffer text = {0};
    pp_help_print(&text);
    pp_os_write_all(STDERR_FILENO, text.data, text.size);
    pp_buffer_release(&text);
}

static int print_version(struct pp_error *err)
{
    static const char text[] = "pprof " PP_VERSION "\n";
    int status = pp_os_write_all(STDOUT_FILENO, text, sizeof(text) - 1);
    return status < 0 ? pp_fail_errno(err, -status, "write standard output")
                      : 0;
}

static int print_report(const struct pp_arguments *arguments,
                        struct pp_profile *profile, struct pp_error *err)
{
    struct pp_buffer bytes = {0};
    const char *path = arguments->settings.output;
    const struct pp_destination destination = {
        .path = path && path[0] ? path : NULL,
    };
    const struct pp_report_output output = {
        .out = &bytes,
        .warn = warn,
        .exhausted = die_without_memory,
    };
    int status = pp_report_print(arguments->report, profile,
                                 &arguments->settings.report, &output, err);
    if (status >= 0 && bytes.failed)
        status = pp_fail_memory(err);
    if (status >= 0)
        status = pp_output_deliver(arguments->report, pp_buffer_slice(&bytes),
                                   &destination, err);
    pp_buffer_release(&bytes);
    return status;
}

static int report(const struct pp_arguments *arguments, struct pp_error *err)
{
    struct pp_profile *profile = NULL;
    int status = pp_load(arguments, &profile, err);
    if (status >= 0)
        status = print_report(arguments, profile, err);
    if (profile)
        pp_profile_free(profile);
    return status;
}

static int act(int argc, char **argv, struct pp_error *err)
{
    struct pp_arguments arguments;
    int status = pp_arguments_parse(&arguments, argc, argv, pp_tell, err);
    if (status == PP_E_NOT_FOUND)
        print_help();
    if (status < 0)
        return status;
    switch (arguments.action) {
    case PP_ACTION_HELP:
        print_help();
        return 0;
    case PP_ACTION_VERSION:
        return print_version(err);
    default:
        return report(&arguments, err);
    }
}

int pp_present(int argc, char **argv)
{
    struct pp_error err = {0};
    /* `pprof -raw ... | head` ends quietly, whatever our parent ignores. */
    signal(SIGPIPE, SIG_DFL);
    if (act(argc, argv, &err) >= 0)
        return 0;
    pp_tell_format("pprof: %s", err.text);
    return STATUS_ERROR;
}
