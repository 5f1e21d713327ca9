/* Reading a stack that may end anywhere, from a signal handler. Where the
 * caller knows the stack's bounds and sp is within, a comparison does. On any
 * other stack the kernel is asked about each page once: rt_sigprocmask reads
 * the new mask before it looks at `how`, so an impossible `how` changes
 * nothing and tells EFAULT from EINVAL. */
#include "unwind/walk.h"

#include <errno.h>
#include <sys/syscall.h>

enum { PAGE_SIZE = 4096, IMPOSSIBLE_HOW = -1, KERNEL_SIGSET_SIZE = 8 };

static bool is_readable(uint64_t address)
{
    long result =
        pp_arch_syscall4(SYS_rt_sigprocmask, IMPOSSIBLE_HOW,
                         (long)(address & ~7ull), 0, KERNEL_SIGSET_SIZE);
    return result == -EINVAL;
}

void pp_walk_enter_stack(struct pp_walk *walk)
{
    uint64_t sp = walk->now.sp;
    walk->probing = sp < walk->stack_low || sp >= walk->stack_high;
    walk->safe_low = 0;
    walk->safe_size = 0;
    if (walk->probing)
        return;
    uint64_t low = sp - PP_ARCH_RED_ZONE;
    walk->safe_low = low < walk->stack_low ? walk->stack_low : low;
    walk->safe_size = walk->stack_high - walk->safe_low;
}

/* A page next to the safe ones joins them, one elsewhere replaces them. */
bool pp_walk_probe(struct pp_walk *walk, uint64_t address)
{
    uint64_t page = address / PAGE_SIZE * PAGE_SIZE;
    if (!walk->probing || !is_readable(address))
        return false;
    if (page == walk->safe_low + walk->safe_size && walk->safe_size) {
        walk->safe_size += PAGE_SIZE;
        return true;
    }
    walk->safe_low = page;
    walk->safe_size = PAGE_SIZE;
    return true;
}

bool pp_walk_read_bytes(uint64_t address, uint8_t *bytes, unsigned size)
{
    uint64_t last = address + size - 1;
    if (last < address || !is_readable(address) || !is_readable(last))
        return false;
    for (unsigned i = 0; i < size; i++)
        bytes[i] = ((const volatile uint8_t *)address)[i];
    return true;
}
