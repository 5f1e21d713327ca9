/* The numbers of a callgrind report, written digit by digit: there may be tens
 * of millions, so no format strings. Each call writes to `at`, which has room
 * for as much as the size says, and gives the place behind. Private to report.
 */
#ifndef PP_REPORT_CALLGRIND_NUMBERS_H
#define PP_REPORT_CALLGRIND_NUMBERS_H

#include <stdint.h>

enum {
    PP_DECIMAL_SIZE = 20, /* INT64_MIN has 19 digits, and a sign */
    PP_ADDRESS_SIZE = 1 + PP_DECIMAL_SIZE,
};

char *pp_put_decimal(char *at, int64_t value);

/* "0x401000", or the distance from the previous address where this is shorter:
 * "+16", "-16", "*" for none. previous may be NULL. */
char *pp_put_address(char *at, const uint64_t *previous, uint64_t address);

#endif
