/* The instructions of call frame information (DWARF 5, 6.4.2), run for three
 * things only: the CFA, the saved frame pointer and the return address. The
 * machine's whole state is therefore a rule. Invariant: `at` never goes back
 * and the rule in force at `at` has not been added yet. */
#include "unwind/arch.h"
#include "unwind/cfi.h"

enum {
    REMEMBERED_MAX = 8, /* compilers nest remember_state once */

    /* Three instructions have their operand in their low 6 bits ... */
    PRIMARY_MASK = 0xc0,
    ADVANCE_LOC = 0x40,
    OFFSET = 0x80,
    RESTORE = 0xc0,

    /* ... and these have theirs behind them. */
    NOP = 0x00,
    ADVANCE_LOC1 = 0x02,
    ADVANCE_LOC2 = 0x03,
    ADVANCE_LOC4 = 0x04,
    OFFSET_EXTENDED = 0x05,
    RESTORE_EXTENDED = 0x06,
    UNDEFINED = 0x07,
    SAME_VALUE = 0x08,
    REGISTER = 0x09,
    REMEMBER_STATE = 0x0a,
    RESTORE_STATE = 0x0b,
    DEF_CFA = 0x0c,
    DEF_CFA_REGISTER = 0x0d,
    DEF_CFA_OFFSET = 0x0e,
    DEF_CFA_EXPRESSION = 0x0f,
    EXPRESSION = 0x10,
    OFFSET_EXTENDED_SF = 0x11,
    DEF_CFA_SF = 0x12,
    DEF_CFA_OFFSET_SF = 0x13,
    VAL_OFFSET = 0x14,
    VAL_OFFSET_SF = 0x15,
    VAL_EXPRESSION = 0x16,
    AARCH64_NEGATE_RA_STATE = 0x2d, /* signed or not: we always strip */
    GNU_ARGS_SIZE = 0x2e,
    GNU_NEGATIVE_OFFSET_EXTENDED = 0x2f,
};

struct machine {
    struct pp_cursor in;
    const struct pp_cfi_cie *cie;
    struct pp_unwind_builder *builder; /* NULL in a CIE */
    uint64_t at, end;
    struct pp_unwind_rule rule;
    struct pp_unwind_rule remembered[REMEMBERED_MAX];
    unsigned remembered_count;
    struct pp_unwind_saved ignored; /* of the registers that do not matter */
};

static struct pp_unwind_saved *saved_of(struct machine *m,
                                        struct pp_unwind_rule *rule,
                                        uint64_t dwarf_register)
{
    if (dwarf_register == PP_ARCH_FP)
        return &rule->fp;
    if (dwarf_register == PP_ARCH_RA)
        return &rule->ra;
    return &m->ignored;
}

static void set_saved(struct machine *m, uint64_t dwarf_register,
                      enum pp_saved where, int64_t offset)
{
    pp_cfi_set_saved(saved_of(m, &m->rule, dwarf_register), where, offset);
}

static int64_t factored(const struct machine *m, int64_t offset)
{
    return (int64_t)((uint64_t)offset * (uint64_t)m->cie->data_align);
}

static void restore(struct machine *m, uint64_t dwarf_register)
{
    struct pp_unwind_rule initial = m->cie->initial;
    *saved_of(m, &m->rule, dwarf_register) =
        *saved_of(m, &initial, dwarf_register);
}

static void set_cfa(struct machine *m, uint64_t dwarf_register, int64_t offset)
{
    bool fits = dwarf_register <= UINT8_MAX && offset == (int32_t)offset;
    m->rule.cfa = fits ? PP_CFA_OFFSET : PP_CFA_UNSUPPORTED;
    m->rule.cfa_register = (uint8_t)dwarf_register;
    m->rule.cfa_offset = (int32_t)offset;
    m->rule.cfa_addend = 0;
}

/* Only where the CFA is a register and an offset may one of them be set. */
static void set_cfa_register(struct machine *m, uint64_t dwarf_register)
{
    if (m->rule.cfa == PP_CFA_OFFSET)
        set_cfa(m, dwarf_register, m->rule.cfa_offset);
    else
        m->rule.cfa = PP_CFA_UNSUPPORTED;
}

static void set_cfa_offset(struct machine *m, int64_t offset)
{
    if (m->rule.cfa == PP_CFA_OFFSET)
        set_cfa(m, m->rule.cfa_register, offset);
    else
        m->rule.cfa = PP_CFA_UNSUPPORTED;
}

