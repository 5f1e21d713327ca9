/* The directories that the person keeps binaries in: $PPROF_BINARY_PATH, or
 * ~/pprof/binaries. Private to symbolize/. */
#ifndef PP_SYMBOLIZE_DIRECTORIES_H
#define PP_SYMBOLIZE_DIRECTORIES_H

#include "symbolize/symbolize.h"

/* Those that are there. */
struct pp_directories {
    struct pp_arena arena;
    const char **items;
    uint32_t count, capacity;
};

/* To be released in any case. PP_E_MEMORY. */
int pp_directories_find(struct pp_directories *directories,
                        const struct pp_symbolize_options *options);
void pp_directories_release(struct pp_directories *directories);

#endif
