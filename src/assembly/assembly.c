/* Disassembly by capstone, its text turned into objdump's.
 *
 * Bytes that are no instruction are shown as such, in general as many as the
 * machine's smallest instruction has, and decoding goes on behind them.
 * Invariant: each byte is part of one instruction, and none is empty, so the
 * loop ends. */
#include "assembly/assembly.h"

#include "assembly/capstone.h"
#include "assembly/mnemonic.h"
#include "assembly/operands.h"
#include "assembly/vector.h"

#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>

struct pp_assembly {
    csh handle;
    cs_insn *insn; /* the one at hand */
    struct pp_buffer text;
    uint32_t step; /* bytes of what is no instruction */
    bool is_x86, is_64, is_intel, is_big_endian;
    pp_assembly_namer *name;
    void *context;
};

enum { TEXT_MAX_BYTES = 64 << 10 };

/* ---- machines ----------------------------------------------------------- */

struct machine {
    uint16_t id;
    uint8_t step; /* bytes of the smallest instruction */
    cs_arch arch;
    cs_mode mode, mode_64; /* by the file's class */
    bool follows_order;    /* code is in the byte order of the data */
};

/* x32 has the instructions of x86-64. Code of ARM is little-endian in files of
 * both orders (BE8); of Thumb we are not told. */
static const struct machine machines[] = {
    {EM_386, 1, CS_ARCH_X86, CS_MODE_32, CS_MODE_32, false},
    {EM_X86_64, 1, CS_ARCH_X86, CS_MODE_64, CS_MODE_64, false},
    {EM_ARM, 4, CS_ARCH_ARM, CS_MODE_ARM, CS_MODE_ARM, false},
    {EM_AARCH64, 4, CS_ARCH_ARM64, CS_MODE_ARM, CS_MODE_ARM, false},
    {EM_PPC, 4, CS_ARCH_PPC, CS_MODE_32, CS_MODE_32, true},
    {EM_PPC64, 4, CS_ARCH_PPC, CS_MODE_64, CS_MODE_64, true},
    {EM_S390, 2, CS_ARCH_SYSZ, CS_MODE_BIG_ENDIAN, CS_MODE_BIG_ENDIAN, true},
    {EM_MIPS, 4, CS_ARCH_MIPS, CS_MODE_MIPS32, CS_MODE_MIPS64, true},
    {EM_SPARCV9, 4, CS_ARCH_SPARC, CS_MODE_V9, CS_MODE_V9, true},
};

static const struct machine *find_machine(uint16_t id)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i].id == id)
            return &machines[i];
    return NULL;
}

static cs_mode mode_of(const struct machine *machine, bool is_64,
                       bool is_big_endian)
{
    cs_mode mode = is_64 ? machine->mode_64 : machine->mode;
    if (machine->follows_order && is_big_endian)
        mode |= CS_MODE_BIG_ENDIAN;
    return mode;
}

/* ---- opening ------------------------------------------------------------ */

