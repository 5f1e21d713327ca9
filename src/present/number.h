/* number: numbers as Go's strconv package reads them. Private to present. */
#ifndef PP_PRESENT_NUMBER_H
#define PP_PRESENT_NUMBER_H

#include "base/base.h"

/* ParseInt(text, 0, 64) and ParseFloat(text, 64): 1_000, 0x1f, 0b11, 0o17, 017;
 * 1e3, 0x1p-2, -Inf, NaN. 0, or PP_E_USAGE with Go's flag package's words. */
int pp_parse_int(const char *text, int64_t *number, struct pp_error *err);
int pp_parse_float(const char *text, double *number, struct pp_error *err);

#endif
