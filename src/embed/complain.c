/* The one place where libpprof speaks. */
#include "embed/embed.h"

#include <stdio.h>
#include <unistd.h>

#include "os/os.h"

void pp_complain(const char *what, const char *why)
{
    char line[1200];
    int size = snprintf(line, sizeof line, "libpprof: %s: %s\n", what, why);
    if (size > 0)
        pp_os_write_all(STDERR_FILENO, line, strlen(line));
}
