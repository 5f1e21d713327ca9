/* x86-64: the signal frame, the ucontext and what machine code looks like.
 * See arch.h; Intel SDM volume 2, CALL. */
#include "unwind/arch.h"

#include <stddef.h>
#include <string.h>

#define GREG_OFFSET(n)                                                         \
    (int)(offsetof(ucontext_t, uc_mcontext.gregs) + (n) * sizeof(greg_t))

/* At the trampoline sp points to the ucontext_t: the handler's `ret` has
 * popped the only word in front of it. */
const struct pp_unwind_rule pp_arch_signal_rule = {
    .cfa = PP_CFA_SIGNAL,
    .cfa_register = PP_ARCH_SP,
    .cfa_offset = GREG_OFFSET(REG_RSP),
    .fp = {.where = PP_SAVED_SP, .slot = GREG_OFFSET(REG_RBP) / 8},
    .ra = {.where = PP_SAVED_SP, .slot = GREG_OFFSET(REG_RIP) / 8},
};

int pp_arch_context_offset(unsigned dwarf_register)
{
    static const uint8_t gregs[] = {
        REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
        REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
        REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP,
    };
    if (dwarf_register >= sizeof gregs)
        return -1;
    return GREG_OFFSET(gregs[dwarf_register]);
}

bool pp_arch_is_sigreturn(const uint8_t code[PP_ARCH_SIGRETURN_SIZE])
{
    /* mov $15, %rax; syscall */
    static const uint8_t sigreturn[PP_ARCH_SIGRETURN_SIZE] = {
        0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
    return memcmp(code, sigreturn, sizeof sigreturn) == 0;
}

bool pp_arch_is_call(const uint8_t code[8])
{
    if (code[3] == 0xe8) /* call relative, 5 bytes */
        return true;
    for (int size = 2; size <= 7; size++) { /* call r/m: ff /2 */
        const uint8_t *at = code + 8 - size;
        if (at[0] == 0xff && (at[1] >> 3 & 7) == 2)
            return true;
    }
    return false;
}
