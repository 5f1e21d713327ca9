/* serve: the endpoints under /debug/pprof/, one request in, one answer out.
 *
 * The dispatcher knows no sockets: adapters and the built-in listener carry
 * the bytes. A request is answered at once, or asks to be finished after a
 * while (a CPU profile takes its seconds), so it fits an event loop (a timer)
 * as well as a thread (a sleep):
 *
 *     struct pp_exchange *exchange = pp_serve_begin(&request);
 *     wait for exchange->wait_seconds     (0: do not)
 *     pp_serve_finish(exchange);          or pp_serve_free at any time
 *     send exchange->status, headers, body
 *     pp_serve_free(exchange);
 *
 * Paths, headers and words are those of Go's net/http/pprof, so that clients
 * cannot tell the difference; where they differ it says so in dispatch.c.
 */
#ifndef PP_SERVE_SERVE_H
#define PP_SERVE_SERVE_H

#include <pthread.h>

#include "base/base.h"

struct pp_request {
    const char *method;     /* "GET" */
    struct pp_slice prefix; /* where we are mounted: "/debug/pprof" */
    struct pp_slice path;   /* of the URL, decoded, with the prefix */
    struct pp_slice query;  /* behind the '?', not decoded; may be empty */
    struct pp_slice host;   /* the Host header, for the index's links; or "" */
    struct pp_slice body;   /* of a POST */
};

struct pp_header {
    const char *name, *value;
};

struct pp_exchange {
    double wait_seconds; /* until pp_serve_finish may be called; 0: now */
    int status;          /* HTTP; valid after finish, as is all below */
    const char *reason;  /* "OK", "Not Found" */
    struct pp_header headers[8]; /* all but Content-Length, Date, Connection */
    uint32_t header_count;
    struct pp_buffer body;  /* empty for HEAD */
    int64_t content_length; /* the body's, also where HEAD leaves it out; -1:
                               nobody knows without doing the work */
    void *state;            /* the dispatcher's */
};

/* Never NULL except when out of memory: errors are answers too. Nothing of the
 * request is needed after the call. The three may be called from any thread,
 * one at a time for each exchange. */
struct pp_exchange *pp_serve_begin(const struct pp_request *request);

/* Does nothing where there was nothing to wait for. */
void pp_serve_finish(struct pp_exchange *exchange);

/* Free it; one that was not finished is cancelled: its collection stops. NULL
 * is fine. */
void pp_serve_free(struct pp_exchange *exchange);

/* Longest `seconds` that a client may ask for; more is an error. */
#define PP_SERVE_SECONDS_MAX 3600

/* ---- the listener: libpprof-http.so ------------------------------------- */

/* What the listener needs from the program's libpprof; a table, so that there
 * is one dispatcher and one place that knows the threads of our own, however
 * libpprof came into the program. */
struct pp_serve_host {
    struct pp_exchange *(*begin)(const struct pp_request *);
    void (*finish)(struct pp_exchange *);
    void (*free)(struct pp_exchange *);
    int (*start_thread)(const char *name, void *(*run)(void *), void *argument,
                        pthread_t *thread); /* pp_os_start_thread */
};

/* What libpprof-http.so exports, under the name "pprof_http_listener". */
struct pp_serve_listener {
    uint32_t version; /* PP_SERVE_LISTENER_VERSION, or it is not used */
    /* Bind, start the thread. On success *handle is the listener and `bound`
     * holds "address:port". A negative errno otherwise, words in err. host
     * must live as long as the listener. */
    int (*start)(const struct pp_serve_host *host, const char *address,
                 char *bound, size_t bound_size, void **handle,
                 struct pp_error *err);
    /* Cancel what is being collected, wait for the thread, free the handle. */
    void (*stop)(void *handle);
    /* In the child after fork: close the descriptors that are the parent's
     * business and forget the thread that is not there. Calls nothing but
     * close. */
    void (*after_fork)(void *handle);
};
#define PP_SERVE_LISTENER_VERSION 1
#define PP_SERVE_LISTENER_SYMBOL "pprof_http_listener"

/* Behind pprof_http_start and its family (http.h): load the listener, once.
 * Returns 0 or a negative errno (not a pp_status); the words in err are those
 * for a person: "cannot listen on 127.0.0.1:6060: address already in use". */
int pp_serve_start(const char *address, struct pp_error *err);
void pp_serve_stop(void);
const char *pp_serve_address(void);

/* In the child after fork: there is no listener here; the parent's is left
 * alone. */
void pp_serve_after_fork(void);

#endif
