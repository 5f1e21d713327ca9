/* The walk: from a frame's registers to its caller's, by table where there is
 * one and by likelihood where there is none. Async-signal-safe and reentrant:
 * no lock, no allocation, no library call, no thread-local variable, errno
 * untouched. Invariant: between two signal frames sp only grows, and every
 * word is read by pp_walk_read or pp_walk_read_bytes. */
#include "unwind/walk.h"
#include "unwind/unwind.h"

enum {
    STEPPED = -1, /* beside enum pp_unwind_end: there is a caller */
    SIGNAL_FRAMES_MAX = 16,
    FRAME_SIZE_MAX = 1 << 20, /* that a mere frame pointer is believed */
};

/* ---- tables ------------------------------------------------------------- */

static const struct pp_unwind_range no_range; /* of no byte */

static const struct pp_unwind_range *find_range(const struct pp_unwind_map *map,
                                                uint64_t pc)
{
    uint32_t low = 0, high = map->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (map->starts[middle] <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 ||
        pc - map->ranges[low - 1].start >= map->ranges[low - 1].size)
        return NULL;
    return &map->ranges[low - 1];
}

/* Another range than the last one's. */
__attribute__((noinline)) static bool change_range(struct pp_walk *walk,
                                                   uint64_t pc)
{
    const struct pp_unwind_range *range = find_range(walk->map, pc);
    if (range)
        walk->range = range;
    return range;
}

/* The rule at pc, or NULL where no table has one. */
static inline const struct pp_unwind_rule *find_rule(struct pp_walk *walk,
                                                     uint64_t pc)
{
    if (pc - walk->range->start >= walk->range->size && !change_range(walk, pc))
        return NULL;
    const struct pp_unwind_range *range = walk->range;
    if (!range->index.rows)
        return NULL;
    const struct pp_unwind_rule *rule =
        pp_unwind_find_rule(&range->index, (uint32_t)(pc - range->start));
    return rule->cfa > PP_CFA_UNSUPPORTED ? rule : NULL;
}

/* ---- stepping by rule --------------------------------------------------- */

/* The value of any register. Other than sp and fp they are known only where
 * a signal stopped them. */
static bool read_register(const struct pp_walk *walk, unsigned dwarf_register,
                          uint64_t *value)
{
    if (dwarf_register == PP_ARCH_SP) {
        *value = walk->now.sp;
        return true;
    }
    if (dwarf_register == PP_ARCH_FP) {
        *value = walk->now.fp;
        return true;
    }
    int offset = pp_arch_context_offset(dwarf_register);
    uint8_t bytes[8];
    if (!walk->context || offset < 0 ||
        !pp_walk_read_bytes(walk->context + (uint64_t)offset, bytes, 8))
        return false;
    __builtin_memcpy(value, bytes, sizeof *value);
    return true;
}

/* The CFA where it is more than sp or fp and an offset. */
__attribute__((noinline)) static int find_other_cfa(
    struct pp_walk *walk, const struct pp_unwind_rule *rule, uint64_t *cfa)
{
    uint64_t value;
    if (!read_register(walk, rule->cfa_register, &value))
        return PP_UNWIND_NO_RULE;
    if (rule->cfa == PP_CFA_PLT) {
        bool pushed = (walk->now.pc & 15) >= (uint64_t)rule->cfa_offset;
        *cfa = value + 8 + (pushed ? 8 : 0);
        return STEPPED;
    }
    value += (uint64_t)(int64_t)rule->cfa_offset;
    if (rule->cfa != PP_CFA_OFFSET) {
        if (!pp_walk_read(walk, value, &value))
            return PP_UNWIND_BAD_STACK;
        value += (uint64_t)(int64_t)rule->cfa_addend;
    }
    *cfa = value;
    return STEPPED;
}

static inline int find_cfa(struct pp_walk *walk,
                           const struct pp_unwind_rule *rule, uint64_t *cfa)
{
    if (rule->cfa != PP_CFA_OFFSET ||
        (rule->cfa_register != PP_ARCH_SP && rule->cfa_register != PP_ARCH_FP))
        return find_other_cfa(walk, rule, cfa);
    uint64_t base =
        rule->cfa_register == PP_ARCH_SP ? walk->now.sp : walk->now.fp;
    *cfa = base + (uint64_t)(int64_t)rule->cfa_offset;
    return STEPPED;
}

