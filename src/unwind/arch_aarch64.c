/* AArch64: the signal frame, the ucontext and what machine code looks like.
 * See arch.h; Arm Architecture Reference Manual, C6.2 BL and BLR. */
#include "unwind/arch.h"
#include "unwind/walk.h"

#include <stddef.h>
#include <string.h>

#define CONTEXT_OFFSET(member) (int)offsetof(ucontext_t, uc_mcontext.member)
#define SLOT(member) ((PP_ARCH_SIGNAL_CONTEXT + CONTEXT_OFFSET(member)) / 8)

/* The kernel's own CFI for the trampoline, where it has any, leads past the
 * interrupted instruction: this rule is used instead. */
const struct pp_unwind_rule pp_arch_signal_rule = {
    .cfa = PP_CFA_SIGNAL,
    .cfa_register = PP_ARCH_SP,
    .cfa_offset = PP_ARCH_SIGNAL_CONTEXT + CONTEXT_OFFSET(sp),
    .fp = {.where = PP_SAVED_SP, .slot = SLOT(regs[29])},
    .ra = {.where = PP_SAVED_SP, .slot = SLOT(pc)},
};

int pp_arch_context_offset(unsigned dwarf_register)
{
    if (dwarf_register > PP_ARCH_SP)
        return -1;
    /* x0 to x30, then sp, follow one another. */
    return CONTEXT_OFFSET(regs) + (int)dwarf_register * 8;
}

static uint32_t instruction(const uint8_t *code)
{
    uint32_t word;
    memcpy(&word, code, sizeof word);
    return word;
}

bool pp_arch_is_sigreturn(const uint8_t code[PP_ARCH_SIGRETURN_SIZE])
{
    /* mov x8, #139; svc #0 */
    return instruction(code) == 0xd2801168 &&
           instruction(code + 4) == 0xd4000001;
}

/* Stubs in a procedure linkage table begin with adrp x16, and tell only with
 * two more instructions decoded where they lead. */
static bool is_stub(uint64_t target)
{
    uint8_t code[4];
    return pp_walk_read_bytes(target, code, sizeof code) &&
           (instruction(code) & 0x9f00001f) == 0x90000010;
}

enum pp_call pp_arch_judge_call(uint64_t return_address, uint64_t pc)
{
    uint8_t code[4];
    if (!pp_walk_read_bytes(return_address - sizeof code, code, sizeof code))
        return PP_CALL_NONE;
    uint32_t last = instruction(code);
    if ((last & 0xfffffc1f) == 0xd63f0000 || /* blr */
        (last & 0xfefff800) == 0xd63f0800)   /* blraa and its kin */
        return PP_CALL_ANYWHERE;
    if ((last & 0xfc000000) != 0x94000000) /* bl */
        return PP_CALL_NONE;
    int64_t relative = (int64_t)((uint64_t)last << 38) >> 36;
    uint64_t target = return_address - 4 + (uint64_t)relative;
    if (pc - target < PP_ARCH_NEAR)
        return PP_CALL_HERE;
    return is_stub(target) ? PP_CALL_ANYWHERE : PP_CALL_ELSEWHERE;
}
