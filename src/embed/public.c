/* The functions of pprof.h. Invariant: caller_fd is there exactly while the
 * session of PP_CPU_CALLER is one that pprof_start_cpu_profile opened (HTTP
 * opens it too). */
#include <pprof/pprof.h>

#include "embed/embed.h"

#include <errno.h>
#include <fcntl.h>

#include "collect/collect.h"
#include "os/os.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int caller_fd = -1;

static int errno_of(int status)
{
    switch (status) {
    case PP_OK:
        return 0;
    case PP_E_BUSY:
        return -EBUSY;
    case PP_E_MEMORY:
        return -ENOMEM;
    case PP_E_USAGE:
        return -EINVAL;
    default:
        return -EAGAIN;
    }
}

int pp_write_profile(struct pp_profile *profile, int fd, struct pp_error *err)
{
    struct pp_buffer bytes = {0};
    int status = pp_collect_encode(profile, PP_SOURCE_DEFAULT, &bytes, err);
    pp_profile_free(profile);
    if (status == PP_OK) {
        int error = pp_os_write_all(fd, bytes.data, bytes.size);
        if (error < 0) {
            status = pp_fail_errno(err, -error, "cannot write the profile");
            errno = -error;
        }
    }
    pp_buffer_release(&bytes);
    return status;
}

PP_EXPORT int pprof_start_cpu_profile(int fd)
{
    if (fcntl(fd, F_GETFD) < 0)
        return -EBADF;
    pthread_mutex_lock(&lock);
    int status = errno_of(pp_cpu_start(PP_CPU_CALLER, 0, NULL));
    if (status == 0)
        caller_fd = fd;
    pthread_mutex_unlock(&lock);
    return status;
}

/* The lock is not held while names are looked up and bytes are written: a fork
 * waits for it, and the reader of a pipe may be who forks. */
PP_EXPORT int pprof_stop_cpu_profile(void)
{
    struct pp_profile *profile = NULL;
    int status = PP_OK;
    pthread_mutex_lock(&lock);
    int fd = caller_fd;
    if (fd >= 0)
        status = pp_cpu_stop(PP_CPU_CALLER, &profile, NULL);
    caller_fd = -1;
    pthread_mutex_unlock(&lock);

    errno = 0;
    if (profile)
        status = pp_write_profile(profile, fd, NULL);
    return status == PP_E_SYSTEM && errno ? -errno : errno_of(status);
}

PP_EXPORT int pprof_set_cpu_profile_rate(int hz)
{
    return hz > 0 && pp_cpu_set_rate((uint32_t)hz) ? 0 : -EINVAL;
}

void pp_public_after_fork_in_child(void)
{
    pthread_mutex_init(&lock, NULL);
    caller_fd = -1;
}