static inline uint64_t slot_offset(struct pp_unwind_saved saved)
{
    return (uint64_t)(int64_t)saved.slot * 8;
}

static inline bool read_saved(struct pp_walk *walk,
                              struct pp_unwind_saved saved, uint64_t cfa,
                              uint64_t same, uint64_t *value)
{
    uint64_t base = cfa, sp = walk->now.sp, fp = walk->now.fp;
    *value = same;
    switch (saved.where) {
    case PP_SAVED_CFA:
        break;
    case PP_SAVED_SP:
        base = sp;
        break;
    case PP_SAVED_FP:
        /* GCC does not tell that an epilogue has restored fp already, but then
         * it is outside of this frame. */
        base = fp;
        if (fp >= sp && fp < cfa)
            break;
        return true;
    case PP_SAVED_SAME:
        return true;
    default:
        return false;
    }
    return pp_walk_read(walk, base + slot_offset(saved), value);
}

/* Into the code that a signal interrupted: on whatever stack that was, with
 * all registers as they were. */
static int enter_interrupted(struct pp_walk *walk, uint64_t trampoline_sp)
{
    if (++walk->signal_count > SIGNAL_FRAMES_MAX)
        return PP_UNWIND_BAD_STACK;
    walk->exact = true;
    walk->context = trampoline_sp + PP_ARCH_SIGNAL_CONTEXT;
    if (pp_arch_has_link_register &&
        !read_register(walk, PP_ARCH_RA, &walk->now.link))
        return PP_UNWIND_BAD_STACK;
    pp_walk_enter_stack(walk);
    return STEPPED;
}

/* Stacks that were made by hand end with a return address of 0. A thread's own
 * does only if the frame pointer agrees: else it has been overwritten, as it
 * is for a moment when an exception lands. */
static int end_at_zero(const struct pp_walk *walk)
{
    return walk->now.fp == 0 || walk->probing ? PP_UNWIND_COMPLETE
                                              : PP_UNWIND_BAD_STACK;
}

static inline int step_by_rule(struct pp_walk *walk,
                               const struct pp_unwind_rule *rule)
{
    if (rule->ra.where == PP_SAVED_UNDEFINED)
        return PP_UNWIND_COMPLETE;
    uint64_t cfa, pc, fp, sp = walk->now.sp;
    int found = find_cfa(walk, rule, &cfa);
    if (found != STEPPED)
        return found;
    bool is_signal = rule->cfa == PP_CFA_SIGNAL;
    /* Only a function that was interrupted can have neither frame nor saved
     * return address. */
    uint64_t frame_min = rule->ra.where == PP_SAVED_SAME ? 0 : 8;
    if (!is_signal && (cfa < sp + frame_min || (!frame_min && !walk->exact)))
        return PP_UNWIND_BAD_STACK;
    if (cfa % 8 || !read_saved(walk, rule->ra, cfa, walk->now.link, &pc))
        return PP_UNWIND_BAD_STACK;
    if (!read_saved(walk, rule->fp, cfa, walk->now.fp, &fp))
        fp = 0; /* lost: whoever needs it will not find a stack there */
    walk->now.sp = cfa;
    walk->now.fp = fp;
    walk->now.pc = pp_arch_strip(pc);
    if (is_signal)
        return enter_interrupted(walk, sp);
    walk->exact = false;
    walk->context = 0;
    return walk->now.pc ? STEPPED : end_at_zero(walk);
}

/* Step over plain frames with everything in registers, as far as they go: it
 * is here that a walk spends its time. Whatever is the least unusual is left,
 * untouched, to step(). Returns the new depth. */
