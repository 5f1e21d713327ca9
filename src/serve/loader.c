/* The listener is a shared object of its own, so that a program that never
 * serves anything never loads libevent.
 *
 * Invariant: `lock` guards all of `served`; `handle` is there exactly while a
 * listener runs, and only then is `address` not empty. */
#include "serve/serve.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

static struct {
    pthread_mutex_t lock;
    pid_t owner; /* a child that no fork handler told of has no listener */
    const struct pp_serve_listener *listener; /* once loaded, for good */
    void *handle;
    char address[128];
} served = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const struct pp_serve_host host = {
    pp_serve_begin,
    pp_serve_finish,
    pp_serve_free,
    pp_os_start_thread,
};

static int load(struct pp_error *err)
{
    if (!served.listener)
        served.listener =
            pp_os_load_companion("libpprof-http.so", PP_SERVE_LISTENER_SYMBOL,
                                 PP_SERVE_LISTENER_VERSION, err);
    return served.listener ? 0 : -ENOENT;
}

static int start(const char *address, struct pp_error *err)
{
    if (served.handle) {
        pp_fail(err, PP_E_BUSY, "already listening on %s", served.address);
        return -EALREADY;
    }
    int status = load(err);
    if (status < 0)
        return status;
    status = served.listener->start(&host, address, served.address,
                                    sizeof served.address, &served.handle, err);
    served.owner = getpid();
    if (status < 0) {
        served.handle = NULL;
        served.address[0] = '\0';
    }
    return status;
}

int pp_serve_start(const char *address, struct pp_error *err)
{
    pthread_mutex_lock(&served.lock);
    int status = start(address, err);
    pthread_mutex_unlock(&served.lock);
    return status;
}

void pp_serve_stop(void)
{
    pthread_mutex_lock(&served.lock);
    if (served.handle && served.owner == syscall(SYS_getpid))
        served.listener->stop(served.handle);
    served.handle = NULL;
    served.address[0] = '\0';
    pthread_mutex_unlock(&served.lock);
}

const char *pp_serve_address(void)
{
    return served.address;
}

/* Another thread may have held the lock when this one forked. */
void pp_serve_after_fork(void)
{
    pthread_mutex_init(&served.lock, NULL);
    if (served.handle)
        served.listener->after_fork(served.handle);
    served.handle = NULL;
    served.address[0] = '\0';
}
