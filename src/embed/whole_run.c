/* PPROF_CPUPROFILE: the CPU profile of the whole run, written at its end.
 *
 * Invariant: the file belongs to the process that opened it. A child of fork
 * has the descriptor too, but never writes to it.
 */
#include "embed/embed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collect/collect.h"
#include "os/os.h"

static struct {
    int fd;            /* -1: none */
    struct stat about; /* the file behind fd, as we opened it */
    pid_t owner;
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

static int open_profile(void)
{
    return open(whole_run.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

void pp_whole_run_start(const char *file, uint32_t hz)
{
    name_profile(file);
    int fd = open_profile();
    if (fd < 0) {
        char reason[128];
        pp_complain(whole_run.path, pp_strerror(errno, reason, sizeof reason));
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

void pp_whole_run_finish(void)
{
    /* A vfork child shares our memory, so ask the kernel who we are. */
    if (whole_run.fd < 0 || syscall(SYS_getpid) != whole_run.owner)
        return;
    int fd = profile_fd();
    whole_run.fd = -1;
    struct pp_error err = {0};
    struct pp_profile *profile;
    if (pp_cpu_stop(PP_CPU_WHOLE_RUN, &profile, &err) < 0 ||
        pp_write_profile(profile, fd, &err) < 0)
        pp_complain(whole_run.path, err.text);
    close(fd);
}