static inline uint32_t step_plainly(struct pp_walk *walk, uint64_t *pcs,
                                    uint32_t depth, uint32_t depth_max)
{
    const struct pp_unwind_range *range = walk->range;
    const uint64_t low = walk->safe_low, size = walk->safe_size;
    uint64_t pc = walk->now.pc, sp = walk->now.sp, fp = walk->now.fp;
    uint64_t origin = range->start + !walk->exact;
    uint32_t start = depth;
    while (depth < depth_max && range->index.rows) {
        uint64_t offset = pc - origin;
        if (offset >= range->size)
            break;
        const struct pp_unwind_rule *rule =
            pp_unwind_find_rule(&range->index, (uint32_t)offset);
        unsigned plain = rule->ra.plain;
        uint64_t cfa = (plain & PP_PLAIN_FP_BASED ? fp : sp) +
                       (uint64_t)(int64_t)rule->cfa_offset;
        uint64_t pc_at = cfa + slot_offset(rule->ra);
        uint64_t fp_at = cfa + slot_offset(rule->fp);
        if (!plain || cfa % 8 || cfa < sp + 8 || pc_at - low >= size ||
            (plain & PP_PLAIN_FP_SAVED && fp_at - low >= size))
            break;
        uint64_t caller = pp_arch_strip(pp_arch_load(pc_at));
        if (!caller)
            break;
        if (plain & PP_PLAIN_FP_SAVED)
            fp = pp_arch_load(fp_at);
        sp = cfa;
        pc = caller;
        origin = range->start + 1;
        pcs[depth++] = pc;
    }
    if (depth == start)
        return depth;
    walk->now = (struct pp_arch_registers){.pc = pc, .sp = sp, .fp = fp};
    walk->exact = false;
    walk->context = 0;
    return depth;
}

/* ---- stepping without a rule -------------------------------------------- */

static bool is_sigreturn(uint64_t pc)
{
    uint8_t code[PP_ARCH_SIGRETURN_SIZE];
    return pp_walk_read_bytes(pc, code, sizeof code) &&
           pp_arch_is_sigreturn(code);
}

/* A claim about the caller, and how well the code there supports it. */
struct claim {
    struct pp_arch_registers caller;
    enum pp_call call;
};

/* Assembly without CFI, interrupted where it has no frame yet or has just
 * pushed the frame pointer: that is still its caller's then and would lead
 * past it. Return addresses that earlier calls left on the stack are many, so
 * this one must lead to code that we know. */
static struct claim claim_leaf(struct pp_walk *walk)
{
    struct pp_arch_registers now = walk->now;
    struct claim claim = {.call = PP_CALL_NONE};
    uint64_t pc = now.pc;
    if (pp_arch_has_link_register) {
        now.pc = pp_arch_strip(now.link);
    } else {
        if (!pp_walk_read(walk, now.sp, &now.pc))
            return claim;
        now.sp += 8;
        if (now.pc == now.fp) {
            if (!pp_walk_read(walk, now.sp, &now.pc))
                return claim;
            now.sp += 8;
        }
    }
    if (!find_rule(walk, now.pc - 1))
        return claim;
    claim.caller = now;
    claim.call = pp_arch_judge_call(now.pc, pc);
    if (claim.call == PP_CALL_ELSEWHERE)
        claim.call = PP_CALL_NONE; /* left by an earlier call */
    return claim;
}

/* A frame record: what the frame pointer leads to, if all that is known of
 * such records fits. */
static struct claim claim_frame_record(struct pp_walk *walk)
{
    uint64_t fp = walk->now.fp;
    struct claim claim = {.call = PP_CALL_NONE};
    if (fp % 8 || fp < walk->now.sp || fp - walk->now.sp > FRAME_SIZE_MAX)
        return claim;
    if (!pp_walk_read(walk, fp, &claim.caller.fp) ||
        !pp_walk_read(walk, fp + 8, &claim.caller.pc))
        return claim;
    claim.caller.pc = pp_arch_strip(claim.caller.pc);
    claim.caller.sp = fp + 16;
    claim.call = pp_arch_judge_call(claim.caller.pc, walk->now.pc);
    return claim;
}

/* Is there anything at pc at all, and was it made at run time? */
static bool is_code_outside_objects(const struct pp_walk *walk)
{
    uint64_t pc = walk->now.pc;
    uint8_t code[1];
    return pc - walk->range->start >= walk->range->size &&
           pp_walk_read_bytes(pc, code, sizeof code);
}

