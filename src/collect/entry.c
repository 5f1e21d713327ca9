/* Where libpprof meets the program: what happens when it is loaded, when the
 * program forks and ends, the public functions of pprof.h, and the C library's
 * names that are interposed.
 *
 * Invariant: unless an environment variable or a call asks for it, nothing is
 * started and nothing is opened.
 */
#include <pprof/pprof.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collect/collect.h"
#include "collect/cpu.h"
#include "collect/threads.h"
#include "os/os.h"
#include "serve/serve.h"

#define EXPORT __attribute__((visibility("default")))

/* One line on stderr: the only place where libpprof speaks, and only to answer
 * an environment variable. */
static void complain(const char *what, const char *why)
{
    char line[1200];
    int size = snprintf(line, sizeof line, "libpprof: %s: %s\n", what, why);
    if (size > 0)
        pp_os_write_all(STDERR_FILENO, line, strlen(line));
}

/* ---- the whole run: PPROF_CPUPROFILE --------------------------------------
 */

static struct {
    int fd;            /* -1: none */
    struct stat about; /* the file behind fd, as we opened it */
    pid_t owner;       /* only the process that opened it writes it */
    char path[4096];
} whole_run = {.fd = -1};

/* A program that the measured one starts inherits the environment, and must
 * not write over its parent's profile: it appends its process id, as
 * gperftools does. */
static void name_profile(const char *wanted)
{
    static const char owner_variable[] = "PPROF_CPUPROFILE_OWNER";
    char pid[24];
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    const char *owner = getenv(owner_variable);
    bool is_child = owner && strcmp(owner, pid) != 0;
    snprintf(whole_run.path, sizeof whole_run.path, "%s%s%s", wanted,
             is_child ? "_" : "", is_child ? pid : "");
    if (!owner)
        setenv(owner_variable, pid, 1);
}

static void start_whole_run(const char *wanted, uint32_t hz)
{
    name_profile(wanted);
    int fd =
        open(whole_run.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        char reason[128];
        complain(whole_run.path, pp_strerror(errno, reason, sizeof reason));
        return;
    }
    struct pp_error err = {0};
    if (pp_cpu_start(PP_CPU_WHOLE_RUN, hz, &err) < 0) {
        complain("PPROF_CPUPROFILE", err.text);
        close(fd);
        return;
    }
    fstat(fd, &whole_run.about);
    whole_run.fd = fd;
    whole_run.owner = getpid();
}

/* A program that closes what it did not open (daemons do) may have our number
 * for a file of its own by now: then ours is opened again. */
