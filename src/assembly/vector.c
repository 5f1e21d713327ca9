/* The size of vector instructions, which their form tells also where the
 * instruction is unknown: so that what stands behind it is read from its start.
 * The string functions of libc are full of comparisons into mask registers,
 * which capstone 4 does not know.
 *
 * Intel's Software Developer's Manual, volume 2, chapter 2 (2.1.5, 2.3.5,
 * 2.7.1): prefix, opcode, ModRM, SIB, displacement, immediate. */
#include "assembly/vector.h"

/* Opcode maps, as the prefix numbers them. */
enum { MAP_0F = 1, MAP_0F3A = 3 };

struct prefix {
    uint32_t size; /* 0: there is none */
    uint8_t map;
};

static struct prefix read_prefix(const uint8_t *code)
{
    if (code[0] == 0x62)
        return (struct prefix){4, code[1] & 7};
    if (code[0] == 0xc4)
        return (struct prefix){3, code[1] & 31};
    return (struct prefix){code[0] == 0xc5 ? 2 : 0, MAP_0F};
}

static bool has_immediate(uint8_t map, uint8_t opcode)
{
    if (map != MAP_0F)
        return map == MAP_0F3A;
    return (opcode >= 0x70 && opcode <= 0x73) || opcode == 0xc2 ||
           (opcode >= 0xc4 && opcode <= 0xc6);
}

/* vzeroupper has no operands. */
static bool has_modrm(uint8_t map, uint8_t opcode)
{
    return map != MAP_0F || opcode != 0x77;
}

/* ModRM and what it calls for. */
static uint32_t operand_size(const uint8_t *code)
{
    static const uint8_t displacements[] = {0, 1, 4, 0};
    uint8_t mode = code[0] >> 6, register_or_memory = code[0] & 7;
    bool has_sib = mode != 3 && register_or_memory == 4;
    uint8_t base = has_sib ? code[1] & 7 : register_or_memory;
    bool is_base_missing = mode == 0 && base == 5;
    return 1 + has_sib + (is_base_missing ? 4 : displacements[mode]);
}

uint32_t pp_vector_size(struct pp_slice code)
{
    enum { LOOKED_AT = 7 }; /* the longest prefix, opcode, ModRM, SIB */
    uint8_t bytes[LOOKED_AT] = {0};
    if (code.size == 0)
        return 0;
    memcpy(bytes, code.data, code.size < LOOKED_AT ? code.size : LOOKED_AT);
    struct prefix prefix = read_prefix(bytes);
    if (!prefix.size)
        return 0;
    uint8_t opcode = bytes[prefix.size];
    uint32_t size = prefix.size + 1 + has_immediate(prefix.map, opcode);
    if (has_modrm(prefix.map, opcode))
        size += operand_size(bytes + prefix.size + 1);
    return size <= code.size ? size : 0;
}
