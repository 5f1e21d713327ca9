/* The listener is a shared object of its own, so that a program that never
 * serves anything never loads libevent. It is looked for beside libpprof.so
 * first: the two belong together, and a preloaded libpprof need not be
 * installed.
 *
 * Invariant: `lock` guards all of `served`; `handle` is there exactly while a
 * listener runs, and only then is `address` not empty. */
#include "serve/serve.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/os.h"

#define LISTENER_FILE "libpprof-http.so"

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

/* The directory of the object that this code is in, without the last '/'. */
static struct pp_slice own_directory(void)
{
    Dl_info info;
    if (!dladdr(&host, &info) || !info.dli_fname)
        return (struct pp_slice){0};
    const char *slash = strrchr(info.dli_fname, '/');
    if (!slash)
        return (struct pp_slice){0};
    return (struct pp_slice){info.dli_fname, (size_t)(slash - info.dli_fname)};
}

static void *open_at(struct pp_slice directory)
{
    struct pp_buffer path = {0};
    if (directory.size == 0)
        return NULL;
    pp_buffer_append_slice(&path, directory);
    pp_buffer_append_text(&path, "/" LISTENER_FILE);
    void *object = NULL;
    if (!path.failed && access(path.data, F_OK) == 0)
        object = dlopen(path.data, RTLD_NOW | RTLD_LOCAL);
    pp_buffer_release(&path);
    return object;
}

/* The object beside us, else wherever the system looks for it. */
static void *open_listener(struct pp_error *err)
{
    struct pp_slice directory = own_directory();
    dlerror();
    void *object = open_at(directory);
    const char *why_not = dlerror(); /* a file that is there, but broken */
    if (object || why_not) {
        if (!object)
            pp_fail(err, PP_E_NOT_FOUND, "%s", why_not);
        return object;
    }
    object = dlopen(LISTENER_FILE, RTLD_NOW | RTLD_LOCAL);
    if (object)
        return object;
    why_not = dlerror();
    if (strncmp(why_not, LISTENER_FILE ":", strlen(LISTENER_FILE ":")) == 0)
        pp_fail(err, PP_E_NOT_FOUND,
                LISTENER_FILE " was not found%s" PP_SLICE_FORMAT
                              ": it belongs beside libpprof.so",
                directory.size > 0 ? " in " : "", PP_SLICE_ARGS(directory));
    else
        pp_fail(err, PP_E_NOT_FOUND, "%s", why_not);
    return NULL;
}

static int load(struct pp_error *err)
{
    if (served.listener)
        return 0;
    void *object = open_listener(err);
    if (!object)
        return -ENOENT;
    const struct pp_serve_listener *listener =
        dlsym(object, PP_SERVE_LISTENER_SYMBOL);
    if (!listener || listener->version != PP_SERVE_LISTENER_VERSION) {
        dlclose(object);
        pp_fail(err, PP_E_NOT_FOUND,
                LISTENER_FILE " is of another version than libpprof.so");
        return -ENOENT;
    }
    served.listener = listener;
    return 0;
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
