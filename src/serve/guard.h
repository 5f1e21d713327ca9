/* guard: inside of libpprof-http.so. Whom the listener answers. Pure.
 *
 * A page of any site can make its visitor's browser ask for
 * http://localhost:6060/..., and by DNS rebinding (its own name suddenly
 * means 127.0.0.1) it could even read the answer. Such a request gives itself
 * away: its Host header is a name that somebody out there owns, or its Origin
 * is not us. */
#ifndef PP_SERVE_GUARD_H
#define PP_SERVE_GUARD_H

#include "base/base.h"

struct pp_guard {
    char name[256];    /* the host that we were told to listen on */
    char machine[256]; /* what the machine calls itself, or "" */
    bool loopback;     /* nobody but this machine can connect */
};

/* May we answer a request with this Host header (with or without a port)? Yes
 *   - without one: every browser sends it;
 *   - an IP address: rebinding needs a name;
 *   - "localhost", the name listened on, the machine's own name;
 *   - unless only this machine can connect, a name that nobody on the
 *     Internet can own: one without a dot (a container's), or in a domain
 *     that is reserved for private use. */
bool pp_guard_allows_host(const struct pp_guard *guard, struct pp_slice host);

/* May a page of this origin have sent it? Only one that came from this very
 * Host. A request without an Origin header ("") is no page's. */
bool pp_guard_allows_origin(struct pp_slice origin, struct pp_slice host);

/* May it be what a page of another site asked for without saying so (an image,
 * a script: no Origin then)? Browsers tell in Sec-Fetch-Site and
 * Sec-Fetch-Mode; a person who follows a link is welcome. */
bool pp_guard_allows_fetch(struct pp_slice site, struct pp_slice mode);

#endif
