/* The dispatcher: which endpoint a path means, and what each answers.
 *
 * Invariant: a profiler that was started is in state->running until it is
 * stopped or cancelled, so that freeing an exchange at any moment leaves no
 * collection behind.
 *
 * The specification is Go's net/http/pprof (1.23) as its default mux mounts
 * it. We differ where that is of use and no client can tell:
 *   - HEAD of a profile answers at once, and collects nothing;
 *   - `symbol` takes POST, which Go's own mux refuses since 1.22 although
 *     every client posts there, and stands below any path, for clients look
 *     for it beside the profile ("/debug/pprof/a/b" -> ".../a/symbol");
 *   - `seconds` has a ceiling: there is one CPU profiler for all;
 *   - `symbolize` says how much a profile tells of its addresses: 0 (nothing),
 *     names (of functions), or lines (and inlined calls);
 *   - one place answers whatever prefix we are mounted at, and the path
 *     without the last slash is redirected there;
 *   - nothing is to be cached. */
#include "os/os.h"
#include "serve/exchange.h"
#include "serve/query.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- endpoints that answer at once -------------------------------------- */

static void answer_command_line(struct pp_exchange *exchange,
                                const struct pp_request *request)
{
    (void)request;
    struct pp_error err = {0};
    pp_exchange_text(exchange);
    if (pp_collect_command_line(&exchange->body, &err) < 0)
        pp_exchange_error(exchange, 500, "%s", err.text);
}

static void append_symbol(struct pp_buffer *body, struct pp_slice word)
{
    uint64_t address = pp_query_parse_address(word);
    if (address == 0)
        return;
    size_t line = body->size;
    pp_buffer_format(body, "%#" PRIx64 " ", address);
    if (!pp_collect_name_address(address, body)) {
        body->size = line; /* as if it had not been asked for */
        return;
    }
    pp_buffer_append_char(body, '\n');
}

struct symbols {
    struct pp_slice words;
    struct pp_buffer *body;
};

static void *append_symbols(void *argument)
{
    const struct symbols *symbols = argument;
    struct pp_slice rest = symbols->words;
    while (rest.size > 0) {
        const char *plus = memchr(rest.data, '+', rest.size);
        size_t size = plus ? (size_t)(plus - rest.data) : rest.size;
        append_symbol(symbols->body, (struct pp_slice){rest.data, size});
        size_t step = plus ? size + 1 : size;
        rest.data += step;
        rest.size -= step;
    }
    pp_collect_end_addresses();
    return NULL;
}

/* "0x1234+0x5678", in the query or posted. The count is always 1: it tells
 * clients that there are names at all, and they ask for no more. */
static void answer_symbol(struct pp_exchange *exchange,
                          const struct pp_request *request)
{
    bool posted = strcmp(request->method, "POST") == 0;
    struct symbols symbols = {posted ? request->body : request->query,
                              &exchange->body};
    pp_exchange_text(exchange);
    pp_buffer_append_text(&exchange->body, "num_symbols: 1\n");
    if (symbols.words.size > 0)
        pp_os_run_on_own_thread("pprof-names", append_symbols, &symbols);
}

const struct pp_endpoint pp_endpoints[] = {
    {"cmdline", "The arguments this program was started with.", false,
     answer_command_line},
    {"symbol", "The names of the functions at given addresses.", true,
     answer_symbol},
    {"", NULL, false, pp_answer_index},
    {NULL},
};

/* ---- profiles ----------------------------------------------------------- */

static void describe_profile(struct pp_exchange *exchange,
                             const struct pp_profiler *profiler)
{
    struct pp_exchange_state *state = pp_exchange_state(exchange);
    snprintf(state->disposition, sizeof state->disposition,
             "attachment; filename=\"%s\"", profiler->name);
    pp_exchange_status(exchange, 200);
    pp_exchange_header(exchange, "Content-Type", "application/octet-stream");
    pp_exchange_header(exchange, "Content-Disposition", state->disposition);
}

/* For how long to collect. What is missing, no number, or not positive means
 * the default, for a profile that takes time anyway; for one that does not,
 * seconds would ask for a difference. False: refused. */
static bool choose_seconds(struct pp_exchange *exchange,
                           const struct pp_profiler *profiler,
                           struct pp_slice query)
{
    struct pp_slice text;
    int64_t seconds = 0;
    exchange->wait_seconds = profiler->default_seconds;
    if (!pp_query_get(query, "seconds", &pp_exchange_state(exchange)->arena,
                      &text))
        return true;
    bool positive = pp_query_parse_integer(text, &seconds) && seconds > 0;
    if (profiler->default_seconds <= 0) {
        pp_exchange_error(
            exchange, 400, "%s",
            positive
                ? "\"seconds\" parameter is not supported for this profile type"
                : "invalid value for \"seconds\" - must be a positive integer");
        return false;
    }
    if (!positive)
        return true;
    if (seconds > PP_SERVE_SECONDS_MAX) {
        pp_exchange_error(exchange, 400,
                          "invalid value for \"seconds\" - must be at most %d",
                          PP_SERVE_SECONDS_MAX);
        return false;
    }
    exchange->wait_seconds = (double)seconds;
    return true;
}

