/* Finding libcurl. Invariant: pp_curl has all functions or none. */
#include "fetch/curl.h"

#include <dlfcn.h>

struct pp_curl pp_curl;

/* The same library, built on one or another implementation of TLS. */
static const char *const names[] = {
    "libcurl.so.4",
    "libcurl-gnutls.so.4",
    "libcurl-nss.so.4",
};

static const struct {
    const char *name;
    size_t offset; /* in struct pp_curl */
} functions[] = {
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
};

static void *open_library(void)
{
    void *library = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !library; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return library;
}

static bool find_functions(void *library, struct pp_curl *curl)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(library, functions[i].name);
        if (!found)
            return false;
        memcpy((char *)curl + functions[i].offset, &found, sizeof found);
    }
    return true;
}

int pp_curl_load(struct pp_error *err)
{
    struct pp_curl curl;
    if (pp_curl.global_init)
        return PP_OK;
    void *library = open_library();
    if (!library || !find_functions(library, &curl))
        return pp_fail(err, PP_E_NOT_FOUND,
                       "libcurl, which fetches over the network, cannot be "
                       "loaded (%s): install libcurl4",
                       dlerror());
    pp_curl = curl;
    return PP_OK;
}
