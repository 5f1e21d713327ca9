/* transfer: one curl multi handle carries all requests on one thread, so that
 * there is one place that waits, shows progress and hears of Ctrl-C.
 *
 * Invariant: a transfer that was begun is concluded exactly once, with status
 * and words; its body never grows past PP_FETCH_SIZE_MAX.
 *
 * The deadlines are those of the reference's fetcher: the answer must begin
 * within the timeout and five seconds. Once it flows it may take as long as
 * it likes, but not stand still (STALL_SECONDS), which the reference allows.
 *
 * Specification: getProfile and statusCodeError of Go 1.23's cmd/pprof;
 * http.ProxyFromEnvironment for proxies.
 */
#include "fetch/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "fetch/curl.h"
#include "fetch/url.h"

enum {
    GRACE_SECONDS = 5,  /* on top of the timeout */
    STALL_SECONDS = 60, /* without a byte, once the answer has begun */
    REDIRECTS_MAX = 10,
    POLL_MS = 100,
    ERROR_BODY_MAX = 4096, /* bytes of an error's body that we look at */
    ERROR_WORDS_MAX = 500, /* bytes of it that we tell */
};

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- what curl calls ---------------------------------------------------- */

static long http_code(const struct pp_transfer *transfer)
{
    long code = 0;
    pp_curl.easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

static size_t take_body(char *bytes, size_t one, size_t count, void *context)
{
    struct pp_transfer *transfer = context;
    size_t size = one * count;
    if (http_code(transfer) != 200) {
        /* An error's explanation: the beginning will do. */
        size_t room = transfer->body.size < ERROR_BODY_MAX
                          ? ERROR_BODY_MAX - transfer->body.size
                          : 0;
        pp_buffer_append(&transfer->body, bytes, size < room ? size : room);
        return size;
    }
    pp_buffer_append(&transfer->body, bytes, size);
    return transfer->body.failed ? 0 : size;
}

/* The value of a header line if its name is `name`, else an empty slice with
 * NULL data. */
static struct pp_slice header_value(struct pp_slice line, const char *name)
{
    size_t size = strlen(name);
    if (line.size <= size || line.data[size] != ':' ||
        strncasecmp(line.data, name, size) != 0)
        return (struct pp_slice){NULL, 0};
    return (struct pp_slice){line.data + size + 1, line.size - size - 1};
}

/* "HTTP/1.1 404 Not Found\r\n": a new answer begins (there is one for each
 * redirection); what is known of the last is forgotten. */
static void take_status_line(struct pp_transfer *transfer, struct pp_slice line)
{
    const char *space = memchr(line.data, ' ', line.size);
    size_t skip = space ? (size_t)(space + 1 - line.data) : line.size;
    while (line.size > skip && (line.data[line.size - 1] == '\n' ||
                                line.data[line.size - 1] == '\r' ||
                                line.data[line.size - 1] == ' '))
        line.size--;
    snprintf(transfer->reason, sizeof(transfer->reason), "%.*s",
             (int)(line.size - skip), line.data + skip);
    transfer->from_pprof = transfer->is_text = false;
    pp_buffer_clear(&transfer->body);
}

static size_t take_header(char *bytes, size_t one, size_t count, void *context)
{
    struct pp_transfer *transfer = context;
    struct pp_slice line = {bytes, one * count};
    if (pp_slice_starts_with(line, pp_slice_literal("HTTP/")))
        take_status_line(transfer, line);
    if (header_value(line, "X-Go-Pprof").data)
        transfer->from_pprof = true;
    if (pp_slice_contains(header_value(line, "Content-Type"),
                          pp_slice_literal("text/plain")))
        transfer->is_text = true;
    return line.size;
}

/* ---- beginning ---------------------------------------------------------- */

/* Go asks no proxy for this machine itself, and reads HTTP_PROXY where curl
 * reads http_proxy only. */
static void choose_proxy(CURL *curl, const char *url)
{
    struct pp_slice host = pp_url_host_name(url);
    bool loopback = pp_slice_equal(host, pp_slice_literal("localhost")) ||
                    pp_slice_starts_with(host, pp_slice_literal("127.")) ||
                    pp_slice_equal(host, pp_slice_literal("::1"));
    const char *upper = getenv("HTTP_PROXY");
    if (loopback)
        pp_curl.easy_setopt(curl, CURLOPT_PROXY, "");
    else if (upper && !getenv("http_proxy") && !getenv("REQUEST_METHOD") &&
             strncasecmp(url, "http:", 5) == 0)
        pp_curl.easy_setopt(curl, CURLOPT_PROXY, upper);
}

/* Go's own spelling of "encrypt, but believe anybody"; and a host that is
 * only a port means this machine. */
static int choose_url(CURL *curl, const char *url)
{
    static const char insecure[] = "https+insecure://";
    char text[PP_FETCH_URL_MAX + 16];
    const char *rest = strstr(url, "://");
    if (!rest)
        return pp_curl.easy_setopt(curl, CURLOPT_URL, url);
    rest += 3;
    int scheme_size = (int)(rest - url);
    const char *scheme = url;
    if (strncmp(url, insecure, sizeof(insecure) - 1) == 0) {
        pp_curl.easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        pp_curl.easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
        scheme = "https://";
        scheme_size = 8;
    }
    snprintf(text, sizeof(text), "%.*s%s%s", scheme_size, scheme,
             rest[0] == ':' ? "localhost" : "", rest);
    return pp_curl.easy_setopt(curl, CURLOPT_URL, text);
}

static void choose_tls(CURL *curl, const struct pp_fetch_options *options)
{
    if (options->tls_cert) {
        pp_curl.easy_setopt(curl, CURLOPT_SSLCERT, options->tls_cert);
        pp_curl.easy_setopt(curl, CURLOPT_SSLKEY, options->tls_key);
    }
    if (options->tls_ca) {
        pp_curl.easy_setopt(curl, CURLOPT_CAINFO, options->tls_ca);
        pp_curl.easy_setopt(curl, CURLOPT_CAPATH, NULL);
    }
}

static int prepare(struct pp_transfer *transfer,
                   const struct pp_fetch_options *options)
{
    CURL *curl = transfer->handle = pp_curl.easy_init();
    if (!curl)
        return transfer->status = pp_fail_memory(&transfer->err);
    pp_buffer_init(&transfer->body, PP_FETCH_SIZE_MAX);
    choose_url(curl, transfer->url);
    choose_proxy(curl, transfer->url);
    choose_tls(curl, options);
    pp_curl.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    pp_curl.easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    pp_curl.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    pp_curl.easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    pp_curl.easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
    pp_curl.easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    pp_curl.easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    pp_curl.easy_setopt(curl, CURLOPT_USERAGENT, "pprof");
    pp_curl.easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->curl_words);
    pp_curl.easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    pp_curl.easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    pp_curl.easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    pp_curl.easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    pp_curl.easy_setopt(curl, CURLOPT_PRIVATE, transfer);
    if (transfer->is_post) {
        pp_curl.easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                            (curl_off_t)transfer->post.size);
        pp_curl.easy_setopt(curl, CURLOPT_POSTFIELDS, transfer->post.data);
    }
    return 0;
}

