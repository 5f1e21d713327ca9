/* x86-64: the signal frame, the ucontext and what machine code looks like.
 * See arch.h; Intel SDM volume 2, CALL. */
#include "unwind/arch.h"
#include "unwind/walk.h"

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

static bool is_near(uint64_t target, uint64_t pc)
{
    return pc - target < PP_ARCH_NEAR;
}

/* The function that a stub in a procedure linkage table jumps to: after an
 * endbr64 and a bnd prefix, where there are any, jmp *n(%rip). */
static bool stub_is_near(uint64_t stub, uint64_t pc)
{
    uint8_t code[16];
    if (!pp_walk_read_bytes(stub, code, sizeof code))
        return false;
    for (unsigned at = 0; at <= 5; at++) {
        int32_t relative;
        uint64_t target;
        if (code[at] != 0xff || code[at + 1] != 0x25)
            continue;
        memcpy(&relative, code + at + 2, sizeof relative);
        uint64_t slot = stub + at + 6 + (uint64_t)(int64_t)relative;
        return pp_walk_read_bytes(slot, (uint8_t *)&target, sizeof target) &&
               is_near(target, pc);
    }
    return false;
}

static bool is_indirect_call(const uint8_t code[8])
{
    for (int size = 2; size <= 7; size++) { /* call r/m: ff /2 */
        const uint8_t *at = code + 8 - size;
        if (at[0] == 0xff && (at[1] >> 3 & 7) == 2)
            return true;
    }
    return false;
}

enum pp_call pp_arch_judge_call(uint64_t return_address, uint64_t pc)
{
    uint8_t code[8];
    if (!pp_walk_read_bytes(return_address - sizeof code, code, sizeof code))
        return PP_CALL_NONE;
    bool is_direct = code[3] == 0xe8; /* call relative, 5 bytes */
    if (is_direct) {
        int32_t relative;
        memcpy(&relative, code + 4, sizeof relative);
        uint64_t target = return_address + (uint64_t)(int64_t)relative;
        if (is_near(target, pc) || stub_is_near(target, pc))
            return PP_CALL_HERE;
    }
    if (is_indirect_call(code))
        return PP_CALL_ANYWHERE;
    return is_direct ? PP_CALL_ELSEWHERE : PP_CALL_NONE;
}
