/* x86 mnemonics in AT&T's syntax as objdump writes them: capstone puts the
 * letter for the size behind each, objdump where no register tells it. */
#include "assembly/mnemonic.h"

static bool is_one_of(unsigned id, const unsigned *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* Whether a register tells how wide the operation is. */
static bool is_general(const cs_x86_op *operand)
{
    return operand->type == X86_OP_REG && operand->size <= 8 &&
           !(operand->reg >= X86_REG_MM0 && operand->reg <= X86_REG_MM7);
}

/* Instructions that are as wide as an address unless they say otherwise. */
static bool is_address_wide(const struct cs_insn *insn)
{
    static const unsigned ids[] = {X86_INS_CALL, X86_INS_JMP, X86_INS_PUSH,
                                   X86_INS_POP, X86_INS_RET};
    return is_one_of(insn->id, ids, sizeof ids / sizeof *ids);
}

/* The count in %cl says nothing of what is shifted. */
bool pp_is_shift(const struct cs_insn *insn)
{
    static const unsigned ids[] = {X86_INS_SHL, X86_INS_SHR, X86_INS_SAR,
                                   X86_INS_ROL, X86_INS_ROR, X86_INS_RCL,
                                   X86_INS_RCR, X86_INS_SAL};
    return is_one_of(insn->id, ids, sizeof ids / sizeof *ids);
}

/* The opcode tells apart what has one name: movsd, cmpsd. */
bool pp_is_string(const struct cs_insn *insn)
{
    static const unsigned ids[] = {
        X86_INS_STOSB, X86_INS_STOSW, X86_INS_STOSD, X86_INS_STOSQ,
        X86_INS_LODSB, X86_INS_LODSW, X86_INS_LODSD, X86_INS_LODSQ,
        X86_INS_SCASB, X86_INS_SCASW, X86_INS_SCASD, X86_INS_SCASQ,
        X86_INS_MOVSB, X86_INS_MOVSW, X86_INS_MOVSD, X86_INS_MOVSQ,
        X86_INS_CMPSB, X86_INS_CMPSW, X86_INS_CMPSD, X86_INS_CMPSQ};
    return is_one_of(insn->id, ids, sizeof ids / sizeof *ids) &&
           insn->detail->x86.opcode[0] >= 0xa4 &&
           insn->detail->x86.opcode[0] <= 0xaf;
}

bool pp_is_segment_nop(const struct cs_insn *insn)
{
    return insn->id == X86_INS_NOP && strncmp(insn->op_str, "%cs:", 4) == 0;
}

static bool tells_its_size(const struct cs_insn *insn)
{
    const cs_x86 *x86 = &insn->detail->x86;
    bool has_memory = false, has_register = false;
    for (uint8_t i = 0; i < x86->op_count; i++) {
        has_memory |= x86->operands[i].type == X86_OP_MEM;
        has_register |= is_general(&x86->operands[i]);
    }
    if (!has_memory || is_address_wide(insn))
        return true;
    return has_register && !pp_is_shift(insn);
}

/* Of string instructions those with a register: stos, lods, scas. */
static bool has_accumulator(const struct cs_insn *insn)
{
    return pp_is_string(insn) && insn->detail->x86.opcode[0] >= 0xaa;
}

/* Of 64 bits to or from a vector register: REX.W says so. */
static bool is_wide_movd(const struct cs_insn *insn)
{
    return strcmp(insn->mnemonic, "movd") == 0 && insn->detail->x86.rex & 8;
}

void pp_mnemonic_append(struct pp_buffer *out, const struct cs_insn *insn,
                        const char *name)
{
    if (is_wide_movd(insn)) {
        pp_buffer_append_text(out, "movq");
        return;
    }
    const char *space = strrchr(insn->mnemonic, ' ');
    const char *word = space ? space + 1 : insn->mnemonic;
    size_t size = strlen(insn->mnemonic), length = name ? strlen(name) : 0;
    bool has_suffix = length && strncmp(word, name, length) == 0 &&
                      word[length] && strchr("bwlq", word[length]) &&
                      !word[length + 1];
    if ((has_suffix && tells_its_size(insn)) || has_accumulator(insn))
        size--;
    if (pp_is_segment_nop(insn))
        pp_buffer_append_text(out, "cs ");
    pp_buffer_append(out, insn->mnemonic, size);
}
