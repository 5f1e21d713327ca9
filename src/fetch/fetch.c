/* fetch: sources become profiles. Files first, since they are there at once,
 * each on whatever processor is free; then all URLs together, so that whatever
 * an interruption finds is kept.
 *
 * Invariant: of each source either profile or err.status is set at the end. The
 * parts that read files share nothing but the number of the next one.
 *
 * Specification: fetch and adjustURL of Go 1.23's cmd/pprof and of the
 * reference's driver; reference section 3.1.
 */
#include "fetch/fetch.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "fetch/transfer.h"
#include "fetch/url.h"
#include "os/os.h"
#include "wire/wire.h"

struct work {
    const char *const *sources;
    struct pp_fetched *fetched;
    struct pp_transfer *transfers; /* url is NULL for files */
    uint32_t *files;               /* those of the sources that are some */
    uint32_t count, file_count, url_count;
    uint32_t next_file; /* in files, to be read by whoever asks first */
    int64_t expected;   /* seconds that the longest collection takes */
    const struct pp_fetch_options *options;
};

static bool is_interrupted(const struct pp_fetch_options *options)
{
    return options->interrupted && *options->interrupted;
}

/* ---- files -------------------------------------------------------------- */

static int read_file(const char *path, struct pp_profile **profile,
                     struct pp_error *err)
{
    struct pp_buffer bytes;
    pp_buffer_init(&bytes, PP_FETCH_SIZE_MAX);
    int result = pp_os_read_file(path, &bytes);
    if (result == -EISDIR)
        result = pp_fail_errno(err, EISDIR, "read %s", path);
    else if (result < 0)
        result = pp_fail_errno(err, -result, "open %s", path);
    else
        result = pp_wire_decode_buffer(&bytes, 0, profile, err);
    pp_buffer_release(&bytes);
    return result;
}

static void fetch_file(struct work *work, uint32_t i)
{
    struct pp_fetched *fetched = &work->fetched[i];
    if (is_interrupted(work->options))
        pp_fail(&fetched->err, PP_E_CANCELLED, "interrupted");
    else
        read_file(work->sources[i], &fetched->profile, &fetched->err);
}

static void fetch_some_files(void *context, uint32_t index)
{
    struct work *work = context;
    (void)index;
    for (;;) {
        uint32_t next =
            __atomic_fetch_add(&work->next_file, 1, __ATOMIC_RELAXED);
        if (next >= work->file_count)
            return;
        fetch_file(work, work->files[next]);
    }
}

static void fetch_files(struct work *work)
{
    uint32_t part_count = pp_os_part_count(work->file_count, 1);
    pp_os_run_parts(part_count, fetch_some_files, work);
}

/* ---- URLs --------------------------------------------------------------- */

static void say(const struct pp_fetch_options *options, const char *words,
                const char *what)
{
    char line[PP_FETCH_URL_MAX + 100];
    if (!options->say)
        return;
    snprintf(line, sizeof(line), "%s%s", words, what);
    options->say(options->context, line);
}

/* A duration in Go's form: "5s", "1m5s", "1h0m5s". */
static void format_duration(int64_t seconds, char *text, size_t size)
{
    long long hours = seconds / 3600, minutes = seconds / 60 % 60;
    if (hours)
        snprintf(text, size, "%lldh%lldm%llds", hours, minutes,
                 (long long)seconds % 60);
    else if (minutes)
        snprintf(text, size, "%lldm%llds", minutes, (long long)seconds % 60);
    else
        snprintf(text, size, "%llds", (long long)seconds);
}

static void announce(const struct work *work, const char *url)
{
    say(work->options, "Fetching profile over HTTP from ", url);
    if (work->options->seconds > 0) {
        char duration[40], words[60];
        format_duration(work->options->seconds, duration, sizeof(duration));
        snprintf(words, sizeof(words), "Please wait... (%s)", duration);
        say(work->options, words, "");
    }
}

/* Turn a source that is not a file into a transfer; stat_errno is why it is
 * none. */
static void prepare_url(struct work *work, uint32_t i, int stat_errno)
{
    struct pp_fetched *fetched = &work->fetched[i];
    struct pp_url_target target;
    struct pp_error why = {0};
    int status = pp_url_adjust(work->sources[i], work->options->seconds,
                               work->options->timeout, &target, &why);
    if (status == PP_E_NOT_FOUND) {
        pp_fail_errno(&fetched->err, stat_errno, "stat %s", work->sources[i]);
        return;
    }
    if (status < 0) {
        fetched->err = why;
        return;
    }
    memcpy(fetched->url, target.url, sizeof(fetched->url));
    fetched->remote = true;
    work->transfers[i].url = fetched->url;
    work->transfers[i].answer_seconds = target.timeout;
    work->url_count++;
    int64_t expected =
        target.seconds ? target.seconds : pp_url_default_seconds(target.url);
    if (expected > work->expected)
        work->expected = expected;
    announce(work, target.url);
}

static void receive(struct work *work, uint32_t i)
{
    struct pp_fetched *fetched = &work->fetched[i];
    struct pp_transfer *transfer = &work->transfers[i];
    if (!transfer->url)
        return;
    if (transfer->status == 0) {
        pp_wire_decode_buffer(&transfer->body, 0, &fetched->profile,
                              &fetched->err);
    } else if (transfer->cut_short &&
               pp_wire_decode_buffer(&transfer->body, 0, &fetched->profile,
                                     NULL) == 0) {
        fetched->cut_short = true;
    } else {
        fetched->err = transfer->err;
    }
    pp_buffer_release(&transfer->body);
}

