/* Names of any bytes at the demanglers, in all modes. What is refused leaves
 * the buffer as it was.
 *
 * Input: the name. */
#include "object/object.h"

#include <stdlib.h>

#include "fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pp_slice name = {(const char *)data, size};
    struct pp_buffer out = {0};
    for (int mode = PP_DEMANGLE_NONE; mode <= PP_DEMANGLE_FULL; mode++) {
        pp_buffer_clear(&out);
        pp_buffer_append_text(&out, "before");
        bool is_mangled = pp_demangle(name, (enum pp_demangle)mode, &out);
        require(memcmp(out.data, "before", 6) == 0);
        require(is_mangled == (out.size > 6));
        require(out.data[out.size] == 0);
        size_t before = out.size;
        is_mangled = pp_demangle_d(name, (enum pp_demangle)mode, &out);
        require(is_mangled == (out.size > before));
    }
    pp_buffer_release(&out);
    return 0;
}
