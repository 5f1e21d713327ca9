/* What perf script prints: heads and frames of anything. */
#include "formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return try_form(&pp_format_perf_script, data, size);
}
