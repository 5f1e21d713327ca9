/* ELF files of any bytes: symbols, build id, bases and names; sections, packed
 * ones too. Whatever is found lies in the index and reads as text, in the order
 * promised, and takes no more memory than was allowed.
 *
 * Input: the file. */
#include "object/object.h"

#include <stdlib.h>

#include "fuzz.h"

static const struct pp_debug_search nowhere = {0};

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

/* What libpprof asks of a file. */
static void read_symbols(const uint8_t *data, size_t size)
{
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    if (pp_symbols_open_image(data, size, &symbols, &err) < 0) {
        require(symbols == NULL && err.text[0]);
        return;
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
}

static void list_symbols(struct pp_object *object)
{
    struct pp_symbols *symbols;
    struct pp_listed_symbol symbol;
    uint64_t last = 0;
    if (pp_symbols_open_object(object, NULL, &symbols, NULL) < 0)
        return;
    for (uint32_t i = 0; pp_symbols_at(symbols, i, &symbol); i++) {
        require(symbol.start >= last && symbol.name.size > 0);
        last = symbol.start;
    }
    pp_symbols_free(symbols);
}

/* Touch all bytes, so that what is not there is found out. */
static uint64_t sum(struct pp_slice bytes)
{
    uint64_t total = 0;
    for (size_t i = 0; i < bytes.size; i++)
        total += (uint8_t)bytes.data[i];
    return total;
}

static uint64_t read_bytes(struct pp_object *object)
{
    static const char *const names[] = {
        ".debug_info", ".debug_abbrev", ".debug_line",       ".debug_str",
        ".text",       ".symtab",       ".gnu_debugaltlink", NULL,
    };
    struct pp_slice bytes;
    uint64_t address, total = 0;
    pp_object_prepare(object, names);
    for (int i = 0; names[i]; i++)
        if (pp_object_section(object, names[i], &bytes, &address))
            total += sum(bytes);
    for (uint32_t i = 0; pp_object_loaded(object, i, &bytes, &address); i++)
        if (pp_object_bytes(object, address, &bytes))
            total += sum(bytes);
    return total;
}

/* What the tool asks of it. */
static void read_object(const uint8_t *data, size_t size, bool copied)
{
    const struct pp_object_options options = {copied, (size_t)8 << 20};
    struct pp_object *object, *other;
    struct pp_error err = {0};
    if (pp_object_open_image(data, size, &options, &object, &err) < 0) {
        require(object == NULL && err.text[0]);
        return;
    }
    require(read_bytes(object) < UINT64_MAX);
    require(pp_object_memory(object) <= options.memory_max);
    list_symbols(object);
    require(pp_debug_file_open(object, &nowhere, &options, &other, NULL) < 0);
    require(pp_supplement_open(object, &nowhere, &options, &other, NULL) < 0);
    pp_object_free(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_symbols(data, size);
    read_object(data, size, size % 2);
    return 0;
}
