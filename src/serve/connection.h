/* connection: inside of libpprof-http.so. The listener's state, and the
 * connections that it holds. All of it belongs to the listener's thread, but
 * for what listener.c says. */
#ifndef PP_SERVE_CONNECTION_H
#define PP_SERVE_CONNECTION_H

#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>

#include "serve/guard.h"
#include "serve/serve.h"
#include "serve/sockets.h"

enum { PP_CONNECTIONS_MAX = 64 };

struct pp_listener;

enum pp_connection_phase {
    PP_CONNECTION_FREE,
    PP_CONNECTION_READING,    /* a request, or waiting for the next one */
    PP_CONNECTION_COLLECTING, /* the answer takes its time */
    PP_CONNECTION_WRITING,    /* the answer */
};

struct pp_connection {
    struct pp_listener *listener;
    enum pp_connection_phase phase;
    int fd;                           /* -1: not open, or not known yet */
    struct bufferevent *accepted;     /* until adopted */
    struct evhttp_connection *evhttp; /* once adopted */
    struct event *adopt;              /* triggered when just accepted */
    struct event *timer;    /* deadline of reading, or end of collecting */
    struct event *readable; /* while collecting: data, or the end of it */
    struct evhttp_request *request; /* collecting and writing: what for, */
    struct pp_exchange *exchange;   /* ... and the answer, which is ours */
};

struct pp_listener {
    const struct pp_serve_host *host;
    struct pp_guard guard;
    struct pp_sockets sockets;
    int wake_fd; /* eventfd: written to, the thread ends */
    pthread_t thread;
    sem_t ready;     /* posted once the thread serves, or has given up */
    int status;      /* ... then 0 or a negative errno */
    jmp_buf escape;  /* out of an error that libevent takes for fatal */
    char words[200]; /* what it said last, or "" */

    struct event_base *base;
    struct evhttp *http;
    struct evconnlistener *accepting[PP_SOCKETS_MAX];
    struct event *wake;
    struct event *resume; /* a while after descriptors ran out */
    struct pp_connection connections[PP_CONNECTIONS_MAX];
};

/* Have evhttp count its connections with us and hand its requests to us. False
 * without memory. */
bool pp_connections_init(struct pp_listener *listener);

/* After evhttp is gone, and every connection with it. */
void pp_connections_release(struct pp_listener *listener);

/* Accept connections, if there is room for one more. */
void pp_connections_accept(struct pp_listener *listener);

/* Do not, for now: there is no descriptor or memory for one. */
void pp_connections_pause(struct pp_listener *listener);

#endif
