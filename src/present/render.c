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

static int print(const struct pp_report *report, struct pp_profile *profile,
                 const struct pp_options *options, struct pp_output *drain,
                 struct pp_buffer *out, struct pp_error *err)
{
    const struct pp_report_output output = {
        .out = out,
        .warn = warn,
        .exhausted = pp_die_without_memory,
        .context = drain,
        .drain = drain ? pp_output_drain : NULL,
    };
    int status = pp_report_print(report, profile, options, &output, err);
    return status >= 0 && out->failed ? pp_fail_memory(err) : status;
}

int pp_render(const struct pp_report *report, struct pp_profile *profile,
              const struct pp_options *options, struct pp_buffer *out,
              struct pp_error *err)
{
    return print(report, profile, options, NULL, out, err);
}

int pp_render_to(const struct pp_report *report, struct pp_profile *profile,
                 const struct pp_options *options,
                 const struct pp_destination *destination, struct pp_error *err)
{
    struct pp_output output;
    struct pp_buffer bytes = {0};
    pp_output_begin(&output, report, destination);
    int status =
        print(report, profile, options,
              pp_output_can_drain(&output) ? &output : NULL, &bytes, err);
    if (status >= 0)
        status = pp_output_end(&output, pp_buffer_slice(&bytes), err);
    else
        pp_output_abandon(&output);
    pp_buffer_release(&bytes);
    return output.is_unread ? PP_OK : status;
}
