/* The state of a walk, and the reads it may make. All of this runs in signal
 * handlers. */
#ifndef PP_UNWIND_WALK_H
#define PP_UNWIND_WALK_H

#include "unwind/arch.h"
#include "unwind/publish.h"

struct pp_walk {
    struct pp_arch_registers now; /* of the frame reached so far */
    uint64_t
        context; /* ucontext_t whose registers this frame still has, or 0 */
    bool exact;  /* pc is an interrupted instruction, not a return address */
    uint8_t signal_count; /* frames of signal handlers passed */

    uint64_t stack_low, stack_high; /* as the caller knows them, or 0, 0 */
    uint64_t safe_low, safe_size;   /* words here can be read */
    bool probing; /* and others may be, after asking the kernel */

    const struct pp_unwind_map *map;
    const struct pp_unwind_range *range; /* that the last pc was found in */
};

/* Choose how stack memory is read, from sp on: again after every frame that
 * switches stacks. */
void pp_walk_enter_stack(struct pp_walk *walk);

/* The slow path of pp_walk_read. */
bool pp_walk_probe(struct pp_walk *walk, uint64_t address);

/* The word at this address; false when it is not aligned, not there, or not
 * on this stack. */
static inline bool pp_walk_read(struct pp_walk *walk, uint64_t address,
                                uint64_t *value)
{
    if (address % 8 || (address - walk->safe_low >= walk->safe_size &&
                        !pp_walk_probe(walk, address)))
        return false;
    *value = pp_arch_load(address);
    return true;
}

/* size bytes (32 at most) from anywhere; false when they are not there. */
bool pp_walk_read_bytes(uint64_t address, uint8_t *bytes, unsigned size);

#endif