/* How much the profile says of its addresses. False: refused. */
static bool choose_detail(struct pp_exchange *exchange, struct pp_slice query)
{
    struct pp_exchange_state *state = pp_exchange_state(exchange);
    struct pp_slice word;
    if (!pp_query_get(query, "symbolize", &state->arena, &word) ||
        word.size == 0 || pp_source_detail_parse(word, &state->detail))
        return true;
    pp_exchange_error(exchange, 400,
                      "invalid value for \"symbolize\" - must be 0, names or "
                      "lines");
    return false;
}

static void collect(struct pp_exchange *exchange,
                    const struct pp_request *request,
                    const struct pp_profiler *profiler)
{
    if (!choose_detail(exchange, request->query) ||
        !choose_seconds(exchange, profiler, request->query)) {
        exchange->wait_seconds = 0;
        return;
    }
    if (pp_exchange_state(exchange)->head) {
        describe_profile(exchange, profiler);
        exchange->content_length = -1;
        exchange->wait_seconds = 0;
        return;
    }
    struct pp_error err = {0};
    if (profiler->start(&err) < 0) {
        exchange->wait_seconds = 0;
        pp_exchange_error(exchange, 500, "Could not enable %s: %s",
                          profiler->activity, err.text);
        return;
    }
    pp_exchange_state(exchange)->running = profiler;
    if (exchange->wait_seconds <= 0)
        pp_serve_finish(exchange);
}

void pp_serve_finish(struct pp_exchange *exchange)
{
    struct pp_exchange_state *state = pp_exchange_state(exchange);
    const struct pp_profiler *profiler = state->running;
    if (!profiler)
        return;
    state->running = NULL;
    struct pp_profile *profile = NULL;
    struct pp_error err = {0};
    describe_profile(exchange, profiler);
    if (profiler->stop(&profile, &err) < 0 ||
        pp_collect_encode(profile, state->detail, &exchange->body, &err) < 0)
        pp_exchange_error(exchange, 500, "failed to collect profile: %s",
                          err.text);
    if (profile)
        pp_profile_free(profile);
    pp_exchange_settle(exchange);
}

void pp_serve_free(struct pp_exchange *exchange)
{
    if (!exchange)
        return;
    const struct pp_profiler *profiler = pp_exchange_state(exchange)->running;
    if (profiler)
        profiler->cancel();
    pp_exchange_free(exchange);
}

/* ---- which one is meant ------------------------------------------------- */

static const struct pp_profiler *find_profiler(struct pp_slice name)
{
    for (uint32_t i = 0; pp_profilers[i]; i++)
        if (pp_slice_equal(name, pp_slice_of(pp_profilers[i]->name)))
            return pp_profilers[i];
    return NULL;
}

static const struct pp_endpoint *find_endpoint(struct pp_slice name)
{
    for (const struct pp_endpoint *endpoint = pp_endpoints; endpoint->name;
         endpoint++)
        if (pp_slice_equal(name, pp_slice_of(endpoint->name)))
            return endpoint;
    return NULL;
}

/* The endpoint at a path below the prefix; NULL if it is none of the table. */
static const struct pp_endpoint *route(struct pp_slice below)
{
    const struct pp_endpoint *endpoint = find_endpoint(below);
    struct pp_slice base = pp_slice_base_name(below);
    if (!endpoint && pp_slice_equal(base, pp_slice_literal("symbol")))
        endpoint = find_endpoint(base);
    return endpoint;
}

static void answer_below(struct pp_exchange *exchange,
                         const struct pp_request *request,
                         struct pp_slice below)
{
    const struct pp_endpoint *endpoint = route(below);
    bool may_post = endpoint && endpoint->takes_post;
    bool reads = strcmp(request->method, "GET") == 0 ||
                 strcmp(request->method, "HEAD") == 0;
    if (!reads && !(may_post && strcmp(request->method, "POST") == 0)) {
        pp_exchange_refuse(exchange, 405, "Method Not Allowed");
        pp_exchange_header(exchange, "Allow",
                           may_post ? "GET, HEAD, POST" : "GET, HEAD");
        return;
    }
    const struct pp_profiler *profiler = endpoint ? NULL : find_profiler(below);
    if (endpoint)
        endpoint->answer(exchange, request);
    else if (profiler)
        collect(exchange, request, profiler);
    else
        pp_exchange_error(exchange, 404, "Unknown profile");
}

static void answer(struct pp_exchange *exchange,
                   const struct pp_request *request)
{
    struct pp_slice prefix = request->prefix;
    struct pp_slice below = request->path;
    if (pp_slice_starts_with(below, prefix)) {
        below.data += prefix.size;
        below.size -= prefix.size;
        if (below.size == 0) {
            pp_exchange_redirect(exchange, 301, prefix, request->query);
            return;
        }
        if (below.data[0] == '/') {
            below.data++;
            below.size--;
            answer_below(exchange, request, below);
            return;
        }
    }
    /* A person who typed host:port alone is shown the way. */
    if (pp_slice_equal(request->path, pp_slice_literal("/")))
        pp_exchange_redirect(exchange, 302, prefix, (struct pp_slice){0});
    else
        pp_exchange_refuse(exchange, 404, "404 page not found");
}

struct pp_exchange *pp_serve_begin(const struct pp_request *request)
{
    struct pp_exchange *exchange =
        pp_exchange_new(strcmp(request->method, "HEAD") == 0);
    if (!exchange)
        return NULL;
    answer(exchange, request);
    if (!pp_exchange_state(exchange)->running)
        pp_exchange_settle(exchange);
    return exchange;
}
