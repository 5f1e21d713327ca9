/* Folded stacks: lines of anything. */
#include "formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return try_form(&pp_format_folded, data, size);
}