static struct pp_cursor read_block(struct machine *m)
{
    uint64_t size = pp_cursor_uleb(&m->in);
    struct pp_cursor block = m->in;
    pp_cursor_skip(&m->in, size);
    if (!m->in.failed)
        block.end = m->in.at;
    return block;
}

/* What the trampoline's CFI says is kept where it reads the whole context
 * from the stack; the kernel's layout is no secret otherwise. */
static struct pp_unwind_rule signal_rule(const struct machine *m)
{
    struct pp_unwind_rule rule = m->rule;
    if (rule.cfa != PP_CFA_DEREF || rule.fp.where != PP_SAVED_SP ||
        rule.ra.where != PP_SAVED_SP)
        return pp_arch_signal_rule;
    rule.cfa = PP_CFA_SIGNAL;
    return rule;
}

static void add_rule(struct machine *m)
{
    struct pp_unwind_rule signal;
    const struct pp_unwind_rule *rule = &m->rule;
    if (m->cie->signal_frame) {
        signal = signal_rule(m);
        rule = &signal;
    }
    pp_unwind_builder_add(m->builder, (uint32_t)m->at, rule);
}

static void advance(struct machine *m, uint64_t delta)
{
    if (!m->builder ||
        __builtin_mul_overflow(delta, m->cie->code_align, &delta)) {
        pp_cursor_fail(&m->in);
        return;
    }
    if (delta == 0)
        return;
    add_rule(m);
    if (delta >= m->end - m->at)
        m->in.at = m->in.end; /* past the function: nothing more to say */
    else
        m->at += delta;
}

/* ---- the instructions, by opcode ---------------------------------------- */

static void do_nothing(struct machine *m)
{
    (void)m;
}

static void do_advance1(struct machine *m)
{
    advance(m, pp_cursor_u8(&m->in));
}

static void do_advance2(struct machine *m)
{
    advance(m, pp_cursor_bytes(&m->in, 2));
}

static void do_advance4(struct machine *m)
{
    advance(m, pp_cursor_u32(&m->in));
}

static void do_offset(struct machine *m)
{
    uint64_t dwarf_register = pp_cursor_uleb(&m->in);
    int64_t offset = (int64_t)pp_cursor_uleb(&m->in);
    set_saved(m, dwarf_register, PP_SAVED_CFA, factored(m, offset));
}

static void do_offset_sf(struct machine *m)
{
    uint64_t dwarf_register = pp_cursor_uleb(&m->in);
    int64_t offset = pp_cursor_sleb(&m->in);
    set_saved(m, dwarf_register, PP_SAVED_CFA, factored(m, offset));
}

static void do_negative_offset(struct machine *m)
{
    uint64_t dwarf_register = pp_cursor_uleb(&m->in);
    int64_t offset = (int64_t)(0 - pp_cursor_uleb(&m->in));
    set_saved(m, dwarf_register, PP_SAVED_CFA, factored(m, offset));
}

static void do_restore(struct machine *m)
{
    restore(m, pp_cursor_uleb(&m->in));
}

static void do_undefined(struct machine *m)
{
    set_saved(m, pp_cursor_uleb(&m->in), PP_SAVED_UNDEFINED, 0);
}

static void do_same_value(struct machine *m)
{
    set_saved(m, pp_cursor_uleb(&m->in), PP_SAVED_SAME, 0);
}

/* "The value is CFA + n", or in another register: real for other registers
 * only. */
static void do_unsupported(struct machine *m)
{
    set_saved(m, pp_cursor_uleb(&m->in), PP_SAVED_UNSUPPORTED, 0);
    pp_cursor_uleb(&m->in);
}

static void do_val_expression(struct machine *m)
{
    set_saved(m, pp_cursor_uleb(&m->in), PP_SAVED_UNSUPPORTED, 0);
    read_block(m);
}

static void do_expression(struct machine *m)
{
    uint64_t dwarf_register = pp_cursor_uleb(&m->in);
    pp_cfi_saved_expression(saved_of(m, &m->rule, dwarf_register),
                            read_block(m));
}

static void do_remember(struct machine *m)
{
    if (m->remembered_count == REMEMBERED_MAX)
        pp_cursor_fail(&m->in);
    else
        m->remembered[m->remembered_count++] = m->rule;
}

static void do_restore_state(struct machine *m)
{
    if (m->remembered_count == 0)
        pp_cursor_fail(&m->in);
    else
        m->rule = m->remembered[--m->remembered_count];
}