static int open_capstone(struct pp_assembly *assembly,
                         const struct machine *machine, cs_mode mode,
                         struct pp_error *err)
{
    int status = pp_capstone_load(err);
    if (status < 0)
        return status;
    if (pp_capstone.open(machine->arch, mode, &assembly->handle) != CS_ERR_OK)
        return pp_fail(err, PP_E_NOT_FOUND,
                       "capstone cannot disassemble code of machine %u",
                       machine->id);
    pp_capstone.option(assembly->handle, CS_OPT_DETAIL, CS_OPT_ON);
    if (assembly->is_x86 && !assembly->is_intel)
        pp_capstone.option(assembly->handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    assembly->insn = pp_capstone.malloc(assembly->handle);
    return assembly->insn ? PP_OK : pp_fail_memory(err);
}

int pp_assembly_open(uint16_t machine_id, bool is_64, bool is_big_endian,
                     bool intel, struct pp_assembly **result,
                     struct pp_error *err)
{
    const struct machine *machine = find_machine(machine_id);
    if (!machine)
        return pp_fail(err, PP_E_NOT_FOUND,
                       "cannot disassemble code of machine %u", machine_id);
    struct pp_assembly *assembly = calloc(1, sizeof *assembly);
    if (!assembly)
        return pp_fail_memory(err);
    assembly->step = machine->step;
    assembly->is_x86 = machine->arch == CS_ARCH_X86;
    assembly->is_64 = machine->mode_64 == CS_MODE_64;
    assembly->is_intel = intel;
    assembly->is_big_endian = is_big_endian && machine->follows_order;
    pp_buffer_init(&assembly->text, TEXT_MAX_BYTES);
    int status = open_capstone(assembly, machine,
                               mode_of(machine, is_64, is_big_endian), err);
    if (status < 0) {
        pp_assembly_free(assembly);
        return status;
    }
    *result = assembly;
    return PP_OK;
}

void pp_assembly_free(struct pp_assembly *assembly)
{
    if (!assembly)
        return;
    if (assembly->insn)
        pp_capstone.free(assembly->insn, 1);
    if (assembly->handle)
        pp_capstone.close(&assembly->handle);
    pp_buffer_release(&assembly->text);
    free(assembly);
}

void pp_assembly_name_addresses(struct pp_assembly *assembly,
                                pp_assembly_namer *name, void *context)
{
    assembly->name = name;
    assembly->context = context;
}

/* ---- addresses ---------------------------------------------------------- */

/* "401136 <main+0x30>", or the number alone. */
static void append_address(struct pp_assembly *assembly, uint64_t address)
{
    struct pp_buffer *text = &assembly->text;
    pp_buffer_format(text, "%" PRIx64, address);
    size_t size = text->size;
    pp_buffer_append_text(text, " <");
    if (assembly->name && assembly->name(assembly->context, address, text))
        pp_buffer_append_char(text, '>');
    else
        text->size = size;
}

/* Calls that capstone does not say are any. */
static bool is_call_by_name(const char *mnemonic)
{
    static const char *const names[] = {"bal", "bl", "brasl", "call", "jal"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(mnemonic, names[i]) == 0)
            return true;
    return false;
}

static bool is_branch(const struct pp_assembly *assembly)
{
    const struct cs_insn *insn = assembly->insn;
    return pp_capstone.insn_group(assembly->handle, insn, CS_GRP_JUMP) ||
           pp_capstone.insn_group(assembly->handle, insn, CS_GRP_CALL) ||
           pp_capstone.insn_group(assembly->handle, insn,
                                  CS_GRP_BRANCH_RELATIVE) ||
           is_call_by_name(insn->mnemonic);
}

/* The last operand of a jump or a call, where it is a number: "0x401136",
 * "#0x401136". NULL: the target is not fixed. */
static const char *find_target(const struct pp_assembly *assembly,
                               uint64_t *target)
{
    const struct cs_insn *insn = assembly->insn;
    const char *space = strrchr(insn->op_str, ' ');
    const char *operand = space ? space + 1 : insn->op_str;
    const char *number = operand + (*operand == '#');
    char *end;
    if (*number < '0' || *number > '9' || !is_branch(assembly))
        return NULL;
    uint64_t value = strtoull(number, &end, 0);
    if (*end)
        return NULL;
    *target = value;
    return operand;
}

/* ---- text --------------------------------------------------------------- */

/* Mnemonics have a column of their own, as objdump has it for x86. */
static void end_mnemonic(struct pp_buffer *text)
{
    enum { COLUMN = 7 };
    do
        pp_buffer_append_char(text, ' ');
    while (text->size < COLUMN && !text->failed);
}

static void append_mnemonic(struct pp_assembly *assembly)
{
    const struct cs_insn *insn = assembly->insn;
    if (assembly->is_x86 && !assembly->is_intel)
        pp_mnemonic_append(&assembly->text, insn,
                           pp_capstone.insn_name(assembly->handle, insn->id));
    else
        pp_buffer_append_text(&assembly->text, insn->mnemonic);
}

static void append_operands(struct pp_assembly *assembly)
{
    const struct cs_insn *insn = assembly->insn;
    if (!assembly->is_x86)
        pp_buffer_append_text(&assembly->text, insn->op_str);
    else if (assembly->is_intel)
        pp_operands_append_intel(&assembly->text, insn, assembly->is_64);
    else
        pp_operands_append_att(&assembly->text, insn, assembly->is_64);
}

static void append_instruction(struct pp_assembly *assembly, uint64_t *target)
{
    const struct cs_insn *insn = assembly->insn;
    struct pp_buffer *text = &assembly->text;
    uint64_t address;
    append_mnemonic(assembly);
    if (!insn->op_str[0])
        return;
    end_mnemonic(text);
    const char *operand = find_target(assembly, target);
    if (operand) {
        pp_buffer_append(text, insn->op_str, (size_t)(operand - insn->op_str));
        append_address(assembly, *target);
        return;
    }
    append_operands(assembly);
    if (assembly->is_x86 && pp_operands_relative(insn, &address)) {
        pp_buffer_append_text(text, "        # ");
        append_address(assembly, address);
    }
}

/* ---- bytes that are no instruction -------------------------------------- */

/* Vector instructions that capstone does not know are passed over whole. */
static struct pp_slice take_bytes(const struct pp_assembly *assembly,
                                  struct pp_slice *code)
{
    uint32_t size =
        assembly->is_x86 && assembly->is_64 ? pp_vector_size(*code) : 0;
    if (!size)
        size = assembly->step;
    if (size > code->size)
        size = (uint32_t)code->size;
    struct pp_slice bytes = {code->data, size};
    *code = (struct pp_slice){code->data + size, code->size - size};
    return bytes;
}

/* The number that is there, for machines whose instructions have one size. */
static void append_number(struct pp_assembly *assembly, struct pp_slice bytes)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        size_t at = assembly->is_big_endian ? i : bytes.size - 1 - i;
        value = value << 8 | (uint8_t)bytes.data[at];
    }
    pp_buffer_append_text(&assembly->text, ".inst");
    end_mnemonic(&assembly->text);
    pp_buffer_format(&assembly->text, "0x%0*" PRIx64, (int)bytes.size * 2,
                     value);
}

