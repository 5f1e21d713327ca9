/* x86-64 (System V ABI, x86-64 supplement: 3.2.2 red zone, 3.6.2 DWARF
 * register numbers). See arch.h. */
#ifndef PP_UNWIND_ARCH_X86_64_H
#define PP_UNWIND_ARCH_X86_64_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

enum {
    PP_ARCH_FP = 6,
    PP_ARCH_SP = 7,
    PP_ARCH_RA = 16,
    PP_ARCH_RED_ZONE = 128, /* bytes below sp that a handler leaves alone */
    PP_ARCH_SIGRETURN_SIZE = 9,
    PP_ARCH_SIGNAL_CONTEXT = 0, /* ucontext_t from sp at the trampoline */
};

/* Is the return address of a function that has no frame yet in a register? */
static const bool pp_arch_has_link_register = false;

struct pp_arch_registers {
    uint64_t pc, sp, fp, link;
};

static inline struct pp_arch_registers pp_arch_context_registers(
    const void *context)
{
    const greg_t *registers = ((const ucontext_t *)context)->uc_mcontext.gregs;
    return (struct pp_arch_registers){
        .pc = (uint64_t)registers[REG_RIP],
        .sp = (uint64_t)registers[REG_RSP],
        .fp = (uint64_t)registers[REG_RBP],
    };
}

/* The address in a saved return address. */
static inline uint64_t pp_arch_strip(uint64_t return_address)
{
    return return_address;
}

/* A load that no sanitizer sees: stacks of other functions are poisoned for
 * them. */
static inline uint64_t pp_arch_load(uint64_t address)
{
    uint64_t value;
    __asm__ volatile("movq (%1), %0" : "=r"(value) : "r"(address));
    return value;
}

static inline long pp_arch_syscall4(long number, long a, long b, long c, long d)
{
    register long r10 __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}

#endif
