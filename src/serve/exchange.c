/* Answers under construction. Invariant: between any two calls the exchange
 * could be sent as it is; a header is never longer-lived than the arena that
 * the exchange itself lives in. The headers are those of Go's net/http/pprof
 * plus Cache-Control: a profile kept by a proxy is a
 * profile of the wrong minute. */
#include "serve/exchange.h"

#include <assert.h>
#include <stdio.h>

/* Bytes of a body: a profile of a very large program has some tens of MB. */
#define BODY_MAX ((size_t)256 << 20)

/* The answer's own memory, the body excepted. */
#define MEMORY_MAX ((size_t)32 << 20)

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {400, "Bad Request"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {500, "Internal Server Error"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    assert(!"a status without reason");
    return "";
}

struct pp_exchange *pp_exchange_new(bool head)
{
    struct pp_arena arena;
    pp_arena_init(&arena, MEMORY_MAX);
    struct pp_exchange *exchange = pp_arena_new(&arena, struct pp_exchange);
    struct pp_exchange_state *state =
        pp_arena_new(&arena, struct pp_exchange_state);
    if (!exchange || !state) {
        pp_arena_release(&arena);
        return NULL;
    }
    state->head = head;
    state->arena = arena;
    exchange->state = state;
    pp_buffer_init(&exchange->body, BODY_MAX);
    return exchange;
}

void pp_exchange_free(struct pp_exchange *exchange)
{
    pp_buffer_release(&exchange->body);
    struct pp_arena arena = pp_exchange_state(exchange)->arena;
    pp_arena_release(&arena);
}

void pp_exchange_header(struct pp_exchange *exchange, const char *name,
                        const char *value)
{
    assert(exchange->header_count <
           sizeof exchange->headers / sizeof *exchange->headers);
    exchange->headers[exchange->header_count++] =
        (struct pp_header){name, value};
}

void pp_exchange_status(struct pp_exchange *exchange, int status)
{
    exchange->status = status;
    exchange->reason = reason_of(status);
    exchange->header_count = 0;
    pp_exchange_header(exchange, "X-Content-Type-Options", "nosniff");
    pp_exchange_header(exchange, "Cache-Control", "no-store");
}

void pp_exchange_text(struct pp_exchange *exchange)
{
    pp_exchange_status(exchange, 200);
    pp_exchange_header(exchange, "Content-Type", "text/plain; charset=utf-8");
}

void pp_exchange_refuse(struct pp_exchange *exchange, int status,
                        const char *words)
{
    pp_buffer_release(&exchange->body);
    pp_buffer_init(&exchange->body, BODY_MAX);
    pp_exchange_status(exchange, status);
    pp_exchange_header(exchange, "Content-Type", "text/plain; charset=utf-8");
    pp_buffer_format(&exchange->body, "%s\n", words);
}

void pp_exchange_error(struct pp_exchange *exchange, int status,
                       const char *format, ...)
{
    char words[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    pp_exchange_refuse(exchange, status, words);
    pp_exchange_header(exchange, "X-Go-Pprof", "1");
}

/* Bytes that a header may hold as they are. */
static bool is_plain(struct pp_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] >= 0x7f)
            return false;
    return true;
}

void pp_exchange_redirect(struct pp_exchange *exchange, int status,
                          struct pp_slice prefix, struct pp_slice query)
{
    struct pp_buffer where = {.ceiling = 1 << 20};
    pp_buffer_append_slice(&where, prefix);
    pp_buffer_append_char(&where, '/');
    if (query.size > 0 && is_plain(query)) {
        pp_buffer_append_char(&where, '?');
        pp_buffer_append_slice(&where, query);
    }
    char *location = where.failed
                         ? NULL
                         : pp_slice_copy(&pp_exchange_state(exchange)->arena,
                                         pp_buffer_slice(&where));
    pp_buffer_release(&where);
    if (!location) {
        pp_exchange_error(exchange, 500, "out of memory");
        return;
    }
    pp_exchange_status(exchange, status);
    pp_exchange_header(exchange, "Content-Type", "text/html; charset=utf-8");
    pp_exchange_header(exchange, "Location", location);
    pp_buffer_append_text(&exchange->body, "<a href=\"");
    pp_buffer_append_escaped_xml(&exchange->body, pp_slice_of(location));
    pp_buffer_format(&exchange->body, "\">%s</a>.\n\n", exchange->reason);
}

void pp_exchange_settle(struct pp_exchange *exchange)
{
    if (exchange->body.failed)
        pp_exchange_error(exchange, 500, "out of memory");
    if (exchange->content_length >= 0)
        exchange->content_length = (int64_t)exchange->body.size;
    if (pp_exchange_state(exchange)->head)
        pp_buffer_release(&exchange->body);
}
