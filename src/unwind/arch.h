/* The architecture: what the rest of the folder may not know itself. Each
 * arch_<name>.h defines the same constants and inline functions, its .c the
 * functions declared here. */
#ifndef PP_UNWIND_ARCH_H
#define PP_UNWIND_ARCH_H

#include "unwind/table.h"

#if defined(__x86_64__)
#include "unwind/arch_x86_64.h"
#elif defined(__aarch64__)
#include "unwind/arch_aarch64.h"
#else
#error "unwind: no arch_<name>.h for this architecture"
#endif

/* The rule at the kernel's return-from-signal trampoline: what rt_sigreturn
 * restores lies on the stack. */
extern const struct pp_unwind_rule pp_arch_signal_rule;

/* All that follow are async-signal-safe. */

/* Where in a ucontext_t the register with this DWARF number is, in bytes;
 * negative when it is not a general one. */
int pp_arch_context_offset(unsigned dwarf_register);

/* Do these bytes of code call rt_sigreturn? */
bool pp_arch_is_sigreturn(const uint8_t code[PP_ARCH_SIGRETURN_SIZE]);

/* What the instruction in front of a return address says about the claim that
 * it called the function around pc. */
enum pp_call {
    PP_CALL_NONE,      /* it is no call */
    PP_CALL_ELSEWHERE, /* it calls something else (which may jump on) */
    PP_CALL_ANYWHERE,  /* it calls what a register or a word said */
    PP_CALL_HERE,      /* it calls a place close in front of pc */
};
enum pp_call pp_arch_judge_call(uint64_t return_address, uint64_t pc);

/* How far behind its beginning a function is still believed to be. */
enum { PP_ARCH_NEAR = 64 * 1024 };

#endif
