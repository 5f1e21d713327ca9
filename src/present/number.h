/* number: numbers as Go's strconv package reads and writes them. Private to
 * present. */
#ifndef PP_PRESENT_NUMBER_H
#define PP_PRESENT_NUMBER_H

#include "base/base.h"

/* ParseInt(text, 0, 64) and ParseFloat(text, 64): 1_000, 0x1f, 0b11, 0o17, 017;
 * 1e3, 0x1p-2, -Inf, NaN. With Go's flag package's words: PP_E_FORMAT for what
 * is no number, PP_E_USAGE for one that does not fit. */
int pp_parse_int(const char *text, int64_t *number, struct pp_error *err);
int pp_parse_float(const char *text, double *number, struct pp_error *err);

/* Atoi(text): a sign and decimal digits, nothing else. */
int pp_parse_decimal(const char *text, int64_t *number, struct pp_error *err);

/* As fmt's %v prints it: the fewest digits that read back the same. */
void pp_format_float(struct pp_buffer *out, double number);

#endif