static void do_cfa(struct machine *m)
{
    uint64_t dwarf_register = pp_cursor_uleb(&m->in);
    set_cfa(m, dwarf_register, (int64_t)pp_cursor_uleb(&m->in));
}

static void do_cfa_sf(struct machine *m)
{
    uint64_t dwarf_register = pp_cursor_uleb(&m->in);
    set_cfa(m, dwarf_register, factored(m, pp_cursor_sleb(&m->in)));
}

static void do_cfa_register(struct machine *m)
{
    set_cfa_register(m, pp_cursor_uleb(&m->in));
}

static void do_cfa_offset(struct machine *m)
{
    set_cfa_offset(m, (int64_t)pp_cursor_uleb(&m->in));
}

static void do_cfa_offset_sf(struct machine *m)
{
    set_cfa_offset(m, factored(m, pp_cursor_sleb(&m->in)));
}

static void do_cfa_expression(struct machine *m)
{
    pp_cfi_cfa_expression(&m->rule, read_block(m));
}

static void do_args_size(struct machine *m)
{
    pp_cursor_uleb(&m->in);
}

typedef void instruction(struct machine *m);

static instruction *const instructions[] = {
    [NOP] = do_nothing,
    [ADVANCE_LOC1] = do_advance1,
    [ADVANCE_LOC2] = do_advance2,
    [ADVANCE_LOC4] = do_advance4,
    [OFFSET_EXTENDED] = do_offset,
    [RESTORE_EXTENDED] = do_restore,
    [UNDEFINED] = do_undefined,
    [SAME_VALUE] = do_same_value,
    [REGISTER] = do_unsupported,
    [REMEMBER_STATE] = do_remember,
    [RESTORE_STATE] = do_restore_state,
    [DEF_CFA] = do_cfa,
    [DEF_CFA_REGISTER] = do_cfa_register,
    [DEF_CFA_OFFSET] = do_cfa_offset,
    [DEF_CFA_EXPRESSION] = do_cfa_expression,
    [EXPRESSION] = do_expression,
    [OFFSET_EXTENDED_SF] = do_offset_sf,
    [DEF_CFA_SF] = do_cfa_sf,
    [DEF_CFA_OFFSET_SF] = do_cfa_offset_sf,
    [VAL_OFFSET] = do_unsupported,
    [VAL_OFFSET_SF] = do_unsupported,
    [VAL_EXPRESSION] = do_val_expression,
    [AARCH64_NEGATE_RA_STATE] = do_nothing,
    [GNU_ARGS_SIZE] = do_args_size,
    [GNU_NEGATIVE_OFFSET_EXTENDED] = do_negative_offset,
};

static void run_one(struct machine *m)
{
    uint8_t opcode = pp_cursor_u8(&m->in);
    uint8_t low = opcode & (PRIMARY_MASK ^ 0xff);
    int64_t offset;
    switch (opcode & PRIMARY_MASK) {
    case ADVANCE_LOC:
        advance(m, low);
        return;
    case OFFSET:
        offset = (int64_t)pp_cursor_uleb(&m->in);
        set_saved(m, low, PP_SAVED_CFA, factored(m, offset));
        return;
    case RESTORE:
        restore(m, low);
        return;
    }
    if (low < sizeof instructions / sizeof *instructions && instructions[low])
        instructions[low](m);
    else
        pp_cursor_fail(&m->in);
}

bool pp_cfi_run_initial(struct pp_cfi_cie *cie, struct pp_cursor program)
{
    enum pp_saved ra =
        pp_arch_has_link_register ? PP_SAVED_SAME : PP_SAVED_UNSUPPORTED;
    struct machine m = {
        .in = program,
        .cie = cie,
        .rule = {.cfa = PP_CFA_UNSUPPORTED, .ra = {.where = (uint8_t)ra}},
    };
    cie->initial = m.rule;
    while (m.in.at < m.in.end)
        run_one(&m);
    cie->initial = m.rule;
    return !m.in.failed;
}

void pp_cfi_run(const struct pp_cfi_cie *cie, struct pp_cursor program,
                uint32_t start, uint32_t end, struct pp_unwind_builder *builder)
{
    struct machine m = {
        .in = program,
        .cie = cie,
        .builder = builder,
        .at = start,
        .end = end,
        .rule = cie->initial,
    };
    while (m.in.at < m.in.end)
        run_one(&m);
    if (m.in.failed)
        m.rule.cfa = PP_CFA_UNSUPPORTED;
    add_rule(&m);
}
