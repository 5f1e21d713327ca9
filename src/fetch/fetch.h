/* fetch: a file or a URL becomes a profile. */
#ifndef PP_FETCH_FETCH_H
#define PP_FETCH_FETCH_H

#include <signal.h>

#include "base/base.h"
#include "profile/profile.h"

struct pp_fetch_options {
    double seconds; /* -seconds: put into the URL's query; <= 0: not given */
    double timeout; /* -timeout in seconds; <= 0: 1.5 times the duration, or 60 */
    const char *tls_cert, *tls_key, *tls_ca; /* files, or NULL */

    /* A line for the person ("Fetching profile over HTTP from ..."). */
    void (*say)(void *context, const char *line);
    /* Called some ten times a second while waiting for an answer; NULL where
     * stderr is not a terminal. expected is 0 when unknown. */
    void (*progress)(void *context, double elapsed, double expected,
                     uint64_t bytes);
    void *context;

    /* Set from a signal handler: stop and keep what can be kept. */
    const volatile sig_atomic_t *interrupted;
};

struct pp_fetched {
    struct pp_profile *profile; /* the caller's, pp_profile_free */
    bool remote;                /* came over the network: keep a copy */
    char url[2048];             /* where from; "" for a file */
};

/* Go's rules: an existing path is a file, anything else is tried as a URL
 * (host:port without scheme too; an empty path means
 * /debug/pprof/profile, as `go tool pprof` has it). */
int pp_fetch(const char *source, const struct pp_fetch_options *options,
             struct pp_fetched *fetched, struct pp_error *err);

/* POST body to the `symbol` (or `symbolz`) that stands beside a profile's URL;
 * the answer is appended to out. */
int pp_fetch_symbol(const char *profile_url, struct pp_slice body,
                    const struct pp_fetch_options *options,
                    struct pp_buffer *out, struct pp_error *err);

/* Save a copy as the reference does: in $PPROF_TMPDIR, or $HOME/pprof, or
 * the temporary directory, under a name that is not taken:
 * pprof.<binary>.<sample types>.NNN.pb.gz. The path is put into `path`. */
int pp_fetch_save(const struct pp_profile *profile, char *path,
                  size_t path_size, void (*say)(void *, const char *),
                  void *context, struct pp_error *err);

#endif
