/* Names for PLT stubs. See plt.h.
 *
 * No table says where the stub of a function is. A stub jumps to where a slot
 * of the GOT points to, and a relocation says whose address goes into that
 * slot; so the stubs' code is read, and what jumps through a slot that is known
 * has the name. Linkers lay out stubs in many ways, which all have that.
 *
 * Invariant: no symbol without a relocation for its slot: what is misread as a
 * stub finds none.
 *
 * Specification: the processor supplements of the System V ABI for x86-64 and
 * i386 (5.2, "Procedure Linkage Table"), and for aarch64 (ELF for the Arm
 * 64-bit Architecture). */
#include "object/plt.h"

enum {
    SLOT_COUNT_MAX = 1 << 20,
    SECTION_SIZE_MAX = 64 << 20, /* of each that is read as a whole */
    NAME_SIZE_MAX = 4096,        /* longer ones are cut */
    SMALLEST_STUB = 8,
    LARGEST_STUB = 32,
    USUAL_STUB = 16,
};

/* ---- slots -------------------------------------------------------------- */

/* What a file has to say of its slots. */
struct slots {
    const struct pp_elf *elf;
    struct pp_slice symbols, strings; /* .dynsym and its names */
    struct {
        struct pp_sort_key *items; /* address of the slot -> symbol */
        uint32_t count, capacity;
    } keys;
    uint64_t got; /* the address that i386's register holds */
};

static struct pp_slice section_bytes(const struct pp_elf *elf,
                                     const struct pp_elf_section *section,
                                     struct pp_arena *arena)
{
    return section->size <= SECTION_SIZE_MAX
               ? pp_elf_section_bytes(elf, section, arena)
               : (struct pp_slice){0};
}

/* Add the slots that relocations of one of two types fill. */
static int add_relocations(struct slots *slots, struct pp_arena *arena,
                           const struct pp_elf_section *section,
                           const uint32_t types[2])
{
    const struct pp_elf *elf = slots->elf;
    size_t word = elf->is_64 ? sizeof(uint64_t) : sizeof(uint32_t);
    size_t size = section->type == SHT_RELA ? 3 * word : 2 * word;
    struct pp_slice bytes = section_bytes(elf, section, arena);
    for (size_t at = 0; bytes.size - at >= size; at += size) {
        const uint8_t *entry = (const uint8_t *)bytes.data + at;
        uint64_t info = pp_elf_word(elf, entry + word);
        uint32_t type = elf->is_64 ? (uint32_t)info : info & 0xff;
        uint32_t symbol = (uint32_t)(info >> (elf->is_64 ? 32 : 8));
        if (symbol == 0 || (type != types[0] && type != types[1]))
            continue;
        if (slots->keys.count == SLOT_COUNT_MAX)
            return PP_OK;
        struct pp_sort_key *key = pp_vector_add(arena, &slots->keys);
        if (!key)
            return PP_E_MEMORY;
        *key = (struct pp_sort_key){pp_elf_word(elf, entry), symbol};
    }
    return PP_OK;
}

static int read_slots(struct slots *slots, struct pp_arena *arena,
                      const uint32_t types[2])
{
    const struct pp_elf *elf = slots->elf;
    const struct pp_elf_section *strings;
    const struct pp_elf_section *symbols =
        pp_symbol_table_section(elf, SHT_DYNSYM, &strings);
    if (!symbols)
        return PP_OK;
    slots->symbols = section_bytes(elf, symbols, arena);
    slots->strings = section_bytes(elf, strings, arena);
    for (uint32_t i = 0; i < elf->section_count; i++) {
        const struct pp_elf_section *section = &elf->sections[i];
        bool is_ours =
            (section->type == SHT_REL || section->type == SHT_RELA) &&
            section->link < elf->section_count &&
            &elf->sections[section->link] == symbols;
        if (is_ours && add_relocations(slots, arena, section, types) < 0)
            return PP_E_MEMORY;
    }
    return pp_sort(slots->keys.items, slots->keys.count, arena);
}

/* The name of a symbol of .dynsym, "" when there is none. */
static struct pp_slice symbol_name(const struct slots *slots, uint64_t symbol)
{
    size_t size = slots->elf->is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    if (symbol >= slots->symbols.size / size)
        return (struct pp_slice){0};
    const char *entry = slots->symbols.data + symbol * size;
    uint32_t at = pp_elf_u32(slots->elf, (const uint8_t *)entry);
    if (at >= slots->strings.size)
        return (struct pp_slice){0};
    const char *name = slots->strings.data + at;
    size_t left = slots->strings.size - at;
    return (struct pp_slice){
        name, strnlen(name, left < NAME_SIZE_MAX ? left : NAME_SIZE_MAX)};
}

/* Whose address goes into a slot. */
static struct pp_slice slot_name(const struct slots *slots, uint64_t slot)
{
    uint32_t low = 0, high = slots->keys.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (slots->keys.items[middle].key < slot)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == slots->keys.count || slots->keys.items[low].key != slot)
        return (struct pp_slice){0};
    return symbol_name(slots, slots->keys.items[low].index);
}

/* ---- stubs -------------------------------------------------------------- */

/* Code that may be a stub, from its first byte on. */
struct stub {
    const uint8_t *code;
    size_t size; /* of what is there; then of the stub */
    uint64_t address;
    uint64_t slot; /* that it jumps through */
};

/* The operand of the indirect jump, which stands behind ENDBR and BND; NULL
 * when there is none. */
