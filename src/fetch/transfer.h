/* transfer: HTTP requests, several at a time. Private to fetch. */
#ifndef PP_FETCH_TRANSFER_H
#define PP_FETCH_TRANSFER_H

#include "base/base.h"
#include "fetch/fetch.h"

struct pp_transfer {
    /* asked */
    const char *url;      /* NULL: nothing to do */
    struct pp_slice post; /* the body of a POST */
    bool is_post;
    int64_t answer_seconds; /* the answer must begin within so many */

    /* answered */
    int status;     /* 0: body is a 200's; else negative, as in err */
    bool cut_short; /* PP_E_CANCELLED, and body is the beginning of a 200's */
    struct pp_buffer body;
    struct pp_error err;

    /* of transfer.c */
    void *handle;
    char reason[128]; /* of the status line: "404 Not Found" */
    bool from_pprof;  /* X-Go-Pprof: an error's body is for people */
    bool is_text;     /* Content-Type: text/plain */
    char curl_words[256];
};

/* Run all of them, until the last has ended or options->interrupted. The
 * transfers' bodies are the caller's to release afterwards. expected: seconds
 * that the longest will take, for the progress line. */
int pp_transfer_run(struct pp_transfer *transfers, uint32_t count,
                    double expected, const struct pp_fetch_options *options,
                    struct pp_error *err);

#endif
