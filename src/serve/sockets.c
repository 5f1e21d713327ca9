/* Listening sockets. Invariant: sockets->fds[0 .. count) are open, and all of
 * one port.
 *
 * localhost is two addresses, 127.0.0.1 and ::1, and which one a client tries
 * first is its own affair. So we take both where both exist; but where one of
 * them is somebody else's at that port, "localhost" would mean two programs,
 * and that is an error. */
#include "serve/sockets.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 32 };

/* ---- the address as text ------------------------------------------------ */

static bool is_port(struct pp_slice port)
{
    unsigned number = 0;
    for (size_t i = 0; i < port.size; i++) {
        if (port.data[i] < '0' || port.data[i] > '9' || i == 5)
            return false;
        number = number * 10 + (unsigned)(port.data[i] - '0');
    }
    return port.size > 0 && number <= 65535;
}

/* Split at the last ':', take the brackets off. False: not an address. */
static bool split(struct pp_slice text, struct pp_slice *host,
                  struct pp_slice *port)
{
    const char *colon = text.size ? memrchr(text.data, ':', text.size) : NULL;
    *port = text;
    *host = (struct pp_slice){0};
    if (colon) {
        *host = (struct pp_slice){text.data, (size_t)(colon - text.data)};
        *port = (struct pp_slice){colon + 1, text.size - host->size - 1};
    }
    bool opened = host->size > 0 && host->data[0] == '[';
    bool closed = host->size > 0 && host->data[host->size - 1] == ']';
    if (opened && closed) {
        host->data++;
        host->size -= 2;
        return host->size > 0 && is_port(*port);
    }
    return !opened && !closed && is_port(*port) &&
           (host->size == 0 || !memchr(host->data, ':', host->size));
}

int pp_listen_address_parse(const char *text, struct pp_listen_address *address,
                            struct pp_error *err)
{
    struct pp_slice host, port;
    if (!split(pp_slice_of(text), &host, &port) ||
        host.size >= sizeof address->host)
        return pp_fail(err, PP_E_USAGE,
                       "\"%s\" is not an address to listen on: it is "
                       "\"host:port\", \":port\" or \"port\"",
                       text);
    if (host.size == 0)
        host = pp_slice_literal("localhost");
    snprintf(address->host, sizeof address->host, PP_SLICE_FORMAT,
             PP_SLICE_ARGS(host));
    snprintf(address->port, sizeof address->port, PP_SLICE_FORMAT,
             PP_SLICE_ARGS(port));
    return PP_OK;
}

/* ---- sockets ------------------------------------------------------------ */

static bool is_loopback(const struct sockaddr *address)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
    if (address->sa_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

/* "127.0.0.1:6060", "[::1]:6060". */
static void print_address(const struct sockaddr *address, socklen_t size,
                          char *out, size_t out_size)
{
    char host[INET6_ADDRSTRLEN + 16] = "?", port[8] = "?";
    getnameinfo(address, size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    bool v6 = address->sa_family == AF_INET6;
    snprintf(out, out_size, v6 ? "[%s]:%s" : "%s:%s", host, port);
}

/* A socket that listens, or -errno. */
static int listen_on(const struct addrinfo *info)
{
    int one = 1;
    int fd =
        socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    int error = errno;
    close(fd);
    return -error;
}

static bool is_absent(int error)
{
    return error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
}

static int add_socket(struct pp_sockets *sockets, const struct addrinfo *info,
                      struct pp_error *err)
{
    int fd = listen_on(info);
    if (fd < 0) {
        char where[128];
        print_address(info->ai_addr, info->ai_addrlen, where, sizeof where);
        pp_fail_errno(err, -fd, "cannot listen on %s", where);
        return fd;
    }
    sockets->fds[sockets->count++] = fd;
    sockets->loopback = is_loopback(info->ai_addr);
    return 0;
}

/* The port that the kernel chose, as text, and the whole address. */
static void learn_bound(struct pp_sockets *sockets, char *port, size_t size)
{
    struct sockaddr_storage address = {0};
    socklen_t address_size = sizeof address;
    getsockname(sockets->fds[0], (struct sockaddr *)&address, &address_size);
    print_address((struct sockaddr *)&address, address_size, sockets->bound,
                  sizeof sockets->bound);
    snprintf(port, size, "%s", strrchr(sockets->bound, ':') + 1);
}

static int resolve(const char *host, const char *port, struct addrinfo **info,
                   struct pp_error *err)
{
    struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    int error = getaddrinfo(host, port, &hints, info);
    if (error == 0)
        return 0;
    pp_fail(err, PP_E_SYSTEM, "cannot listen on %s:%s: %s", host, port,
            gai_strerror(error));
    return error == EAI_MEMORY ? -ENOMEM : -EADDRNOTAVAIL;
}

static int open_one(struct pp_sockets *sockets, const char *host,
                    const char *port, struct pp_error *err)
{
    struct addrinfo *info;
    int status = resolve(host, port, &info, err);
    if (status < 0)
        return status;
    status = add_socket(sockets, info, err);
    freeaddrinfo(info);
    return status;
}

static int open_localhost(struct pp_sockets *sockets, const char *port,
                          struct pp_error *err)
{
    char chosen[8];
    struct pp_error first = {0}, second = {0};
    int status = open_one(sockets, "127.0.0.1", port, &first);
    if (status < 0 && !is_absent(-status)) {
        *err = first;
        return status;
    }
    snprintf(chosen, sizeof chosen, "%s", port);
    if (sockets->count > 0)
        learn_bound(sockets, chosen, sizeof chosen);
    status = open_one(sockets, "::1", chosen, &second);
    /* A port of the kernel's choice is free at 127.0.0.1: that will do. */
    if (status == 0 ||
        (sockets->count > 0 && (is_absent(-status) || strcmp(port, "0") == 0)))
        return 0;
    *err = second;
    return status;
}

int pp_sockets_open(const struct pp_listen_address *address,
                    struct pp_sockets *sockets, struct pp_error *err)
{
    char port[8];
    *sockets = (struct pp_sockets){0};
    int status = strcmp(address->host, "localhost") == 0
                     ? open_localhost(sockets, address->port, err)
                     : open_one(sockets, address->host, address->port, err);
    if (status < 0) {
        pp_sockets_close(sockets);
        return status;
    }
    learn_bound(sockets, port, sizeof port);
    return 0;
}

void pp_sockets_close(struct pp_sockets *sockets)
{
    while (sockets->count > 0)
        close(sockets->fds[--sockets->count]);
}
