/* What every fuzz target is: one function, which runner.c and libFuzzer call.
 */
#ifndef TEST_FUZZ_FUZZ_H
#define TEST_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; aborts where the code under test breaks a promise. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
