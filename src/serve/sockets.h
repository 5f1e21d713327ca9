/* sockets: inside of libpprof-http.so. From "localhost:6060" to sockets that
 * listen. */
#ifndef PP_SERVE_SOCKETS_H
#define PP_SERVE_SOCKETS_H

#include "base/base.h"

#define PP_SOCKETS_MAX 2 /* localhost has two addresses, all else has one */

struct pp_listen_address {
    char host[256]; /* "localhost" where the text names none */
    char port[8];   /* digits */
};

/* "host:port", "[::1]:port", ":port" or "port". PP_E_USAGE. */
int pp_listen_address_parse(const char *text, struct pp_listen_address *address,
                            struct pp_error *err);

struct pp_sockets {
    int fds[PP_SOCKETS_MAX]; /* listening, not blocking, close-on-exec */
    uint32_t count;
    bool loopback;   /* nobody but this machine can connect */
    char bound[128]; /* "127.0.0.1:6060" */
};

/* Listen. 0 or a negative errno; then no socket is open. */
int pp_sockets_open(const struct pp_listen_address *address,
                    struct pp_sockets *sockets, struct pp_error *err);
void pp_sockets_close(struct pp_sockets *sockets);

#endif
