/* Requests of any bytes at the dispatcher: paths, queries, symbol bodies. The
 * profilers are played; whatever is asked, an answer is complete, and what was
 * started has ended when the answer is freed.
 *
 * Input: a byte for the method, then path, query, host and body, a line each,
 * the body being all the rest. */
#include "collect/collect.h"
#include "serve/serve.h"

#include <stdlib.h>

#include "fuzz.h"

static bool running;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static int start(struct pp_error *err)
{
    if (running)
        return pp_fail(err, PP_E_BUSY, "cpu profiling already in use");
    running = true;
    return PP_OK;
}

static int stop(struct pp_profile **profile, struct pp_error *err)
{
    (void)err;
    require(running);
    running = false;
    *profile = NULL;
    return PP_OK;
}

static void cancel(void)
{
    require(running);
    running = false;
}

static const struct pp_profiler timed = {
    .name = "profile",
    .activity = "CPU profiling",
    .description = "Takes time.",
    .default_seconds = 30,
    .start = start,
    .stop = stop,
    .cancel = cancel,
};
static const struct pp_profiler snapshot = {
    .name = "a/b",
    .activity = "snapshots",
    .description = "Is there at once.",
    .start = start,
    .stop = stop,
    .cancel = cancel,
};
const struct pp_profiler *const pp_profilers[] = {&timed, &snapshot, NULL};

int pp_collect_encode(struct pp_profile *profile, enum pp_source_detail detail,
                      struct pp_buffer *out, struct pp_error *err)
{
    (void)profile, (void)detail, (void)err;
    pp_buffer_append_text(out, "profile");
    return PP_OK;
}

bool pp_collect_name_address(uint64_t address, struct pp_buffer *out)
{
    require(address != 0);
    pp_buffer_append_text(out, "name");
    return address % 2 == 0;
}

void pp_collect_end_addresses(void)
{
}

int pp_collect_command_line(struct pp_buffer *out, struct pp_error *err)
{
    (void)err;
    pp_buffer_append_text(out, "program");
    return PP_OK;
}

static struct pp_slice take_line(struct pp_slice *rest)
{
    const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    struct pp_slice line = *rest;
    if (!end) {
        rest->size = 0;
        return line;
    }
    line.size = (size_t)(end - line.data);
    rest->data = end + 1;
    rest->size -= line.size + 1;
    return line;
}

static void check_answer(const struct pp_exchange *exchange, bool head)
{
    require(exchange->status >= 200 && exchange->status < 600);
    require(exchange->reason[0] != '\0');
    require(exchange->header_count >= 3);
    for (uint32_t i = 0; i < exchange->header_count; i++)
        require(!strpbrk(exchange->headers[i].value, "\r\n"));
    require(!exchange->body.failed);
    require(head ? exchange->body.size == 0
                 : exchange->content_length == (int64_t)exchange->body.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "OTHER"};
    if (size == 0)
        return 0;
    struct pp_slice rest = {(const char *)data + 1, size - 1};
    struct pp_request request = {
        .method = methods[data[0] % 4],
        .prefix = pp_slice_literal("/debug/pprof"),
        .path = take_line(&rest),
        .query = take_line(&rest),
        .host = take_line(&rest),
        .body = rest,
    };
    struct pp_exchange *exchange = pp_serve_begin(&request);
    if (!exchange)
        return 0;
    require(exchange->wait_seconds >= 0 &&
            exchange->wait_seconds <= PP_SERVE_SECONDS_MAX);
    require((exchange->wait_seconds > 0) == running);
    if (data[0] & 4) /* else as if the client went away */
        pp_serve_finish(exchange);
    if (!running)
        check_answer(exchange, strcmp(request.method, "HEAD") == 0);
    pp_serve_free(exchange);
    require(!running);
    return 0;
}
