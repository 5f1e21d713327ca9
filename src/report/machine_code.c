/* A binary's bytes and symbols, brought together for the disassembler. */
#include "report/machine_code.h"

#include <inttypes.h>

/* "main+0x30", as objdump writes it. */
static bool append_symbol(void *context, uint64_t address,
                          struct pp_buffer *out)
{
    const struct pp_symbols *symbols = context;
    struct pp_slice name;
    uint64_t start;
    if (!pp_symbols_find(symbols, address, &name, &start))
        return false;
    if (!pp_demangle(name, PP_DEMANGLE_FULL, out))
        pp_buffer_append_slice(out, name);
    if (address > start)
        pp_buffer_format(out, "+0x%" PRIx64, address - start);
    return true;
}

int pp_report_assembly_open(const struct pp_binary *binary, bool intel,
                            struct pp_assembly **assembly, struct pp_error *err)
{
    const struct pp_object *object = binary->object;
    bool is_big_host = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    bool is_big = pp_object_is_swapped(object) != is_big_host;
    int status =
        pp_assembly_open(pp_object_machine(object), pp_object_is_64(object),
                         is_big, intel, assembly, err);
    if (status == PP_OK)
        pp_assembly_name_addresses(*assembly, append_symbol, binary->symbols);
    return status;
}

bool pp_report_code(const struct pp_binary *binary, uint64_t start,
                    uint64_t end, struct pp_slice *code)
{
    if (start >= end || !pp_object_bytes(binary->object, start, code))
        return false;
    if (code->size > end - start)
        code->size = (size_t)(end - start);
    return true;
}
