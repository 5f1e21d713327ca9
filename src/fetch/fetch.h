/* fetch: files and URLs become profiles. */
#ifndef PP_FETCH_FETCH_H
#define PP_FETCH_FETCH_H

#include <signal.h>

#include "base/base.h"
#include "profile/profile.h"

/* Bytes of a URL, with its NUL. */
#define PP_FETCH_URL_MAX 2048

/* Most bytes that a file or an answer may have. */
#define PP_FETCH_SIZE_MAX ((size_t)4 << 30)

struct pp_fetch_options {
    int64_t seconds; /* -seconds: put into the URL's query; <= 0: not given */
    int64_t timeout; /* -timeout: the answer must begin within so many seconds;
                        <= 0: 1.5 times the duration, or 60. 5 are added. */
    const char *tls_cert, *tls_key, *tls_ca; /* files, or NULL */

    /* A line for the person ("Fetching profile over HTTP from ..."), or
     * NULL. */
    void (*say)(void *context, const char *line);
    /* Called some ten times a second while waiting, and once with bytes and
     * elapsed at -1 when the waiting is over; NULL where stderr is not a
     * terminal. Seconds; expected is 0 when unknown; bytes of all answers. */
    void (*progress)(void *context, double elapsed, double expected,
                     int64_t bytes);
    void *context;

    /* Set from a signal handler: stop and keep what can be kept. May be
     * NULL. */
    const volatile sig_atomic_t *interrupted;
};

/* What became of one source. */
struct pp_fetched {
    struct pp_profile *profile; /* the caller's, pp_profile_free; or NULL */
    struct pp_error err;        /* then why; only PP_E_SYSTEM names the file */
    bool remote;                /* over the network: a copy may be kept */
    bool cut_short;             /* of what had come when interrupted */
    char url[PP_FETCH_URL_MAX]; /* where from; "" for a file */
};

/* Fetch all `count` sources at the same time and check each profile
 * (pp_profile_check). Go's rules: an existing path is a file, anything else
 * is tried as a URL (host:port without scheme too; an empty path means
 * /debug/pprof/profile, as `go tool pprof` has it).
 *
 * fetched[i] tells of sources[i]. Returns how many profiles there are, or a
 * negative status when nothing could be tried at all. */
int pp_fetch(const char *const *sources, uint32_t count,
             const struct pp_fetch_options *options, struct pp_fetched *fetched,
             struct pp_error *err);

/* POST body, "0x1+0x2...", to the `symbol` (or `symbolz`) that stands beside a
 * profile's URL, or put it into queries where that is refused; the answers are
 * appended to out. */
int pp_fetch_symbol(const char *profile_url, struct pp_slice body,
                    const struct pp_fetch_options *options,
                    struct pp_buffer *out, struct pp_error *err);

/* Save a copy as the reference does: in $PPROF_TMPDIR, or $HOME/pprof, or
 * the temporary directory, under a name that is not taken:
 * pprof.<binary>.<sample types>.NNN.pb.gz. The path is put into `path`. `say`
 * (may be NULL) hears of directories that cannot be used. A file appears
 * whole or not at all, and none is ever overwritten. */
int pp_fetch_save(const struct pp_profile *profile, char *path,
                  size_t path_size, void (*say)(void *, const char *),
                  void *context, struct pp_error *err);

/* Put bytes into a new file <prefix>NNN<suffix>, NNN counting from 001 to the
 * first that is not taken, as pp_fetch_save does. */
int pp_fetch_save_bytes(struct pp_slice bytes, const char *prefix,
                        const char *suffix, char *path, size_t path_size,
                        struct pp_error *err);

#endif
