/* curl: libcurl, loaded when it is first needed. It and the thirty libraries
 * behind it take three times as long to load as all else that the tool does
 * with a small file. Private to fetch. */
#ifndef PP_FETCH_CURL_H
#define PP_FETCH_CURL_H

#include <curl/curl.h>

#include "base/base.h"

/* libcurl's functions, each under its name without "curl_". */
struct pp_curl {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_global_cleanup) global_cleanup;
    __typeof__(&curl_easy_init) easy_init;
    __typeof__(&curl_easy_cleanup) easy_cleanup;
    __typeof__(&curl_easy_setopt) easy_setopt;
    __typeof__(&curl_easy_getinfo) easy_getinfo;
    __typeof__(&curl_easy_strerror) easy_strerror;
    __typeof__(&curl_multi_init) multi_init;
    __typeof__(&curl_multi_cleanup) multi_cleanup;
    __typeof__(&curl_multi_add_handle) multi_add_handle;
    __typeof__(&curl_multi_remove_handle) multi_remove_handle;
    __typeof__(&curl_multi_perform) multi_perform;
    __typeof__(&curl_multi_poll) multi_poll;
    __typeof__(&curl_multi_info_read) multi_info_read;
};

/* All NULL until pp_curl_load. */
extern struct pp_curl pp_curl;

/* Load it, for good; at once where that was done. PP_E_NOT_FOUND with what to
 * install. */
int pp_curl_load(struct pp_error *err);

#endif
