/* url: what the reference makes of a source that is not a file. Private to
 * fetch. Pure: text in, text out. */
#ifndef PP_FETCH_URL_H
#define PP_FETCH_URL_H

#include "base/base.h"
#include "fetch/fetch.h"

struct pp_url_target {
    char url[PP_FETCH_URL_MAX]; /* as it is told to the person and the server */
    int64_t seconds;            /* the profile will take so long; 0: unknown */
    int64_t timeout;            /* seconds within which the answer must begin */
};

/* The reference's rules: what does not parse, or has a scheme but no host
 * ("localhost:6060/x"), is tried again behind "http://"; an empty path means
 * /debug/pprof/profile; the query is written anew with its keys sorted;
 * seconds > 0 goes into it; timeout <= 0 becomes 1.5 times the duration, or
 * 60. PP_E_NOT_FOUND when `source` cannot be a URL, PP_E_USAGE when it is too
 * long for us. */
int pp_url_adjust(const char *source, int64_t seconds, int64_t timeout,
                  struct pp_url_target *target, struct pp_error *err);

/* The `symbol` (under /debug/pprof/ and gperftools' paths) or `symbolz` that
 * stands beside a profile's URL. */
int pp_url_symbol(const char *url, char *symbol_url, size_t size,
                  struct pp_error *err);

/* How long a URL's server collects when its query does not say: 30 s for
 * .../profile, 1 s for .../trace, else 0. */
int64_t pp_url_default_seconds(const char *url);

/* The host's name, without port; empty when there is none. Borrowed. */
struct pp_slice pp_url_host_name(const char *url);

#endif