/* ---- ending ------------------------------------------------------------- */

/* An error's explanation on one line, without the newline at its end. */
static void flatten(struct pp_buffer *text)
{
    while (text->size && strchr("\r\n ", text->data[text->size - 1]))
        text->data[--text->size] = 0;
    for (size_t i = 0; i < text->size; i++)
        if (text->data[i] == '\n' || text->data[i] == '\r')
            text->data[i] = ' ';
}

static int conclude_refused(struct pp_transfer *transfer)
{
    if (!transfer->from_pprof || !transfer->is_text)
        return pp_fail(&transfer->err, PP_E_NETWORK, "server response: %s",
                       transfer->reason);
    flatten(&transfer->body);
    int size = transfer->body.size < ERROR_WORDS_MAX ? (int)transfer->body.size
                                                     : ERROR_WORDS_MAX;
    return pp_fail(&transfer->err, PP_E_NETWORK, "server response: %s - %.*s",
                   transfer->reason, size, transfer->body.data);
}

static int conclude_failed(struct pp_transfer *transfer, CURLcode code)
{
    if (transfer->body.failed)
        return pp_fail(&transfer->err, PP_E_NETWORK,
                       "http fetch: the answer has more than %zu MB",
                       PP_FETCH_SIZE_MAX >> 20);
    char reason[128];
    long error_number = 0;
    pp_curl.easy_getinfo(transfer->handle, CURLINFO_OS_ERRNO, &error_number);
    if (code == CURLE_COULDNT_CONNECT && error_number)
        return pp_fail(&transfer->err, PP_E_NETWORK, "http fetch: connect: %s",
                       pp_strerror((int)error_number, reason, sizeof(reason)));
    const char *words = transfer->curl_words[0] ? transfer->curl_words
                                                : pp_curl.easy_strerror(code);
    return pp_fail(&transfer->err, PP_E_NETWORK, "http fetch: %s", words);
}

static void conclude(struct pp_transfer *transfer, CURLcode code)
{
    if (code != CURLE_OK)
        transfer->status = conclude_failed(transfer, code);
    else if (http_code(transfer) != 200)
        transfer->status = conclude_refused(transfer);
    else
        transfer->status = 0;
}

