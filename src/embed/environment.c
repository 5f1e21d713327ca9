/* Environment variables ask libpprof for things: who else was asked, and the
 * one place where it answers in words. */
#include "embed/embed.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"

void pp_complain(const char *what, const char *why)
{
    char line[1200];
    int size = snprintf(line, sizeof line, "libpprof: %s: %s\n", what, why);
    if (size > 0)
        pp_os_write_all(STDERR_FILENO, line, strlen(line));
}

bool pp_is_first_process(const char *variable)
{
    char pid[24];
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    const char *owner = getenv(variable);
    if (!owner)
        setenv(variable, pid, 1);
    return !owner || strcmp(owner, pid) == 0;
}
