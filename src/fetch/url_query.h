/* url_query: the query of a URL, taken apart. Private to fetch. */
#ifndef PP_FETCH_URL_QUERY_H
#define PP_FETCH_URL_QUERY_H

#include "base/base.h"

struct pp_url_pair {
    struct pp_slice key, value; /* decoded, in the arena */
    uint32_t place;             /* in the source: equal keys keep their order */
};

/* All zero but the arena: an empty query. */
struct pp_url_query {
    struct pp_arena *arena;
    struct {
        struct pp_url_pair *items;
        uint32_t count, capacity;
    } pairs;
};

/* Add what stands behind a '?'. Words that do not decode, and those with a
 * ';', are left out. 0 or PP_E_MEMORY. */
int pp_url_query_parse(struct pp_url_query *query, struct pp_slice text);

/* One value for the key, whatever there was; both are borrowed. */
int pp_url_query_set(struct pp_url_query *query, const char *key,
                     struct pp_slice value);

/* Append it encoded, with its '?' unless it is empty, sorted by key. */
void pp_url_query_write(struct pp_url_query *query, struct pp_buffer *out);

/* What it says of the duration; 0 when nothing that is a number. */
int64_t pp_url_query_seconds(const struct pp_url_query *query);

#endif
