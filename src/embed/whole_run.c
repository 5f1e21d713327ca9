/* PPROF_CPUPROFILE: the CPU profile of the whole run, written at its end.
 *
 * Invariants: the file belongs to the process that opened it (a child of fork
 * has the descriptor too, but never writes to it); and `state` only goes
 * forward, so the profile is written once, by whoever comes first.
 *
 * exit() writes it on the way. _exit may be called in a signal handler, on a
 * stack of a few kilobytes, with any lock of the C library held: there a thread
 * that was waiting for this writes it, and the caller waits for a while.
 */
#include "embed/embed.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "collect/collect.h"
#include "os/os.h"

enum { WAIT_SECONDS = 5 }; /* for the writer, before _exit gives up */

enum state {
    NONE,
    COLLECTING,
    ENDING, /* somebody shall write it */
    WRITING,
    WRITTEN,
};

static struct {
    _Atomic(uint32_t) state;
    int fd;
    struct stat about; /* the file behind fd, as we opened it */
    pid_t owner;
    char path[4096];
} whole_run;

/* ---- the file ----------------------------------------------------------- */

/* The program may change its directory before the file is opened again. */
static void make_absolute(const char *wanted, char *path, size_t size)
{
    size_t used = 0;
    if (wanted[0] != '/' && getcwd(path, size))
        used = strlen(path);
    snprintf(path + used, size - used, "%s%s", used ? "/" : "", wanted);
}

/* A program that the measured one starts inherits the environment, and must
 * not write over its parent's profile: it appends its process id, as
 * gperftools does. */
static void name_profile(const char *wanted)
{
    make_absolute(wanted, whole_run.path, sizeof whole_run.path);
    if (pp_is_first_process("PPROF_CPUPROFILE_OWNER"))
        return;
    size_t used = strlen(whole_run.path);
    snprintf(whole_run.path + used, sizeof whole_run.path - used, "_%d",
             (int)getpid());
}

/* Never one of the standard descriptors, should they be closed: the program
 * would write into the profile what it means for those. */
static int open_profile(void)
{
    int fd =
        open(whole_run.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return higher;
}

/* A program that closes what it did not open (daemons do) may have our number
 * for a file of its own by now: then ours is opened again. */
static int profile_fd(void)
{
    struct stat now;
    bool is_ours = fstat(whole_run.fd, &now) == 0 &&
                   now.st_dev == whole_run.about.st_dev &&
                   now.st_ino == whole_run.about.st_ino;
    return is_ours ? whole_run.fd : open_profile();
}

static void complain_errno(void)
{
    char reason[128];
    pp_complain(whole_run.path, pp_strerror(errno, reason, sizeof reason));
}

static void write_to_file(void)
{
    int fd = profile_fd();
    if (fd < 0) {
        complain_errno();
        return;
    }
    struct pp_error err = {0};
    struct pp_profile *profile;
    if (pp_cpu_stop(PP_CPU_WHOLE_RUN, &profile, &err) < 0 ||
        pp_write_profile(profile, fd, &err) < 0)
        pp_complain(whole_run.path, err.text);
    close(fd);
}

/* ---- who writes it, and who waits --------------------------------------- */

static void wait_while(uint32_t state, const struct timespec *limit)
{
    syscall(SYS_futex, &whole_run.state, FUTEX_WAIT_PRIVATE, state, limit, NULL,
            0);
}

static void set_state(uint32_t state)
{
    atomic_store(&whole_run.state, state);
    syscall(SYS_futex, &whole_run.state, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL,
            NULL, 0);
}

static bool advance(uint32_t from, uint32_t to)
{
    return atomic_compare_exchange_strong(&whole_run.state, &from, to);
}

static void wait_until_written(void)
{
    int64_t until_ns = pp_os_now_ns() + WAIT_SECONDS * (int64_t)1000000000;
    for (;;) {
        uint32_t state = atomic_load(&whole_run.state);
        int64_t left_ns = until_ns - pp_os_now_ns();
        if (state == NONE || state == WRITTEN || left_ns <= 0)
            return;
        struct timespec limit = {left_ns / 1000000000, left_ns % 1000000000};
        wait_while(state, &limit);
    }
}

static void *write_when_asked(void *unused)
{
    (void)unused;
    for (;;) {
        uint32_t state = atomic_load(&whole_run.state);
        if (state == ENDING && advance(ENDING, WRITING)) {
            write_to_file();
            set_state(WRITTEN);
        }
        if (state > ENDING)
            return NULL;
        wait_while(state, NULL);
    }
}

/* A vfork child shares our memory, so ask the kernel who we are. */
static bool is_mine(void)
{
    return atomic_load(&whole_run.state) != NONE &&
           syscall(SYS_getpid) == whole_run.owner;
}

void pp_whole_run_finish(void)
{
    if (!is_mine())
        return;
    if (advance(COLLECTING, WRITING)) {
        write_to_file();
        set_state(WRITTEN);
    } else {
        wait_until_written();
    }
}

void pp_whole_run_finish_anywhere(void)
{
    if (!is_mine())
        return;
    if (advance(COLLECTING, ENDING))
        set_state(ENDING);
    wait_until_written();
}

void pp_whole_run_start(const char *file, uint32_t hz)
{
    name_profile(file);
    int fd = open_profile();
    if (fd < 0) {
        complain_errno();
        return;
    }
    struct pp_error err = {0};
    if (pp_cpu_start(PP_CPU_WHOLE_RUN, hz, &err) < 0) {
        pp_complain("PPROF_CPUPROFILE", err.text);
        close(fd);
        return;
    }
    fstat(fd, &whole_run.about);
    whole_run.fd = fd;
    whole_run.owner = getpid();
    set_state(COLLECTING);
    /* Without it _exit ends without a profile, after the wait. */
    pthread_t thread;
    if (pp_os_start_thread("pprof-exit", write_when_asked, NULL, &thread) == 0)
        pthread_detach(thread);
}