static void append_bytes(struct pp_assembly *assembly, struct pp_slice bytes)
{
    struct pp_buffer *text = &assembly->text;
    if (!assembly->is_x86) {
        append_number(assembly, bytes);
        return;
    }
    pp_buffer_append_text(text, bytes.size == 1 ? "(bad)" : ".byte");
    for (size_t i = 0; bytes.size > 1 && i < bytes.size; i++) {
        if (i == 0)
            end_mnemonic(text);
        pp_buffer_format(text, i ? ",0x%02x" : "0x%02x",
                         (uint8_t)bytes.data[i]);
    }
}

/* ---- one after the other ------------------------------------------------ */

bool pp_assembly_next(struct pp_assembly *assembly, struct pp_slice *code,
                      uint64_t *address, struct pp_instruction *instruction)
{
    const uint8_t *at = (const uint8_t *)code->data;
    size_t size = code->size;
    if (size == 0)
        return false;
    *instruction = (struct pp_instruction){.address = *address};
    pp_buffer_clear(&assembly->text);
    instruction->is_code = pp_capstone.disasm_iter(assembly->handle, &at, &size,
                                                   address, assembly->insn);
    if (instruction->is_code) {
        *code = (struct pp_slice){(const char *)at, size};
        instruction->size = assembly->insn->size;
        append_instruction(assembly, &instruction->target);
    } else {
        struct pp_slice bytes = take_bytes(assembly, code);
        instruction->size = (uint32_t)bytes.size;
        *address = instruction->address + bytes.size;
        append_bytes(assembly, bytes);
    }
    instruction->text = pp_buffer_slice(&assembly->text);
    return true;
}
