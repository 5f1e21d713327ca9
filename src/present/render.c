/* render: from a profile to the bytes of a report. */
#include "present/render.h"

#include <unistd.h>

#include "os/os.h"
#include "present/present.h"
#include "present/terminal.h"

void pp_die_without_memory(void)
{
    static const char words[] = "pprof: out of memory\n";
    pp_os_write_all(STDERR_FILENO, words, sizeof(words) - 1);
    _exit(PP_EXIT_ERROR);
}

static void warn(void *context, const char *line)
{
    (void)context;
    pp_tell(line);
}

int pp_render(const struct pp_report *report, struct pp_profile *profile,
              const struct pp_options *options, struct pp_buffer *out,
              struct pp_error *err)
{
    const struct pp_report_output output = {
        .out = out,
        .warn = warn,
        .exhausted = pp_die_without_memory,
    };
    int status = pp_report_print(report, profile, options, &output, err);
    return status >= 0 && out->failed ? pp_fail_memory(err) : status;
}
