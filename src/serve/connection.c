/* Connections and their requests, between evhttp and the dispatcher.
 *
 *   accepted --> reading --> collecting --> writing --> reading --> ...
 *
 * Invariant: a connection is not free from the moment evhttp asks for its
 * bufferevent until evhttp tells that it is closed, so there are never more
 * than PP_CONNECTIONS_MAX: with all of them taken we stop accepting. Exactly
 * while it is collecting or writing it owns an exchange, and however that ends
 * (all sent, the client gone, the listener stopped) the exchange is freed.
 *
 * What evhttp (libevent 2.1) leaves to us:
 *   - It has no limit on connections, and no hook for one that was accepted
 *     but for the making of its bufferevent. There we note it; before any of
 *     its bytes are looked at, `adopt` finds the evhttp_connection, which
 *     evhttp has by then made the argument of the bufferevent's callbacks.
 *   - Its timeout is for silence: a byte a minute keeps a connection for ever.
 *     So each request has a deadline.
 *   - It does not read while a request is answered (and ends the program if
 *     made to), so it does not notice a client that goes away. We peek at the
 *     socket ourselves. */
#include "serve/connection.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/keyvalq_struct.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    REQUEST_SECONDS = 30, /* for a request to come in whole, and idle time */
    STALL_SECONDS = 30,   /* without any progress */
    RESUME_MS = 200,      /* after descriptors ran out */
    HEAD_MAX = 64 << 10,  /* bytes; `symbol` takes its addresses by GET too */
    BODY_MAX = 4 << 20,
};

static const struct pp_slice prefix = {"/debug/pprof", 12};

/* ---- accepting ---------------------------------------------------------- */

static void set_accepting(struct pp_listener *listener, bool on)
{
    for (uint32_t i = 0; i < PP_SOCKETS_MAX; i++) {
        if (!listener->accepting[i])
            continue;
        if (on)
            evconnlistener_enable(listener->accepting[i]);
        else
            evconnlistener_disable(listener->accepting[i]);
    }
}

static struct pp_connection *find_free(struct pp_listener *listener)
{
    for (int i = 0; i < PP_CONNECTIONS_MAX; i++)
        if (listener->connections[i].phase == PP_CONNECTION_FREE)
            return &listener->connections[i];
    return NULL;
}

void pp_connections_accept(struct pp_listener *listener)
{
    set_accepting(listener, find_free(listener) != NULL);
}

void pp_connections_pause(struct pp_listener *listener)
{
    static const struct timeval later = {0, RESUME_MS * 1000};
    set_accepting(listener, false);
    evtimer_add(listener->resume, &later);
}

static void set_timer(struct pp_connection *connection, double seconds)
{
    struct timeval time = {(time_t)seconds, 0};
    time.tv_usec = (suseconds_t)((seconds - (double)time.tv_sec) * 1e6);
    evtimer_add(connection->timer, &time);
}

/* evhttp's hook: the bufferevent for a connection that was just accepted. */
static struct bufferevent *on_accepted(struct event_base *base, void *argument)
{
    struct pp_listener *listener = argument;
    struct pp_connection *connection = find_free(listener);
    struct bufferevent *stream = bufferevent_socket_new(base, -1, 0);
    if (!connection || !stream)
        return stream;
    connection->phase = PP_CONNECTION_READING;
    connection->accepted = stream;
    bufferevent_incref(stream);
    event_active(connection->adopt, EV_TIMEOUT, 0);
    if (!find_free(listener))
        set_accepting(listener, false);
    return stream;
}

/* ---- the end of an answer, and of a connection -------------------------- */

static void stop_watching(struct pp_connection *connection)
{
    if (connection->readable)
        event_free(connection->readable);
    connection->readable = NULL;
}

static void drop_exchange(struct pp_connection *connection)
{
    stop_watching(connection);
    connection->listener->host->free(connection->exchange);
    connection->exchange = NULL;
    connection->request = NULL;
}

static void give_back(struct pp_connection *connection)
{
    struct pp_listener *listener = connection->listener;
    evtimer_del(connection->timer);
    connection->phase = PP_CONNECTION_FREE;
    connection->fd = -1;
    connection->evhttp = NULL;
    if (!evtimer_pending(listener->resume, NULL))
        pp_connections_accept(listener);
}

/* evhttp's hook: it is about to close. */
static void on_closed(struct evhttp_connection *evhttp, void *argument)
{
    struct pp_connection *connection = argument;
    struct evhttp_request *request = connection->request;
    (void)evhttp;
    /* After an error evhttp leaves a request that nobody answered to us. */
    if (request && !evhttp_request_get_connection(request))
        evhttp_request_free(request);
    drop_exchange(connection);
    give_back(connection);
}

