/* The table of profilers, and a profile's way to bytes. */
#include "collect/collect.h"

#include <errno.h>
#include <pthread.h>

#include "collect/cpu.h"
#include "os/os.h"
#include "symbolize/symbolize.h"
#include "wire/wire.h"

const struct pp_profiler *const pp_profilers[] = {
    &pp_profiler_cpu,
    NULL,
};

/* Symbol tables are read once and kept for the next profile. */
static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;
static struct pp_source_names *names;

/* names_lock held */
static bool have_names(void)
{
    if (!names)
        names = pp_source_names_new();
    return names != NULL;
}

int pp_collect_encode(struct pp_profile *profile, struct pp_buffer *out,
                      struct pp_error *err)
{
    pthread_mutex_lock(&names_lock);
    if (have_names())
        pp_source_name_profile(names, profile);
    pthread_mutex_unlock(&names_lock);
    return pp_wire_encode_gzip(profile, out, err);
}

bool pp_collect_name_address(uint64_t address, struct pp_buffer *out)
{
    pthread_mutex_lock(&names_lock);
    bool found = have_names() && pp_source_name_address(names, address, out);
    pthread_mutex_unlock(&names_lock);
    return found;
}

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

/* A fork does not wait for names to be looked up: the child then reads the
 * tables anew, for they may be half made. */
static bool names_at_rest;

void pp_collect_before_fork(void)
{
    names_at_rest = pthread_mutex_trylock(&names_lock) == 0;
    pp_cpu_before_fork();
}

void pp_collect_after_fork(bool is_child)
{
    pp_cpu_after_fork(is_child);
    if (names_at_rest) {
        pthread_mutex_unlock(&names_lock);
    } else if (is_child) {
        pthread_mutex_init(&names_lock, NULL);
        names = NULL;
    }
}
