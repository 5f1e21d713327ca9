/* jemalloc's heap profiles: rows, stacks and a memory map. */
#include "formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return try_form(&pp_format_jemalloc, data, size);
}
