/* The listener: libpprof-http.so. A thread of its own with an event loop of
 * its own; this file is its life and its end.
 *
 * Invariant: from the start of the thread until it is joined, everything of
 * libevent belongs to it. Other threads touch wake_fd, and after a fork the
 * child's only one reads the descriptors.
 *
 * A guest in somebody's program must not end it, nor speak in its name:
 *   - libevent ends the process after an error that it takes for fatal (no
 *     descriptors left for a pipe is one). Our callback leaves the loop
 *     instead, on our thread; on any other it lets happen what would have
 *     happened, for a program that uses libevent itself shares it with us.
 *   - libevent prints warnings. Ours are kept, as words for pp_error; those of
 *     a program that uses libevent go where they went before.
 *   - A socket that its client has closed raises SIGPIPE here. All signals are
 *     blocked in this thread for as long as it lives, and SIGPIPE is sent to
 *     the thread, so it stays pending and ends with it. It is not taken out of
 *     the set, for one that was sent to the whole process is not ours.
 *   - All descriptors are close-on-exec, and poll is used: an epoll set would
 *     be shared with children that only fork. */
#include "serve/connection.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static __thread struct pp_listener *ours; /* on the listener's thread */

/* ---- what libevent has to say ------------------------------------------- */

static void on_fatal(int error)
{
    (void)error;
    if (ours)
        longjmp(ours->escape, 1);
}

static void on_log(int severity, const char *words)
{
    static const char *const names[] = {"debug", "msg", "warn", "err"};
    if (ours)
        snprintf(ours->words, sizeof ours->words, "%s", words);
    else /* as libevent does without a callback */
        fprintf(stderr, "[%s] %s\n", names[severity & 3], words);
}

/* The objects come in the order they were loaded in, and one that is loaded
 * for us comes behind us. */
static int find_libevent_before_us(struct dl_phdr_info *info, size_t size,
                                   void *found)
{
    (void)size;
    Dl_info us;
    if (dladdr((void *)(uintptr_t)on_log, &us) &&
        (uintptr_t)us.dli_fbase == info->dlpi_addr)
        return 1;
    if (strstr(info->dlpi_name, "/libevent"))
        *(bool *)found = true;
    return 0;
}

__attribute__((constructor)) static void listen_to_libevent(void)
{
    bool shared = false;
    dl_iterate_phdr(find_libevent_before_us, &shared);
    event_set_fatal_callback(on_fatal);
    if (!shared)
        event_set_log_callback(on_log);
}

/* ---- the event loop ----------------------------------------------------- */

static void on_wake(evutil_socket_t fd, short what, void *argument)
{
    struct pp_listener *listener = argument;
    (void)fd, (void)what;
    event_base_loopbreak(listener->base);
}

static void on_resume(evutil_socket_t fd, short what, void *argument)
{
    (void)fd, (void)what;
    pp_connections_accept(argument);
}

/* accept failed: descriptors or memory ran out, most likely. It would fail
 * again and again. (The argument is evhttp's own.) */
static void on_accept_error(struct evconnlistener *accepting, void *argument)
{
    (void)accepting, (void)argument;
    pp_connections_pause(ours);
}

