/* ELF files of any bytes: symbols, build id, bases and names. Whatever is
 * found lies in the index and reads as text.
 *
 * Input: the file. */
#include "object/object.h"

#include <stdlib.h>

#include "fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void look_up(const struct pp_symbols *symbols, uint64_t address)
{
    struct pp_slice name;
    uint64_t start;
    if (!pp_symbols_find(symbols, address, &name, &start))
        return;
    require(start <= address);
    require(name.size > 0 && strlen(name.data) == name.size);
    require(pp_symbols_find(symbols, start, &name, NULL));
}

static void compute_base(const struct pp_symbols *symbols, uint64_t start,
                         uint64_t offset)
{
    struct pp_error err = {0};
    uint64_t base;
    int status = pp_symbols_base(symbols, start, start + 0x3000, offset,
                                 start + 0x123, &base, &err);
    require((status < 0) == (err.text[0] != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    if (pp_symbols_open_image(data, size, &symbols, &err) < 0) {
        require(symbols == NULL && err.text[0]);
        return 0;
    }
    require(err.text[0] == 0);
    require(pp_symbols_build_id(symbols).size % 2 == 0);
    for (uint64_t address = 0; address < 0x8000; address += 0x40)
        look_up(symbols, address);
    look_up(symbols, UINT64_MAX);
    compute_base(symbols, 0x7f0000001000, 0x1000);
    compute_base(symbols, 0x400000, 0);
    compute_base(symbols, 0xffffffff81000000, 0);
    compute_base(symbols, 0, 0);
    pp_symbols_free(symbols);
    return 0;
}