static int whole_run_fd(void)
{
    struct stat now;
    bool is_ours = fstat(whole_run.fd, &now) == 0 &&
                   now.st_dev == whole_run.about.st_dev &&
                   now.st_ino == whole_run.about.st_ino;
    return is_ours ? whole_run.fd
                   : open(whole_run.path,
                          O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

/* Encode and write a profile, and free it. */
static int write_profile(struct pp_profile *profile, int fd,
                         struct pp_error *err)
{
    struct pp_buffer bytes = {0};
    int status = pp_collect_encode(profile, &bytes, err);
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

static void finish_whole_run(void)
{
    /* A vfork child shares our memory, so ask the kernel who we are. */
    if (whole_run.fd < 0 || syscall(SYS_getpid) != whole_run.owner)
        return;
    int fd = whole_run_fd();
    whole_run.fd = -1;
    struct pp_error err = {0};
    struct pp_profile *profile;
    if (pp_cpu_stop(PP_CPU_WHOLE_RUN, &profile, &err) < 0 ||
        write_profile(profile, fd, &err) < 0)
        complain(whole_run.path, err.text);
    close(fd);
}

/* ---- pprof.h ------------------------------------------------------------- */

static pthread_mutex_t caller_lock = PTHREAD_MUTEX_INITIALIZER;
static int caller_fd = -1; /* of pprof_start_cpu_profile */

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

EXPORT int pprof_start_cpu_profile(int fd)
{
    if (fcntl(fd, F_GETFD) < 0)
        return -EBADF;
    pthread_mutex_lock(&caller_lock);
    int status = errno_of(pp_cpu_start(PP_CPU_CALLER, 0, NULL));
    if (status == 0)
        caller_fd = fd;
    pthread_mutex_unlock(&caller_lock);
    return status;
}

EXPORT int pprof_stop_cpu_profile(void)
{
    pthread_mutex_lock(&caller_lock);
    int status = 0;
    if (caller_fd >= 0) {
        int fd = caller_fd;
        caller_fd = -1;
        struct pp_profile *profile;
        errno = 0;
        status = pp_cpu_stop(PP_CPU_CALLER, &profile, NULL);
        if (status == PP_OK)
            status = write_profile(profile, fd, NULL);
        status = status == PP_E_SYSTEM && errno ? -errno : errno_of(status);
    }
    pthread_mutex_unlock(&caller_lock);
    return status;
}

EXPORT int pprof_set_cpu_profile_rate(int hz)
{
    return hz > 0 && pp_cpu_set_rate((uint32_t)hz) ? 0 : -EINVAL;
}

/* ---- interposed names -----------------------------------------------------
 */

static int (*c_library_thread_create)(pthread_t *, const pthread_attr_t *,
                                      void *(*)(void *), void *);

/* Other libraries' constructors may create threads before ours runs. */
static void find_c_library(void)
{
    if (c_library_thread_create)
        return;
    *(void **)&c_library_thread_create = dlsym(RTLD_NEXT, "pthread_create");
    pp_os_thread_create = c_library_thread_create;
}

EXPORT int pthread_create(pthread_t *restrict thread,
                          const pthread_attr_t *restrict attributes,
                          void *(*run)(void *), void *restrict argument)
{
    find_c_library();
    if (!c_library_thread_create)
        return EAGAIN;
    return pp_threads_create(thread, attributes, run, argument);
}

/* The ways out that pass by the destructors. */
EXPORT void _exit(int status)
{
    finish_whole_run();
    for (;;)
        syscall(SYS_exit_group, status);
}

EXPORT void _Exit(int status)
{
    _exit(status);
}

/* ---- fork ---------------------------------------------------------------- */

static __thread sigset_t mask_before_fork;

/* A signal that comes more often than the kernel can copy a large process
 * would make fork start over for ever. */
static void before_fork(void)
{
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGPROF);
    pthread_sigmask(SIG_BLOCK, &ours, &mask_before_fork);
    pthread_mutex_lock(&caller_lock);
    pp_cpu_before_fork();
}

static void after_fork_in_parent(void)
{
    pp_cpu_after_fork(false);
    pthread_mutex_unlock(&caller_lock);
    pthread_sigmask(SIG_SETMASK, &mask_before_fork, NULL);
}

static void after_fork_in_child(void)
{
    pp_cpu_after_fork(true);
    pp_collect_after_fork();
    pp_serve_after_fork();
    caller_fd = -1;
    pthread_mutex_unlock(&caller_lock);
    pthread_sigmask(SIG_SETMASK, &mask_before_fork, NULL);
}

/* ---- loading and ending ---------------------------------------------------
 */

static uint32_t rate_from_environment(void)
{
    const char *text = getenv("PPROF_CPUPROFILERATE");
    if (!text || !*text)
        return 0;
    char *end;
    long hz = strtol(text, &end, 10);
    if (*end == 0 && hz > 0 && pp_cpu_set_rate((uint32_t)hz))
        return (uint32_t)hz;
    complain("PPROF_CPUPROFILERATE", "not a rate from 1 to 10000: 100 is used");
    return 0;
}

__attribute__((constructor)) static void loaded(void)
{
    find_c_library();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    uint32_t hz = rate_from_environment();
    const char *file = getenv("PPROF_CPUPROFILE");
    if (file && *file)
        start_whole_run(file, hz);
    const char *address = getenv("PPROF_HTTP");
    struct pp_error err = {0};
    if (address && *address && pp_serve_start(address, &err) < 0)
        complain("PPROF_HTTP", err.text);
}

__attribute__((destructor)) static void unloaded(void)
{
    finish_whole_run();
    pp_serve_stop();
}
