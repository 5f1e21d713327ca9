/* AArch64: the signal frame, the ucontext and what machine code looks like.
 * See arch.h; Arm Architecture Reference Manual, C6.2 BL and BLR. */
#include "unwind/arch.h"

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

bool pp_arch_is_call(const uint8_t code[8])
{
    uint32_t last = instruction(code + 4);
    return (last & 0xfc000000) == 0x94000000 || /* bl */
           (last & 0xfffffc1f) == 0xd63f0000 || /* blr */
           (last & 0xfefff800) == 0xd63f0800;   /* blraa and its kin */
}
