/* query: inside of serve. What stands behind the '?' of a URL, and the numbers
 * that clients write there. Pure. */
#ifndef PP_SERVE_QUERY_H
#define PP_SERVE_QUERY_H

#include "base/base.h"

/* The first value of `name`, decoded into the arena: true if it is there. A
 * pair that is badly encoded, or holds a ';', is passed over, as Go does. */
bool pp_query_get(struct pp_slice query, const char *name,
                  struct pp_arena *arena, struct pp_slice *value);

/* A whole number in base 10 as Go's ParseInt takes it: an optional sign and
 * digits, nothing else, within 64 bits. */
bool pp_query_parse_integer(struct pp_slice text, int64_t *value);

/* An address in any base of C: 0x, 0b, 0o or 0 in front, or decimal. 0 for
 * what is none, UINT64_MAX for what is too large. */
uint64_t pp_query_parse_address(struct pp_slice text);

#endif