/* Which of the two is likelier. What calls this very code is right. Else code
 * made at run time always makes frame records, and assembly in an object
 * seldom; a jump to where there is no code has made nothing. */
static struct claim choose(struct claim leaf, struct claim record,
                           bool made_at_run_time)
{
    if (leaf.call == PP_CALL_HERE || record.call == PP_CALL_NONE)
        return leaf;
    if (record.call == PP_CALL_HERE)
        return record;
    return made_at_run_time || leaf.call == PP_CALL_NONE ? record : leaf;
}

static int step_by_claim(struct pp_walk *walk)
{
    bool made_at_run_time = is_code_outside_objects(walk);
    struct claim claim = claim_frame_record(walk);
    bool at_bottom = claim.caller.sp && !claim.caller.pc && !claim.caller.fp;
    if (walk->exact)
        claim = choose(claim_leaf(walk), claim, made_at_run_time);
    if (claim.call == PP_CALL_NONE)
        return at_bottom ? PP_UNWIND_COMPLETE : PP_UNWIND_NO_RULE;
    walk->now = claim.caller;
    walk->exact = false;
    walk->context = 0;
    return STEPPED;
}

/* Code that nobody described. */
static int step_without_rule(struct pp_walk *walk)
{
    if (!walk->exact && is_sigreturn(walk->now.pc))
        return step_by_rule(walk, &pp_arch_signal_rule);
    /* In front of a function, so no call left it there: a stack that was made
     * by hand (makecontext) begins here. */
    if (!walk->exact && find_rule(walk, walk->now.pc))
        return PP_UNWIND_COMPLETE;
    return step_by_claim(walk);
}

/* ---- the whole stack ---------------------------------------------------- */

static inline int step(struct pp_walk *walk)
{
    /* A call may be its function's last instruction: look where it is, not
     * where it returns. */
    const struct pp_unwind_rule *rule =
        find_rule(walk, walk->now.pc - !walk->exact);
    return rule ? step_by_rule(walk, rule) : step_without_rule(walk);
}

static uint32_t run(struct pp_walk *walk, uint64_t *pcs, uint32_t depth_max,
                    enum pp_unwind_end *end)
{
    unsigned slot;
    uint32_t depth = 0;
    int ended = STEPPED;
    walk->map = pp_unwind_enter(&slot);
    walk->range = &no_range;
    pp_walk_enter_stack(walk);
    while (ended == STEPPED) {
        if (depth == depth_max) {
            ended = PP_UNWIND_FULL;
            break;
        }
        /* An instruction that a signal interrupted is told one further: then
         * one byte back is in the instruction, as behind a call. */
        pcs[depth] = walk->now.pc + (walk->exact && depth > 0);
        depth++;
        depth = step_plainly(walk, pcs, depth, depth_max);
        ended = step(walk);
    }
    pp_unwind_leave(slot);
    *end = (enum pp_unwind_end)ended;
    return depth;
}

uint32_t pp_unwind_walk(const void *ucontext, uint64_t stack_low,
                        uint64_t stack_high, uint64_t *pcs, uint32_t depth_max,
                        enum pp_unwind_end *end)
{
    struct pp_walk walk = {
        .now = pp_arch_context_registers(ucontext),
        .context = (uint64_t)(uintptr_t)ucontext,
        .exact = true,
        .stack_low = stack_low,
        .stack_high = stack_high,
    };
    return run(&walk, pcs, depth_max, end);
}

uint32_t pp_unwind_here(uint64_t stack_low, uint64_t stack_high, uint64_t *pcs,
                        uint32_t depth_max, enum pp_unwind_end *end)
{
    const uint64_t *frame = __builtin_frame_address(0);
    struct pp_walk walk = {
        .now =
            {
                .pc = pp_arch_strip(
                    (uint64_t)(uintptr_t)__builtin_return_address(0)),
                .sp = (uint64_t)(uintptr_t)__builtin_dwarf_cfa(),
                .fp = frame[0],
            },
        .stack_low = stack_low,
        .stack_high = stack_high,
    };
    return run(&walk, pcs, depth_max, end);
}
