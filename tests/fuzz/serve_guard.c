/* Host and Origin headers of any bytes. What is answered on a loopback
 * listener is answered on an open one too, and a public name never is.
 *
 * Input: the host, a newline, the origin. */
#include "serve/guard.h"

#include <stdlib.h>

#include "fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool ends_with(struct pp_slice text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size &&
           memcmp(text.data + text.size - size, end, size) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct pp_guard local = {"localhost", "anvil", true};
    static const struct pp_guard open = {"0.0.0.0", "anvil", false};
    const char *end = size ? memchr(data, '\n', size) : NULL;
    struct pp_slice host = {(const char *)data, size}, origin = {0};
    if (end) {
        host.size = (size_t)(end - host.data);
        origin = (struct pp_slice){end + 1, size - host.size - 1};
    }
    bool on_local = pp_guard_allows_host(&local, host);
    bool on_open = pp_guard_allows_host(&open, host);
    require(!on_local || on_open);
    require(!ends_with(host, ".com") || !on_open);
    require(!ends_with(host, ".com:6060") || !on_open);
    if (pp_guard_allows_origin(origin, host))
        require(origin.size == 0 || origin.size == host.size + 7);
    return 0;
}
