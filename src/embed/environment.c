/* Environment variables ask libpprof for things: who else was asked, and the
 * one place where it answers in words. */
#include "embed/embed.h"

#include <errno.h>
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

const char *pp_environment(const char *variable)
{
    size_t size = strlen(variable);
    for (char **entry = environ; entry && *entry; entry++)
        if (strncmp(*entry, variable, size) == 0 && (*entry)[size] == '=')
            return *entry + size + 1;
    return NULL;
}

bool pp_is_first_process(const char *variable)
{
    char pid[24];
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    const char *owner = pp_environment(variable);
    if (!owner)
        setenv(variable, pid, 1);
    return !owner || strcmp(owner, pid) == 0;
}

bool pp_parse_size(const char *text, size_t *size)
{
    static const struct {
        const char *letter;
        size_t size;
    } units[] = {
        {"", 1},
        {"k", (size_t)1 << 10},
        {"m", (size_t)1 << 20},
        {"g", (size_t)1 << 30},
    };
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long count = strtoull(text, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcasecmp(end, units[i].letter) == 0)
            return errno == 0 &&
                   !__builtin_mul_overflow(count, units[i].size, size);
    return false;
}