/* evhttp's hook: the last byte of an answer is in the socket. */
static void on_sent(struct evhttp_request *request, void *argument)
{
    struct pp_connection *connection = argument;
    (void)request;
    drop_exchange(connection);
    connection->phase = PP_CONNECTION_READING;
    set_timer(connection, REQUEST_SECONDS);
}

static void on_adopt(evutil_socket_t fd, short what, void *argument)
{
    struct pp_connection *connection = argument;
    struct bufferevent *stream = connection->accepted;
    bufferevent_data_cb on_read = NULL;
    void *evhttp = NULL;
    (void)fd, (void)what;
    connection->accepted = NULL;
    bufferevent_getcb(stream, &on_read, NULL, NULL, &evhttp);
    if (on_read && evhttp) {
        connection->evhttp = evhttp;
        connection->fd = bufferevent_getfd(stream);
        evhttp_connection_set_closecb(evhttp, on_closed, connection);
        set_timer(connection, REQUEST_SECONDS);
    } else {
        give_back(connection); /* evhttp had no memory and gave it up */
    }
    bufferevent_decref(stream);
}

/* ---- answering ---------------------------------------------------------- */

static void refuse(struct evhttp_request *request, int status,
                   const char *reason, const char *words)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    struct evbuffer *body = evhttp_request_get_output_buffer(request);
    evhttp_add_header(headers, "Content-Type", "text/plain; charset=utf-8");
    evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
    evhttp_add_header(headers, "X-Go-Pprof", "1");
    evhttp_add_header(headers, "Connection", "close");
    evbuffer_add_printf(body, "%s\n", words);
    evhttp_send_reply(request, status, reason, NULL);
}

static void add_headers(struct evkeyvalq *headers,
                        const struct pp_exchange *exchange)
{
    for (uint32_t i = 0; i < exchange->header_count; i++)
        evhttp_add_header(headers, exchange->headers[i].name,
                          exchange->headers[i].value);
    if (exchange->content_length < 0)
        return;
    char length[24];
    snprintf(length, sizeof length, "%" PRId64, exchange->content_length);
    evhttp_add_header(headers, "Content-Length", length);
}

/* Send the exchange, which stays where it is until all of it is sent: the
 * body is not copied. */
static void send_exchange(struct pp_connection *connection)
{
    struct evhttp_request *request = connection->request;
    struct pp_exchange *exchange = connection->exchange;
    connection->phase = PP_CONNECTION_WRITING;
    add_headers(evhttp_request_get_output_headers(request), exchange);
    if (exchange->body.size > 0 &&
        evbuffer_add_reference(evhttp_request_get_output_buffer(request),
                               exchange->body.data, exchange->body.size, NULL,
                               NULL) < 0) {
        evhttp_connection_free(connection->evhttp);
        return;
    }
    evhttp_send_reply(request, exchange->status, exchange->reason, NULL);
}

static void on_timer(evutil_socket_t fd, short what, void *argument)
{
    struct pp_connection *connection = argument;
    (void)fd, (void)what;
    if (connection->phase == PP_CONNECTION_COLLECTING) {
        stop_watching(connection);
        connection->listener->host->finish(connection->exchange);
        send_exchange(connection);
    } else {
        evhttp_connection_free(connection->evhttp);
    }
}

/* While we collect, the client either is silent, or is gone, or has sent its
 * next request already; such a one we cannot see go. */
static void on_readable(evutil_socket_t fd, short what, void *argument)
{
    struct pp_connection *connection = argument;
    char byte;
    (void)what;
    ssize_t size = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (size > 0)
        stop_watching(connection);
    else if (size == 0 || (errno != EAGAIN && errno != EINTR))
        evhttp_connection_free(connection->evhttp);
}

static void collect(struct pp_connection *connection)
{
    connection->phase = PP_CONNECTION_COLLECTING;
    connection->readable =
        event_new(connection->listener->base, connection->fd,
                  EV_READ | EV_PERSIST, on_readable, connection);
    if (connection->readable)
        event_add(connection->readable, NULL);
    set_timer(connection, connection->exchange->wait_seconds);
}

/* ---- requests ----------------------------------------------------------- */

static const char *method_name(enum evhttp_cmd_type method)
{
    switch (method) {
    case EVHTTP_REQ_GET:
        return "GET";
    case EVHTTP_REQ_HEAD:
        return "HEAD";
    case EVHTTP_REQ_POST:
        return "POST";
    default: /* the dispatcher has no use for any other */
        return "OTHER";
    }
}

