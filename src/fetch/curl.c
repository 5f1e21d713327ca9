/* Finding libcurl. Invariant: pp_curl has all functions or none. */
#include "fetch/curl.h"

#include "os/os.h"

struct pp_curl pp_curl;

/* The same library, built on one or another implementation of TLS. */
static const char *const files[] = {
    "libcurl.so.4",
    "libcurl-gnutls.so.4",
    "libcurl-nss.so.4",
    NULL,
};

static const struct pp_os_function functions[] = {
    {"curl_global_init", offsetof(struct pp_curl, global_init)},
    {"curl_global_cleanup", offsetof(struct pp_curl, global_cleanup)},
    {"curl_easy_init", offsetof(struct pp_curl, easy_init)},
    {"curl_easy_cleanup", offsetof(struct pp_curl, easy_cleanup)},
    {"curl_easy_setopt", offsetof(struct pp_curl, easy_setopt)},
    {"curl_easy_getinfo", offsetof(struct pp_curl, easy_getinfo)},
    {"curl_easy_strerror", offsetof(struct pp_curl, easy_strerror)},
    {"curl_multi_init", offsetof(struct pp_curl, multi_init)},
    {"curl_multi_cleanup", offsetof(struct pp_curl, multi_cleanup)},
    {"curl_multi_add_handle", offsetof(struct pp_curl, multi_add_handle)},
    {"curl_multi_remove_handle", offsetof(struct pp_curl, multi_remove_handle)},
    {"curl_multi_perform", offsetof(struct pp_curl, multi_perform)},
    {"curl_multi_poll", offsetof(struct pp_curl, multi_poll)},
    {"curl_multi_info_read", offsetof(struct pp_curl, multi_info_read)},
    {NULL, 0},
};

int pp_curl_load(struct pp_error *err)
{
    struct pp_error why = {0};
    if (pp_curl.global_init ||
        pp_os_load_library(files, functions, &pp_curl, &why) == PP_OK)
        return PP_OK;
    return pp_fail(err, PP_E_NOT_FOUND,
                   "libcurl, which fetches over the network, cannot be "
                   "loaded (%s): install libcurl4",
                   why.text);
}
