/* Files by their build id, from the servers in $DEBUGINFOD_URLS. Private to
 * symbolize/. */
#ifndef PP_SYMBOLIZE_DEBUGINFOD_H
#define PP_SYMBOLIZE_DEBUGINFOD_H

#include "symbolize/symbolize.h"

enum pp_debuginfod_kind {
    PP_DEBUGINFOD_EXECUTABLE,
    PP_DEBUGINFOD_DEBUGINFO,
};

struct pp_debuginfod {
    const struct pp_symbolize_options *options;
    void *client;        /* debuginfod_client *; NULL: not needed so far */
    int64_t deadline_ns; /* of all waiting */
    bool is_announced, is_given_up;
};

/* All zero but for `options` is a valid one. */
void pp_debuginfod_release(struct pp_debuginfod *debuginfod);

/* Append the path of the file with this build id in hex, which is fetched
 * unless the library has it in its cache. false when no server has it, nobody
 * is to be asked, or a server failed: after that, an interrupt, or five minutes
 * in all nobody is asked again. The person hears once that there is something
 * to wait for, and once when it came to nothing. */
bool pp_debuginfod_find(struct pp_debuginfod *debuginfod,
                        enum pp_debuginfod_kind kind, struct pp_slice build_id,
                        struct pp_buffer *path);

#endif
