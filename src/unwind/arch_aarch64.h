/* AArch64 (AAPCS64; DWARF for the Arm 64-bit Architecture, 4.1 register
 * numbers). See arch.h. */
#ifndef PP_UNWIND_ARCH_AARCH64_H
#define PP_UNWIND_ARCH_AARCH64_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

enum {
    PP_ARCH_FP = 29,
    PP_ARCH_SP = 31,
    PP_ARCH_RA = 30,
    PP_ARCH_RED_ZONE = 0,
    PP_ARCH_SIGRETURN_SIZE = 8,
    PP_ARCH_SIGNAL_CONTEXT = 128, /* behind the siginfo_t */
};

static const bool pp_arch_has_link_register = true;

struct pp_arch_registers {
    uint64_t pc, sp, fp, link;
};

/* Without the signature that pointer authentication puts in the upper bits.
 * XPACLRI is in the hint space: older processors do nothing. */
static inline uint64_t pp_arch_strip(uint64_t return_address)
{
    register uint64_t x30 __asm__("x30") = return_address;
    __asm__("hint #7" : "+r"(x30));
    return x30;
}

static inline struct pp_arch_registers pp_arch_context_registers(
    const void *context)
{
    const mcontext_t *machine = &((const ucontext_t *)context)->uc_mcontext;
    return (struct pp_arch_registers){
        .pc = machine->pc,
        .sp = machine->sp,
        .fp = machine->regs[29],
        .link = machine->regs[30],
    };
}

static inline uint64_t pp_arch_load(uint64_t address)
{
    uint64_t value;
    __asm__ volatile("ldr %0, [%1]" : "=r"(value) : "r"(address));
    return value;
}

static inline long pp_arch_syscall4(long number, long a, long b, long c, long d)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
    return x0;
}

#endif
