/* The table of profilers, and what is not of one of them alone. */
#include "collect/collect.h"

#include "collect/cpu.h"
#include "collect/names.h"
#include "os/os.h"

const struct pp_profiler *const pp_profilers[] = {
    &pp_profiler_cpu,
    NULL,
};

int pp_collect_command_line(struct pp_buffer *out, struct pp_error *err)
{
    int status = pp_os_read_file("/proc/self/cmdline", out);
    if (status < 0)
        return pp_fail_errno(err, -status, "/proc/self/cmdline");
    /* Joined by NUL, and none behind the last. */
    while (out->size && out->data[out->size - 1] == 0)
        out->size--;
    return PP_OK;
}

void pp_collect_before_fork(void)
{
    pp_names_before_fork();
    pp_cpu_before_fork();
}

void pp_collect_after_fork(bool is_child)
{
    pp_cpu_after_fork(is_child);
    pp_names_after_fork(is_child);
}
