/* history_path: by the XDG Base Directory Specification. */
#include "present/history_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *pp_history_path(const char *state_home, const char *home)
{
    char *path = NULL;
    int size;
    if (state_home && state_home[0] == '/')
        size = asprintf(&path, "%s/pprof/history", state_home);
    else if (home && home[0])
        size = asprintf(&path, "%s/.local/state/pprof/history", home);
    else
        return strdup("");
    return size < 0 ? NULL : path;
}

bool pp_history_make_directories(const char *path)
{
    char *part = strdup(path);
    bool is_good = part != NULL;
    for (char *slash = part; is_good && (slash = strchr(slash + 1, '/'));) {
        *slash = 0;
        is_good = mkdir(part, 0700) == 0 || errno == EEXIST;
        *slash = '/';
    }
    free(part);
    return is_good;
}