static int fetch_urls(struct work *work, struct pp_error *err)
{
    int status = pp_transfer_run(work->transfers, work->count,
                                 (double)work->expected, work->options, err);
    if (status < 0)
        return status;
    for (uint32_t i = 0; i < work->count; i++)
        receive(work, i);
    return 0;
}

/* ---- all ---------------------------------------------------------------- */

static int check_tls(const struct pp_fetch_options *options,
                     struct pp_error *err)
{
    const char *given = options->tls_cert ? "cert" : "key";
    const char *missing = options->tls_cert ? "key" : "cert";
    if (!options->tls_cert == !options->tls_key)
        return 0;
    return pp_fail(err, PP_E_USAGE,
                   "-tls_%s is specified, so -tls_%s must also be specified",
                   given, missing);
}

static void free_profiles(struct work *work)
{
    for (uint32_t i = 0; i < work->count; i++) {
        pp_profile_free(work->fetched[i].profile);
        work->fetched[i].profile = NULL;
    }
}

static int fetch_all(struct work *work, struct pp_error *err)
{
    struct stat about;
    for (uint32_t i = 0; i < work->count; i++) {
        if (stat(work->sources[i], &about) == 0)
            work->files[work->file_count++] = i;
        else
            prepare_url(work, i, errno);
    }
    fetch_files(work);
    if (work->url_count) {
        int status = fetch_urls(work, err);
        if (status < 0) {
            free_profiles(work);
            return status;
        }
    }
    int fetched = 0;
    for (uint32_t i = 0; i < work->count; i++)
        fetched += work->fetched[i].profile != NULL;
    return fetched;
}

int pp_fetch(const char *const *sources, uint32_t count,
             const struct pp_fetch_options *options, struct pp_fetched *fetched,
             struct pp_error *err)
{
    struct pp_arena arena = {0};
    struct work work = {
        .sources = sources,
        .fetched = fetched,
        .transfers = pp_arena_array(&arena, count, sizeof(*work.transfers)),
        .files = pp_arena_array(&arena, count, sizeof(*work.files)),
        .count = count,
        .options = options,
    };
    memset(fetched, 0, count * sizeof(*fetched));
    int status = check_tls(options, err);
    if (status == 0)
        status = work.transfers && work.files ? fetch_all(&work, err)
                                              : pp_fail_memory(err);
    pp_arena_release(&arena);
    return status;
}

/* ---- names -------------------------------------------------------------- */

enum { ANSWER_SECONDS = 60 };

static int ask(struct pp_transfer *transfer,
               const struct pp_fetch_options *options, struct pp_buffer *out,
               struct pp_error *err)
{
    transfer->answer_seconds = ANSWER_SECONDS;
    int status = pp_transfer_run(transfer, 1, 0, options, err);
    if (status == 0 && transfer->status < 0)
        status = pp_fail(err, transfer->status, "%s: %s", transfer->url,
                         transfer->err.text);
    if (status == 0)
        pp_buffer_append_slice(out, pp_buffer_slice(&transfer->body));
    if (status == 0 && out->failed)
        status = pp_fail_memory(err);
    pp_buffer_release(&transfer->body);
    return status;
}

/* How much of a list of addresses with '+' between them fits: whole addresses,
 * and at least one byte, so that lists end. */
static size_t fitting(struct pp_slice addresses, size_t room)
{
    if (addresses.size <= room)
        return addresses.size;
    size_t size = room;
    while (size > 0 && addresses.data[size] != '+')
        size--;
    return size > 0 ? size : room;
}

/* Ask in the queries of URLs, as many as it takes. */
static int ask_in_queries(const char *url, struct pp_slice addresses,
                          const struct pp_fetch_options *options,
                          struct pp_buffer *out, struct pp_error *err)
{
    enum { QUERY_MAX = 1500 };
    char query_url[PP_FETCH_URL_MAX + QUERY_MAX + 1];
    int status = 0;
    while (addresses.size > 0 && status == 0) {
        size_t size = fitting(addresses, QUERY_MAX);
        struct pp_transfer transfer = {.url = query_url};
        snprintf(query_url, sizeof query_url, "%s?%.*s", url, (int)size,
                 addresses.data);
        status = ask(&transfer, options, out, err);
        size += size < addresses.size && addresses.data[size] == '+';
        addresses.data += size;
        addresses.size -= size;
    }
    return status;
}

/* Go's server refuses what its own tool posts, since Go 1.22, but not queries.
 */
int pp_fetch_symbol(const char *profile_url, struct pp_slice body,
                    const struct pp_fetch_options *options,
                    struct pp_buffer *out, struct pp_error *err)
{
    static const char not_allowed[] = "405 ";
    char url[PP_FETCH_URL_MAX];
    struct pp_error why = {0};
    int status = pp_url_symbol(profile_url, url, sizeof(url), err);
    if (status < 0)
        return status;
    struct pp_transfer transfer = {.url = url, .post = body, .is_post = true};
    status = ask(&transfer, options, out, &why);
    if (status < 0 &&
        strncmp(transfer.reason, not_allowed, sizeof not_allowed - 1) == 0)
        return ask_in_queries(url, body, options, out, err);
    return status < 0 ? pp_fail(err, status, "%s", why.text) : 0;
}
