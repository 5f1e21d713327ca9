/* Any bytes as code of any machine: each is part of one instruction, whose text
 * is one line of printable characters.
 *
 * Input: a byte that chooses the machine, one of flags (64 bits, big-endian,
 * Intel's syntax), then the code. */
#include "assembly/assembly.h"

#include <elf.h>
#include <stdlib.h>

#include "fuzz.h"

static const uint16_t machines[] = {EM_386,     EM_X86_64, EM_ARM,
                                    EM_AARCH64, EM_PPC,    EM_PPC64,
                                    EM_S390,    EM_MIPS,   EM_SPARCV9};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool name_address(void *context, uint64_t address, struct pp_buffer *out)
{
    (void)context;
    pp_buffer_append_text(out, "name");
    return address & 1;
}

static void require_line(struct pp_slice text)
{
    require(text.size > 0 && text.size < 1000);
    for (size_t i = 0; i < text.size; i++)
        require(text.data[i] >= ' ' && text.data[i] <= '~');
}

static void disassemble(struct pp_assembly *assembly, struct pp_slice code)
{
    struct pp_instruction instruction;
    uint64_t address = 0x401000, end = address + code.size, at = address;
    while (pp_assembly_next(assembly, &code, &address, &instruction)) {
        require(instruction.address == at);
        require(instruction.size > 0 && instruction.size <= end - at);
        require_line(instruction.text);
        at += instruction.size;
        require(at == address && code.size == end - at);
    }
    require(at == end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pp_assembly *assembly;
    if (size < 2)
        return 0;
    uint16_t machine = machines[data[0] % (sizeof machines / sizeof *machines)];
    require(pp_assembly_open(machine, data[1] & 1, data[1] & 2, data[1] & 4,
                             &assembly, NULL) == PP_OK);
    pp_assembly_name_addresses(assembly, name_address, NULL);
    disassemble(assembly, (struct pp_slice){(const char *)data + 2, size - 2});
    pp_assembly_free(assembly);
    return 0;
}
