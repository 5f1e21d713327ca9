/* Code that a compiler made at run time, as it tells of it for perf: a map of
 * functions at /tmp/perf-PID.map. Private to symbolize/. */
#ifndef PP_SYMBOLIZE_JIT_H
#define PP_SYMBOLIZE_JIT_H

#include "object/object.h"

enum { PP_JIT_PATH_SIZE = 64 };

/* Where the map of a process is. */
void pp_jit_path(int64_t pid, char path[static PP_JIT_PATH_SIZE]);

/* The symbols of a map. As for perf it has to be root's or our own: the
 * directory is everybody's. PP_E_NOT_FOUND. */
int pp_jit_open(const char *path, struct pp_symbols **symbols,
                struct pp_error *err);

#endif
