/* present: one run of the tool, in the reference's order: read the command
 * line, load the profile, print the report, or those that are asked for then.
 *
 * Memory is released at the end although the process is over then: that lets a
 * leak checker find what is lost on the way.
 */
#include "present/present.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"
#include "present/arguments.h"
#include "present/load.h"
#include "present/output.h"
#include "present/render.h"
#include "present/shell.h"
#include "present/terminal.h"
#include "present/version.h"

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
    const char *path = arguments->settings.output;
    const struct pp_destination destination = {
        .path = path && path[0] ? path : NULL,
    };
    return pp_render_to(arguments->report, profile, &arguments->settings.report,
                        &destination, err);
}

static int load_and_present(struct pp_arguments *arguments,
                            struct pp_error *err)
{
    struct pp_profile *profile;
    struct pp_binaries *binaries;
    int status = pp_load(arguments, &profile, &binaries, err);
    arguments->settings.report.binaries = binaries;
    if (status >= 0 && arguments->action == PP_ACTION_SHELL)
        status = pp_shell(profile, &arguments->settings, err);
    else if (status >= 0)
        status = print_report(arguments, profile, err);
    if (profile)
        pp_profile_free(profile);
    pp_binaries_free(binaries);
    pp_output_clean_up();
    return status;
}

static int act(struct pp_arguments *arguments, struct pp_error *err)
{
    switch (arguments->action) {
    case PP_ACTION_HELP:
        print_help();
        return 0;
    case PP_ACTION_VERSION:
        return print_version(err);
    default:
        return load_and_present(arguments, err);
    }
}

static int read_and_act(int argc, char **argv, struct pp_error *err)
{
    struct pp_arguments arguments;
    int status = pp_arguments_parse(&arguments, argc, argv, pp_tell, err);
    if (status == PP_E_NOT_FOUND)
        print_help();
    if (status >= 0)
        status = act(&arguments, err);
    pp_arguments_release(&arguments);
    return status;
}

/* Where a standard stream is closed the next file would become it, and messages
 * end in a report. What takes its place here cannot be used either. */
static void occupy_closed_streams(void)
{
    static const int useless[] = {
        [STDIN_FILENO] = O_WRONLY,
        [STDOUT_FILENO] = O_RDONLY,
        [STDERR_FILENO] = O_RDONLY,
    };
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", useless[fd]);
}

int pp_present(int argc, char **argv)
{
    struct pp_error err = {0};
    occupy_closed_streams();
    /* `pprof -raw ... | head` ends quietly, whatever our parent ignores. */
    signal(SIGPIPE, SIG_DFL);
    if (read_and_act(argc, argv, &err) >= 0)
        return 0;
    pp_tell_format("pprof: %s", err.text);
    return PP_EXIT_ERROR;
}
