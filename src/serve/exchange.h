/* exchange: inside of serve. An answer under construction, and the table of
 * endpoints that construct them. */
#ifndef PP_SERVE_EXCHANGE_H
#define PP_SERVE_EXCHANGE_H

#include "base/base.h"
#include "collect/collect.h"
#include "serve/serve.h"

/* What pp_exchange.state points to. It lives, as the exchange itself does, in
 * the arena that it holds. */
struct pp_exchange_state {
    struct pp_arena arena;
    const struct pp_profiler *running; /* collecting for us; NULL: nothing */
    enum pp_source_detail detail;      /* of the names that it shall have */
    bool head;                         /* the body is for nobody */
    char disposition[96];              /* the value of a header */
};

/* One thing that is answered at once. */
struct pp_endpoint {
    const char *name;        /* the last part of the path; "" is the index */
    const char *description; /* one sentence for the index; NULL: unlisted */
    bool takes_post;
    void (*answer)(struct pp_exchange *exchange,
                   const struct pp_request *request);
};

/* All of them; one with the name NULL behind the last. */
extern const struct pp_endpoint pp_endpoints[];

struct pp_exchange *pp_exchange_new(bool head);
void pp_exchange_free(struct pp_exchange *exchange);

static inline struct pp_exchange_state *pp_exchange_state(
    const struct pp_exchange *exchange)
{
    return exchange->state;
}

/* Set the status and the headers that every answer has. */
void pp_exchange_status(struct pp_exchange *exchange, int status);

/* Add a header; both texts must live as long as the exchange. */
void pp_exchange_header(struct pp_exchange *exchange, const char *name,
                        const char *value);

/* 200 and the headers of plain text; the caller fills in the body. */
void pp_exchange_text(struct pp_exchange *exchange);

/* An error that the dispatcher tells: the words and a newline, marked so that
 * clients print them (X-Go-Pprof). Whatever the answer was before is gone. */
void pp_exchange_error(struct pp_exchange *exchange, int status,
                       const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An error as a router gives it: not marked. */
void pp_exchange_refuse(struct pp_exchange *exchange, int status,
                        const char *words);

/* 301 or 302 to a path of this server, with the query behind it. */
void pp_exchange_redirect(struct pp_exchange *exchange, int status,
                          struct pp_slice prefix, struct pp_slice query);

/* The answer is complete: keep the length, leave out the body of a HEAD, and
 * turn a body that ran out of memory into an error. */
void pp_exchange_settle(struct pp_exchange *exchange);

/* The page at the prefix itself. */
void pp_answer_index(struct pp_exchange *exchange,
                     const struct pp_request *request);

#endif
