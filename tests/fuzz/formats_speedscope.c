/* speedscope: any JSON, and what is none. */
#include "formats.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return try_form(&pp_format_speedscope, data, size);
}