static struct pp_slice get_header(struct evhttp_request *request,
                                  const char *name)
{
    return pp_slice_of(
        evhttp_find_header(evhttp_request_get_input_headers(request), name));
}

/* The Host header, or what stands for it in "GET http://host/path". */
static struct pp_slice get_host(struct evhttp_request *request)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    const char *host = uri ? evhttp_uri_get_host(uri) : NULL;
    return host ? pp_slice_of(host) : get_header(request, "Host");
}

/* NULL, or why this request gets no answer. */
static const char *find_objection(const struct pp_guard *guard,
                                  struct evhttp_request *request)
{
    struct pp_slice host = get_host(request);
    if (!pp_guard_allows_host(guard, host))
        return "Refused: the Host of this request is not a name of this "
               "listener (DNS rebinding?); ask by IP address, or listen on "
               "that name";
    if (!pp_guard_allows_origin(get_header(request, "Origin"), host) ||
        !pp_guard_allows_fetch(get_header(request, "Sec-Fetch-Site"),
                               get_header(request, "Sec-Fetch-Mode")))
        return "Refused: this request was made by a page of another origin";
    return NULL;
}

static struct pp_exchange *begin(const struct pp_serve_host *host,
                                 struct evhttp_request *request)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    struct evbuffer *body = evhttp_request_get_input_buffer(request);
    const char *encoded = evhttp_uri_get_path(uri);
    size_t path_size = 0;
    char *path = evhttp_uridecode(encoded ? encoded : "", 0, &path_size);
    if (!path)
        return NULL;
    struct pp_exchange *exchange = host->begin(&(struct pp_request){
        .method = method_name(evhttp_request_get_command(request)),
        .prefix = prefix,
        .path = {path, path_size},
        .query = pp_slice_of(evhttp_uri_get_query(uri)),
        .host = get_host(request),
        .body = {(const char *)evbuffer_pullup(body, -1),
                 evbuffer_get_length(body)},
    });
    free(path);
    return exchange;
}

static struct pp_connection *find_connection(
    struct pp_listener *listener, const struct evhttp_connection *evhttp)
{
    for (int i = 0; i < PP_CONNECTIONS_MAX; i++)
        if (listener->connections[i].evhttp == evhttp)
            return &listener->connections[i];
    return NULL;
}

/* evhttp's hook: a request is there, whole. */
static void on_request(struct evhttp_request *request, void *argument)
{
    struct pp_listener *listener = argument;
    struct pp_connection *connection =
        find_connection(listener, evhttp_request_get_connection(request));
    const char *objection = find_objection(&listener->guard, request);
    if (objection) {
        refuse(request, 403, "Forbidden", objection);
        return;
    }
    struct pp_exchange *exchange =
        connection ? begin(listener->host, request) : NULL;
    if (!exchange) {
        refuse(request, 503, "Service Unavailable", "out of memory");
        return;
    }
    evtimer_del(connection->timer);
    connection->request = request;
    connection->exchange = exchange;
    evhttp_request_set_on_complete_cb(request, on_sent, connection);
    if (exchange->wait_seconds > 0)
        collect(connection);
    else
        send_exchange(connection);
}

/* ---- all of them -------------------------------------------------------- */

static bool init_connection(struct pp_listener *listener,
                            struct pp_connection *connection)
{
    connection->listener = listener;
    connection->adopt = event_new(listener->base, -1, 0, on_adopt, connection);
    connection->timer = evtimer_new(listener->base, on_timer, connection);
    return connection->adopt && connection->timer;
}

bool pp_connections_init(struct pp_listener *listener)
{
    struct evhttp *http = listener->http;
    for (int i = 0; i < PP_CONNECTIONS_MAX; i++)
        if (!init_connection(listener, &listener->connections[i]))
            return false;
    evhttp_set_bevcb(http, on_accepted, listener);
    evhttp_set_gencb(http, on_request, listener);
    evhttp_set_timeout(http, STALL_SECONDS);
    evhttp_set_max_headers_size(http, HEAD_MAX);
    evhttp_set_max_body_size(http, BODY_MAX);
    evhttp_set_allowed_methods(http, UINT16_MAX); /* the dispatcher says 405 */
    return true;
}

void pp_connections_release(struct pp_listener *listener)
{
    for (int i = 0; i < PP_CONNECTIONS_MAX; i++) {
        struct pp_connection *connection = &listener->connections[i];
        if (connection->adopt)
            event_free(connection->adopt);
        if (connection->timer)
            event_free(connection->timer);
    }
}
