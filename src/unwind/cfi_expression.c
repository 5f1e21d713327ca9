/* DWARF expressions in CFI (DWARF 5, 2.5 and 6.4.2). Compilers and linkers
 * write four shapes only, so these are recognised rather than evaluated:
 *
 *   breg R, n                          register saved there; CFA
 *   breg R, n; deref                   CFA of a realigned frame, of a signal
 *   breg R, n; deref; plus_uconst a    CFA in assembly that keeps the old sp
 *   breg sp, 8; breg pc, 0; lit15; and; lit N; ge; lit3; shl; plus
 *                                      CFA of a procedure linkage table
 */
#include "unwind/arch.h"
#include "unwind/cfi.h"

enum {
    OP_DEREF = 0x06,
    OP_AND = 0x1a,
    OP_PLUS = 0x22,
    OP_PLUS_UCONST = 0x23,
    OP_SHL = 0x24,
    OP_GE = 0x2a,
    OP_LIT0 = 0x30,
    OP_BREG0 = 0x70,
    OP_BREG31 = 0x8f,
};

struct based {
    unsigned base; /* DWARF register */
    int64_t offset;
};

static struct based read_breg(struct pp_cursor *in)
{
    unsigned op = pp_cursor_u8(in);
    if (op < OP_BREG0 || op > OP_BREG31)
        pp_cursor_fail(in);
    return (struct based){op - OP_BREG0, pp_cursor_sleb(in)};
}

static bool at_end(const struct pp_cursor *in)
{
    return !in->failed && in->at == in->end;
}

/* The byte from which on a stub has pushed, or 0 when this is no such
 * expression. */
static int32_t plt_pushed_from(struct pp_cursor in)
{
    static const uint8_t back[] = {OP_GE, OP_LIT0 + 3, OP_SHL, OP_PLUS};
    struct based sp = read_breg(&in), pc = read_breg(&in);
    if (sp.base != PP_ARCH_SP || sp.offset != 8 || pc.base != PP_ARCH_RA ||
        pc.offset != 0)
        return 0;
    if (pp_cursor_u8(&in) != OP_LIT0 + 15 || pp_cursor_u8(&in) != OP_AND)
        return 0;
    int32_t from = pp_cursor_u8(&in) - OP_LIT0;
    if (pp_cursor_left(&in) != sizeof back ||
        memcmp(in.at, back, sizeof back) != 0)
        return 0;
    return from > 0 && from < 16 ? from : 0;
}

static void set_cfa(struct pp_unwind_rule *rule, enum pp_cfa cfa,
                    struct based at, uint64_t addend)
{
    rule->cfa = PP_CFA_UNSUPPORTED;
    if (at.offset != (int32_t)at.offset || addend > INT16_MAX)
        return;
    rule->cfa = (uint8_t)cfa;
    rule->cfa_register = (uint8_t)at.base;
    rule->cfa_offset = (int32_t)at.offset;
    rule->cfa_addend = (int16_t)addend;
}

void pp_cfi_cfa_expression(struct pp_unwind_rule *rule,
                           struct pp_cursor expression)
{
    int32_t pushed_from = plt_pushed_from(expression);
    if (pushed_from) {
        set_cfa(rule, PP_CFA_PLT, (struct based){PP_ARCH_SP, pushed_from}, 0);
        return;
    }
    struct pp_cursor in = expression;
    struct based at = read_breg(&in);
    uint64_t addend = 0;
    enum pp_cfa cfa = PP_CFA_OFFSET;
    if (pp_cursor_left(&in)) {
        cfa = pp_cursor_u8(&in) == OP_DEREF ? PP_CFA_DEREF : PP_CFA_UNSUPPORTED;
        if (pp_cursor_left(&in)) {
            if (pp_cursor_u8(&in) != OP_PLUS_UCONST)
                cfa = PP_CFA_UNSUPPORTED;
            addend = pp_cursor_uleb(&in);
        }
    }
    set_cfa(rule, at_end(&in) ? cfa : PP_CFA_UNSUPPORTED, at, addend);
}

void pp_cfi_set_saved(struct pp_unwind_saved *saved, enum pp_saved where,
                      int64_t offset)
{
    int64_t slot = offset / 8;
    bool fits = offset % 8 == 0 && slot == (int16_t)slot;
    *saved = (struct pp_unwind_saved){
        .slot = fits ? (int16_t)slot : 0,
        .where = (uint8_t)(fits ? where : PP_SAVED_UNSUPPORTED),
    };
}

void pp_cfi_saved_expression(struct pp_unwind_saved *saved,
                             struct pp_cursor expression)
{
    struct pp_cursor in = expression;
    struct based at = read_breg(&in);
    enum pp_saved where = PP_SAVED_UNSUPPORTED;
    if (at_end(&in) && at.base == PP_ARCH_SP)
        where = PP_SAVED_SP;
    else if (at_end(&in) && at.base == PP_ARCH_FP)
        where = PP_SAVED_FP;
    pp_cfi_set_saved(saved, where, at.offset);
}
