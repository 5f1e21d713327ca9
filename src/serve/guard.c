/* The checks of Host and Origin (guard.h). Invariant: what is not understood
 * is refused. Reserved domains: RFC 6761, 6762, 8375, and ICANN's "internal".
 */
#include "serve/guard.h"

#include <arpa/inet.h>
#include <strings.h>

static bool is_port(struct pp_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return text.size <= 5;
}

/* "host:port" -> "host", "[::1]:6060" -> "::1". False for what is neither. */
static bool cut_port(struct pp_slice *host)
{
    if (host->size > 0 && host->data[0] == '[') {
        const char *end = memchr(host->data, ']', host->size);
        if (!end)
            return false;
        struct pp_slice behind = {end + 1,
                                  host->size - (size_t)(end + 1 - host->data)};
        host->data++;
        host->size = (size_t)(end - host->data);
        if (behind.size == 0)
            return true;
        return behind.data[0] == ':' &&
               is_port((struct pp_slice){behind.data + 1, behind.size - 1});
    }
    const char *colon = memchr(host->data, ':', host->size);
    if (!colon)
        return true;
    size_t size = (size_t)(colon - host->data);
    struct pp_slice port = {colon + 1, host->size - size - 1};
    host->size = size;
    return is_port(port);
}

static bool is_address(const char *host)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, bytes) == 1 ||
           inet_pton(AF_INET6, host, bytes) == 1;
}

static bool ends_with(const char *host, const char *end)
{
    size_t size = strlen(host), end_size = strlen(end);
    return size > end_size && strcasecmp(host + size - end_size, end) == 0;
}

static bool is_private_name(const char *host)
{
    static const char *const domains[] = {
        ".localhost", ".local", ".internal", ".home.arpa", ".test",
    };
    static const char characters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    if (host[strspn(host, characters)])
        return false;
    if (!strchr(host, '.'))
        return true;
    for (size_t i = 0; i < sizeof domains / sizeof *domains; i++)
        if (ends_with(host, domains[i]))
            return true;
    return false;
}

bool pp_guard_allows_host(const struct pp_guard *guard, struct pp_slice host)
{
    char name[256];
    if (host.size == 0)
        return true;
    if (!cut_port(&host) || host.size == 0 || host.size >= sizeof name ||
        memchr(host.data, '\0', host.size))
        return false;
    memcpy(name, host.data, host.size);
    name[host.size] = '\0';
    return is_address(name) || strcasecmp(name, "localhost") == 0 ||
           ends_with(name, ".localhost") ||
           strcasecmp(name, guard->name) == 0 ||
           strcasecmp(name, guard->machine) == 0 ||
           (!guard->loopback && is_private_name(name));
}

bool pp_guard_allows_origin(struct pp_slice origin, struct pp_slice host)
{
    static const char scheme[] = "http://";
    size_t scheme_size = sizeof scheme - 1;
    if (origin.size == 0)
        return true;
    return origin.size == scheme_size + host.size &&
           strncasecmp(origin.data, scheme, scheme_size) == 0 &&
           strncasecmp(origin.data + scheme_size, host.data, host.size) == 0;
}

bool pp_guard_allows_fetch(struct pp_slice site, struct pp_slice mode)
{
    return !pp_slice_equal(site, pp_slice_literal("cross-site")) ||
           pp_slice_equal(mode, pp_slice_literal("navigate"));
}