static void stop(CURLM *multi, struct pp_transfer *transfer)
{
    pp_curl.multi_remove_handle(multi, transfer->handle);
    pp_curl.easy_cleanup(transfer->handle);
    transfer->handle = NULL;
}

/* Collect those that curl says have ended. */
static void conclude_ended(CURLM *multi)
{
    const CURLMsg *message;
    int left;
    while ((message = pp_curl.multi_info_read(multi, &left))) {
        char *transfer = NULL;
        CURLcode code = message->data.result;
        pp_curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        conclude((struct pp_transfer *)transfer, code);
        stop(multi, (struct pp_transfer *)transfer);
    }
}

/* ---- waiting ------------------------------------------------------------ */

struct waiting {
    CURLM *multi;
    struct pp_transfer *transfers;
    uint32_t count;
    double begun;
    double expected;
    int64_t bytes;
    double last_change; /* when bytes last grew */
    const struct pp_fetch_options *options;
};

static bool is_interrupted(const struct waiting *waiting)
{
    return waiting->options->interrupted && *waiting->options->interrupted;
}

static uint32_t running_count(const struct waiting *waiting)
{
    uint32_t running = 0;
    for (uint32_t i = 0; i < waiting->count; i++)
        running += waiting->transfers[i].handle != NULL;
    return running;
}

static void stop_late(struct waiting *waiting, struct pp_transfer *transfer,
                      double now)
{
    double limit = (double)transfer->answer_seconds + GRACE_SECONDS;
    if (!transfer->body.size && now - waiting->begun > limit)
        transfer->status =
            pp_fail(&transfer->err, PP_E_NETWORK,
                    "http fetch: no answer within %.0f s", limit);
    else if (transfer->body.size && now - waiting->last_change > STALL_SECONDS)
        transfer->status =
            pp_fail(&transfer->err, PP_E_NETWORK,
                    "http fetch: the answer stopped after %zu bytes",
                    transfer->body.size);
    else
        return;
    stop(waiting->multi, transfer);
}

static void look_around(struct waiting *waiting)
{
    double now = now_seconds();
    int64_t bytes = 0;
    for (uint32_t i = 0; i < waiting->count; i++)
        bytes += (int64_t)waiting->transfers[i].body.size;
    if (bytes != waiting->bytes)
        waiting->last_change = now;
    waiting->bytes = bytes;
    for (uint32_t i = 0; i < waiting->count; i++)
        if (waiting->transfers[i].handle)
            stop_late(waiting, &waiting->transfers[i], now);
    if (waiting->options->progress)
        waiting->options->progress(waiting->options->context,
                                   now - waiting->begun, waiting->expected,
                                   bytes);
}

static void wait_for_all(struct waiting *waiting)
{
    waiting->begun = waiting->last_change = now_seconds();
    while (running_count(waiting) && !is_interrupted(waiting)) {
        int running;
        pp_curl.multi_perform(waiting->multi, &running);
        conclude_ended(waiting->multi);
        look_around(waiting);
        if (running_count(waiting))
            pp_curl.multi_poll(waiting->multi, NULL, 0, POLL_MS, NULL);
    }
    if (waiting->options->progress)
        waiting->options->progress(waiting->options->context, -1,
                                   waiting->expected, -1);
}

/* What is still under way was interrupted. */
static void cut_short(struct waiting *waiting)
{
    for (uint32_t i = 0; i < waiting->count; i++) {
        struct pp_transfer *transfer = &waiting->transfers[i];
        if (!transfer->handle)
            continue;
        transfer->cut_short = http_code(transfer) == 200 && transfer->body.size;
        transfer->status = pp_fail(&transfer->err, PP_E_CANCELLED,
                                   "interrupted before the profile came");
        stop(waiting->multi, transfer);
    }
}

int pp_transfer_run(struct pp_transfer *transfers, uint32_t count,
                    double expected, const struct pp_fetch_options *options,
                    struct pp_error *err)
{
    if (pp_curl_load(err) < 0)
        return err->status;
    if (pp_curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return pp_fail(err, PP_E_NETWORK, "libcurl cannot be used");
    struct waiting waiting = {
        .multi = pp_curl.multi_init(),
        .transfers = transfers,
        .count = count,
        .expected = expected,
        .options = options,
    };
    if (!waiting.multi) {
        pp_curl.global_cleanup();
        return pp_fail_memory(err);
    }
    for (uint32_t i = 0; i < count; i++)
        if (transfers[i].url && prepare(&transfers[i], options) == 0)
            pp_curl.multi_add_handle(waiting.multi, transfers[i].handle);
    wait_for_all(&waiting);
    cut_short(&waiting);
    pp_curl.multi_cleanup(waiting.multi);
    pp_curl.global_cleanup();
    return 0;
}
