/* Maps of compiled code: see jit.h.
 *
 * Specification: tools/perf/Documentation/jit-interface.txt of Linux. */
#include "symbolize/jit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

void pp_jit_path(int64_t pid, char path[static PP_JIT_PATH_SIZE])
{
    snprintf(path, PP_JIT_PATH_SIZE, "/tmp/perf-%lld.map", (long long)pid);
}

static bool is_trusted(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISREG(about.st_mode) &&
           (about.st_uid == 0 || about.st_uid == geteuid());
}

int pp_jit_open(const char *path, struct pp_symbols **symbols,
                struct pp_error *err)
{
    *symbols = NULL;
    if (!is_trusted(path))
        return pp_fail(err, PP_E_NOT_FOUND, "%s: not there, or another's",
                       path);
    return pp_symbols_open_perf_map(path, symbols, err);
}