static const uint8_t *jump_operand(const struct stub *stub, uint8_t mode)
{
    static const uint8_t places[] = {0, 1, 4, 5};
    for (size_t i = 0; i < sizeof places; i++) {
        const uint8_t *at = stub->code + places[i];
        if (places[i] + 6u <= stub->size && at[0] == 0xff && at[1] == mode)
            return at + 2;
    }
    return NULL;
}

/* jmp *OFFSET(%rip) */
static bool read_x86_64(const struct slots *slots, struct stub *stub)
{
    const uint8_t *operand = jump_operand(stub, 0x25);
    if (!operand)
        return false;
    uint64_t behind = stub->address + (uint64_t)(operand + 4 - stub->code);
    stub->slot =
        behind + (uint64_t)(int64_t)(int32_t)pp_elf_u32(slots->elf, operand);
    return true;
}

/* jmp *SLOT, or jmp *OFFSET(%ebx) in position independent code */
static bool read_i386(const struct slots *slots, struct stub *stub)
{
    const uint8_t *absolute = jump_operand(stub, 0x25);
    const uint8_t *relative = jump_operand(stub, 0xa3);
    if (absolute)
        stub->slot = pp_elf_u32(slots->elf, absolute);
    else if (relative)
        stub->slot = (uint32_t)(slots->got + pp_elf_u32(slots->elf, relative));
    return absolute || relative;
}

/* bti c (or not); adrp x16, PAGE; ldr x17, [x16, OFFSET]; add; br x17 */
static bool read_aarch64(const struct slots *slots, struct stub *stub)
{
    enum { BTI_C = 0xd503245f, INSTRUCTION = 4, USUAL = 16, WITH_BTI = 24 };
    size_t start = stub->size >= INSTRUCTION &&
                           pp_elf_u32(slots->elf, stub->code) == (uint32_t)BTI_C
                       ? INSTRUCTION
                       : 0;
    size_t size = start ? WITH_BTI : USUAL;
    if (stub->size < size)
        return false;
    uint32_t adrp = pp_elf_u32(slots->elf, stub->code + start);
    uint32_t load = pp_elf_u32(slots->elf, stub->code + start + INSTRUCTION);
    if ((adrp & 0x9f00001f) != 0x90000010 || (load & 0xffc003ff) != 0xf9400211)
        return false;
    uint64_t pages = (adrp >> 5 & 0x7ffff) << 2 | (adrp >> 29 & 3);
    uint64_t sign = (uint64_t)1 << 20; /* of 21 bits */
    uint64_t page =
        (stub->address & ~(uint64_t)0xfff) + (((pages ^ sign) - sign) << 12);
    stub->slot = page + (load >> 10 & 0xfff) * 8;
    stub->size = size;
    return true;
}

/* ---- sections ----------------------------------------------------------- */

struct machine {
    uint16_t number;
    uint32_t relocations[2]; /* of functions called, and of those pointed to */
    bool (*read)(const struct slots *slots, struct stub *stub);
    uint8_t step; /* between places where stubs may begin; 0: by section */
};

static const struct machine machines[] = {
    {EM_X86_64, {R_X86_64_JUMP_SLOT, R_X86_64_GLOB_DAT}, read_x86_64, 0},
    {EM_386, {R_386_JMP_SLOT, R_386_GLOB_DAT}, read_i386, 0},
    {EM_AARCH64, {R_AARCH64_JUMP_SLOT, R_AARCH64_GLOB_DAT}, read_aarch64, 4},
};

static size_t step_of(const struct machine *machine,
                      const struct pp_elf_section *section)
{
    if (machine->step > 0)
        return machine->step;
    return section->entry_size >= SMALLEST_STUB &&
                   section->entry_size <= LARGEST_STUB
               ? (size_t)section->entry_size
               : USUAL_STUB;
}

/* Name the stubs of one section. */
static int add_stubs(struct pp_symbol_table *table, struct pp_arena *arena,
                     const struct slots *slots, const struct machine *machine,
                     const struct pp_elf_section *section)
{
    struct pp_slice bytes = section_bytes(slots->elf, section, arena);
    size_t step = step_of(machine, section);
    for (size_t at = 0; at < bytes.size;) {
        size_t left = bytes.size - at;
        struct stub stub = {
            .code = (const uint8_t *)bytes.data + at,
            .size = machine->step > 0 || left < step ? left : step,
            .address = section->address + at,
        };
        struct pp_slice name = {0};
        if (machine->read(slots, &stub))
            name = slot_name(slots, stub.slot);
        at += name.size > 0 && stub.size > step ? stub.size : step;
        if (name.size == 0)
            continue;
        struct pp_symbol symbol = {
            .start = stub.address,
            .size = stub.size,
            .section_end = section->address + section->size,
            .rank = PP_SYMBOL_STUB,
        };
        if (pp_symbol_table_add(table, arena, &symbol, name, "@plt") < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static uint64_t got_address(const struct pp_elf *elf)
{
    const struct pp_elf_section *got = pp_elf_section(elf, ".got.plt");
    if (!got)
        got = pp_elf_section(elf, ".got");
    return got ? got->address : 0;
}

int pp_plt_read(struct pp_symbol_table *table, struct pp_arena *arena,
                const struct pp_elf *elf)
{
    static const char *const names[] = {".plt", ".plt.sec", ".plt.got"};
    const struct machine *machine = NULL;
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i].number == elf->machine)
            machine = &machines[i];
    if (!machine)
        return PP_OK;
    struct slots slots = {.elf = elf, .got = got_address(elf)};
    if (read_slots(&slots, arena, machine->relocations) < 0)
        return PP_E_MEMORY;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct pp_elf_section *section = pp_elf_section(elf, names[i]);
        if (section && slots.keys.count > 0 &&
            add_stubs(table, arena, &slots, machine, section) < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}
