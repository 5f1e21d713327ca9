/* pprof/http.h on top of serve.h. Invariant: last_error is written under
 * `lock`, and only by pprof_http_start. */
#include <pprof/http.h>

#include <errno.h>

#include "serve/serve.h"

#define PPROF_EXPORT __attribute__((visibility("default")))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char last_error[sizeof((struct pp_error *)0)->text];

PPROF_EXPORT int pprof_http_start(const char *address)
{
    struct pp_error err = {0};
    int status = -EINVAL;
    if (address)
        status = pp_serve_start(address, &err);
    else
        pp_fail(&err, PP_E_USAGE, "no address to listen on");
    pthread_mutex_lock(&lock);
    memcpy(last_error, err.text, sizeof last_error);
    pthread_mutex_unlock(&lock);
    return status;
}

PPROF_EXPORT void pprof_http_stop(void)
{
    pp_serve_stop();
}

PPROF_EXPORT const char *pprof_http_address(void)
{
    return pp_serve_address();
}

PPROF_EXPORT const char *pprof_http_error(void)
{
    return last_error;
}