static struct event_base *new_base(void)
{
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;
    event_config_avoid_method(config, "epoll");
    event_config_set_flag(config,
                          EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static bool accept_from(struct pp_listener *listener, uint32_t index)
{
    struct evconnlistener *accepting =
        evconnlistener_new(listener->base, NULL, NULL, LEV_OPT_CLOSE_ON_EXEC, 0,
                           listener->sockets.fds[index]);
    if (!accepting)
        return false;
    evconnlistener_set_error_cb(accepting, on_accept_error);
    if (!evhttp_bind_listener(listener->http, accepting)) {
        evconnlistener_free(accepting);
        return false;
    }
    listener->accepting[index] = accepting;
    return true;
}

static bool open_loop(struct pp_listener *listener)
{
    listener->base = new_base();
    listener->http = listener->base ? evhttp_new(listener->base) : NULL;
    if (!listener->http)
        return false;
    listener->resume = evtimer_new(listener->base, on_resume, listener);
    listener->wake = event_new(listener->base, listener->wake_fd, EV_READ,
                               on_wake, listener);
    if (!listener->resume || !listener->wake ||
        event_add(listener->wake, NULL) < 0 || !pp_connections_init(listener))
        return false;
    for (uint32_t i = 0; i < listener->sockets.count; i++)
        if (!accept_from(listener, i))
            return false;
    return true;
}

static void close_loop(struct pp_listener *listener)
{
    /* evhttp frees these before it closes the connections. */
    memset(listener->accepting, 0, sizeof listener->accepting);
    if (listener->http)
        evhttp_free(listener->http);
    pp_connections_release(listener);
    if (listener->resume)
        event_free(listener->resume);
    if (listener->wake)
        event_free(listener->wake);
    if (listener->base)
        event_base_free(listener->base);
}

/* After a fatal error nothing of libevent may be called, and what it holds is
 * lost. What can be saved is the sockets: clients see the end of their
 * connections, not silence. */
static void abandon_loop(struct pp_listener *listener)
{
    for (int i = 0; i < PP_CONNECTIONS_MAX; i++) {
        struct pp_connection *connection = &listener->connections[i];
        listener->host->free(connection->exchange);
        if (connection->fd >= 0)
            close(connection->fd);
        connection->fd = -1;
    }
}

static void *run(void *argument)
{
    struct pp_listener *listener = argument;
    ours = listener;
    if (setjmp(listener->escape) == 0) {
        if (open_loop(listener)) {
            listener->status = 0;
            sem_post(&listener->ready);
            event_base_dispatch(listener->base);
        }
        close_loop(listener);
    } else {
        abandon_loop(listener);
    }
    pp_sockets_close(&listener->sockets);
    sem_post(&listener->ready);
    return NULL;
}

/* ---- life cycle --------------------------------------------------------- */

static struct pp_listener *new_listener(const struct pp_serve_host *host)
{
    struct pp_listener *listener = calloc(1, sizeof *listener);
    if (!listener)
        return NULL;
    listener->host = host;
    listener->status = -ENOMEM; /* until the loop is open */
    listener->wake_fd = -1;
    for (int i = 0; i < PP_CONNECTIONS_MAX; i++)
        listener->connections[i].fd = -1;
    sem_init(&listener->ready, 0, 0);
    return listener;
}

static void free_listener(struct pp_listener *listener)
{
    pp_sockets_close(&listener->sockets);
    if (listener->wake_fd >= 0)
        close(listener->wake_fd);
    sem_destroy(&listener->ready);
    free(listener);
}

static void set_guard(struct pp_listener *listener,
                      const struct pp_listen_address *address)
{
    struct pp_guard *guard = &listener->guard;
    snprintf(guard->name, sizeof guard->name, "%s", address->host);
    guard->loopback = listener->sockets.loopback;
    if (gethostname(guard->machine, sizeof guard->machine - 1) != 0)
        guard->machine[0] = '\0';
}

/* Start the thread and wait until it serves. */
static int launch(struct pp_listener *listener, struct pp_error *err)
{
    listener->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int status = listener->wake_fd < 0 ? -errno : 0;
    if (status == 0)
        status = listener->host->start_thread("pprof-http", run, listener,
                                              &listener->thread);
    if (status < 0) {
        pp_fail_errno(err, -status, "cannot start the listener's thread");
        return status;
    }
    while (sem_wait(&listener->ready) != 0)
        ;
    if (listener->status == 0)
        return 0;
    pthread_join(listener->thread, NULL);
    pp_fail(err, PP_E_SYSTEM, "cannot start an event loop: %s",
            listener->words[0] ? listener->words : "out of memory");
    return listener->status;
}

static int start(const struct pp_serve_host *host, const char *text,
                 char *bound, size_t bound_size, void **handle,
                 struct pp_error *err)
{
    struct pp_listen_address address;
    if (pp_listen_address_parse(text, &address, err) < 0)
        return -EINVAL;
    struct pp_listener *listener = new_listener(host);
    if (!listener) {
        pp_fail_memory(err);
        return -ENOMEM;
    }
    int status = pp_sockets_open(&address, &listener->sockets, err);
    if (status == 0) {
        set_guard(listener, &address);
        snprintf(bound, bound_size, "%s", listener->sockets.bound);
        status = launch(listener, err);
    }
    if (status < 0) {
        free_listener(listener);
        return status;
    }
    *handle = listener;
    return 0;
}

static void stop(void *handle)
{
    struct pp_listener *listener = handle;
    uint64_t one = 1;
    ssize_t written = write(listener->wake_fd, &one, sizeof one);
    (void)written; /* a counter at its end wakes as well */
    pthread_join(listener->thread, NULL);
    free_listener(listener);
}

/* The structures of libevent may be in any state: the thread that is not here
 * was at work on them. The descriptors are plain numbers. (Two ends of a pipe
 * that libevent keeps to itself stay open; nobody else holds them.) */
static void after_fork(void *handle)
{
    struct pp_listener *listener = handle;
    for (uint32_t i = 0; i < listener->sockets.count; i++)
        close(listener->sockets.fds[i]);
    for (int i = 0; i < PP_CONNECTIONS_MAX; i++)
        if (listener->connections[i].fd >= 0)
            close(listener->connections[i].fd);
    close(listener->wake_fd);
}

__attribute__((visibility("default")))
const struct pp_serve_listener pprof_http_listener = {
    .version = PP_SERVE_LISTENER_VERSION,
    .start = start,
    .stop = stop,
    .after_fork = after_fork,
};
