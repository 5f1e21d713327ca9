/* process: see process.h. What a program is to do with signals it decides
 * itself: it gets them as if the tool had never touched them. */
#include "present/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* Each returns 0, or what is wrong as a positive errno. */
static int redirect(const struct pp_process *process,
                    posix_spawn_file_actions_t *actions)
{
    int why = process->input < 0
                  ? posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
                                                     "/dev/null", O_RDONLY, 0)
                  : posix_spawn_file_actions_adddup2(actions, process->input,
                                                     STDIN_FILENO);
    if (why == 0 && process->is_silent)
        why = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO,
                                               "/dev/null", O_WRONLY, 0);
    return why;
}

static int set_attributes(const struct pp_process *process,
                          posix_spawnattr_t *attributes)
{
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    sigset_t defaults, none;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGQUIT);
    sigaddset(&defaults, SIGPIPE);
    if (process->is_apart)
        flags |= POSIX_SPAWN_SETPGROUP;
    int why = posix_spawnattr_setflags(attributes, flags);
    if (why == 0)
        why = posix_spawnattr_setsigdefault(attributes, &defaults);
    if (why == 0)
        why = posix_spawnattr_setsigmask(attributes, &none);
    return why;
}

int pp_process_start(const struct pp_process *process, const char *const *words,
                     pid_t *id)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int why = posix_spawn_file_actions_init(&actions);
    if (why)
        return -why;
    why = posix_spawnattr_init(&attributes);
    if (why == 0) {
        why = redirect(process, &actions);
        if (why == 0)
            why = set_attributes(process, &attributes);
        if (why == 0)
            why = posix_spawnp(id, words[0], &actions, &attributes,
                               (char *const *)words, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return -why;
}

int pp_process_wait(pid_t id)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    int status = 0, result;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    do
        result = waitpid(id, &status, 0) < 0 ? -errno : status;
    while (result == -EINTR);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    return result;
}
