/* What call frame instructions make of the rule, and from which byte on. */
#include "assemble.h"

static struct assembly as;

static int fresh(void **state)
{
    (void)state;
    memset(&as, 0, sizeof as);
    return 0;
}

/* push %rbp; mov %rsp,%rbp; ...; pop %rbp; ret - twice, as with two exits. */
static void a_frame_comes_and_goes(void **state)
{
    (void)state;
    open_fde(&as, put_cie(&as, "zR"), 0x100, 0x40);
    PUT(&as, ADVANCE | 1, DEF_CFA_OFFSET, 16, OFFSET | PP_ARCH_FP, 2);
    PUT(&as, ADVANCE | 3, DEF_CFA_REGISTER, PP_ARCH_FP);
    PUT(&as, ADVANCE | 8, REMEMBER, DEF_CFA, PP_ARCH_SP, 8);
    PUT(&as, ADVANCE | 1, RESTORE_STATE);
    PUT(&as, ADVANCE | 4, RESTORE | PP_ARCH_FP, DEF_CFA, PP_ARCH_SP, 8);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 0xff, "none");
    assert_rule(table, 0x100, "sp+8 fp= ra@-8");
    assert_rule(table, 0x101, "sp+16 fp@-16 ra@-8");
    assert_rule(table, 0x103, "sp+16 fp@-16 ra@-8");
    assert_rule(table, 0x104, "fp+16 fp@-16 ra@-8");
    assert_rule(table, 0x10c, "sp+8 fp@-16 ra@-8");
    assert_rule(table, 0x10d, "fp+16 fp@-16 ra@-8");
    assert_rule(table, 0x111, "sp+8 fp= ra@-8");
    assert_rule(table, 0x13f, "sp+8 fp= ra@-8");
    assert_rule(table, 0x140, "none");
    assert_int_equal(table->rows_unsupported, 0);
    pp_unwind_table_free(table);
}

static void the_bottom_has_no_return_address(void **state)
{
    (void)state;
    open_fde(&as, put_cie(&as, "zR"), 0, 16);
    PUT(&as, UNDEFINED, PP_ARCH_RA);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 4, "sp+8 fp= ra?");
    pp_unwind_table_free(table);
}

/* GCC's realigned frame: the CFA is first in r10, then at [fp - 8], and fp is
 * saved where fp points. */
static void a_realigned_frame(void **state)
{
    (void)state;
    open_fde(&as, put_cie(&as, "zR"), 0, 64);
    PUT(&as, ADVANCE | 5, DEF_CFA, 10, 0);
    PUT(&as, ADVANCE | 5, EXPRESSION, PP_ARCH_FP, 2, 0x70 + PP_ARCH_FP, 0);
    PUT(&as, ADVANCE | 5, DEF_CFA_EXPRESSION, 3, 0x70 + PP_ARCH_FP, 0x78, 0x06);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 5, "r10+0 fp= ra@-8");
    assert_rule(table, 10, "r10+0 fp@fp+0 ra@-8");
    assert_rule(table, 15, "*fp-8 fp@fp+0 ra@-8");
    pp_unwind_table_free(table);
}

static void assembly_that_keeps_the_old_sp(void **state)
{
    (void)state;
    open_fde(&as, put_cie(&as, "zR"), 0, 64);
    PUT(&as, DEF_CFA_EXPRESSION, 6, 0x70 + PP_ARCH_SP, 0xc0, 0x00, 0x06, 0x23,
        8);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 1, "*sp+64+8 fp= ra@-8");
    pp_unwind_table_free(table);
}

static void a_linkage_table(void **state)
{
    (void)state;
    open_fde(&as, put_cie(&as, "zR"), 0, 64);
    PUT(&as, DEF_CFA_EXPRESSION, 11, 0x70 + PP_ARCH_SP, 8, 0x70 + PP_ARCH_RA, 0,
        0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 1, "plt sp+11 fp= ra@-8");
    pp_unwind_table_free(table);
}

/* All of the context is on the stack, and says itself where. */
static void a_signal_trampoline(void **state)
{
    (void)state;
    open_fde(&as, put_cie(&as, "zRS"), 0, 64);
    PUT(&as, DEF_CFA_EXPRESSION, 4, 0x70 + PP_ARCH_SP, 0xa0, 0x01, 0x06);
    PUT(&as, EXPRESSION, PP_ARCH_FP, 3, 0x70 + PP_ARCH_SP, 0xf8, 0x00);
    PUT(&as, EXPRESSION, PP_ARCH_RA, 3, 0x70 + PP_ARCH_SP, 0xa8, 0x01);
    close_entry(&as);
    open_fde(&as, put_cie(&as, "zRS"), 64, 64);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 1, "signal *sp+160 fp@sp+120 ra@sp+168");
    struct pp_unwind_rule layout = *rule_at(table, 65);
    assert_memory_equal(&layout, &pp_arch_signal_rule, sizeof layout);
    pp_unwind_table_free(table);
}

/* What no rule can say is said to be so, for that stretch only. */
static void unsupported_is_told_apart(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    open_fde(&as, cie, 0, 16); /* the CFA is sp * sp */
    PUT(&as, DEF_CFA_EXPRESSION, 5, 0x70 + PP_ARCH_SP, 0, 0x12, 0x1e, 0x96);
    PUT(&as, ADVANCE | 4, DEF_CFA, PP_ARCH_SP, 8);
    close_entry(&as);
    open_fde(&as, cie, 16, 16); /* the return address is in register 3 */
    PUT(&as, REGISTER, PP_ARCH_RA, 3);
    close_entry(&as);
    open_fde(&as, cie, 32, 16);    /* a slot that is not a word */
    PUT(&as, 0x2f, PP_ARCH_RA, 1); /* GNU_negative_offset: CFA + 8 */
    close_entry(&as);
    open_fde(&as, cie, 48, 16); /* more restored than remembered */
    PUT(&as, ADVANCE | 2, RESTORE_STATE);
    close_entry(&as);
    open_fde(&as, cie, 64, 16); /* no such instruction */
    PUT(&as, ADVANCE | 2, 0x3c);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 0, "unsupported");
    assert_rule(table, 4, "sp+8 fp= ra@-8");
    assert_rule(table, 16, "unsupported");
    assert_rule(table, 32, "sp+8 fp= ra@+8");
    assert_rule(table, 49, "sp+8 fp= ra@-8");
    assert_rule(table, 50, "unsupported");
    assert_rule(table, 65, "sp+8 fp= ra@-8");
    assert_rule(table, 66, "unsupported");
    assert_int_equal(table->rows_unsupported, 4);
    pp_unwind_table_free(table);
}

/* A lost frame pointer does not cost the frame. */
static void a_lost_frame_pointer(void **state)
{
    (void)state;
    open_fde(&as, put_cie(&as, "zR"), 0, 16);
    PUT(&as, REGISTER, PP_ARCH_FP, 3);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 1, "sp+8 fp! ra@-8");
    pp_unwind_table_free(table);
}

static void advancing_past_the_end(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    open_fde(&as, cie, 0, 16);
    PUT(&as, ADVANCE2, 0xff, 0xff, DEF_CFA_OFFSET, 99);
    close_entry(&as);
    open_fde(&as, cie, 16, 16);
    close_entry(&as);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 15, "sp+8 fp= ra@-8");
    assert_rule(table, 16, "sp+8 fp= ra@-8");
    assert_rule(table, 32, "none");
    assert_rule(table, 0xffff, "none");
    pp_unwind_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_frame_comes_and_goes, fresh),
        cmocka_unit_test_setup(the_bottom_has_no_return_address, fresh),
        cmocka_unit_test_setup(a_realigned_frame, fresh),
        cmocka_unit_test_setup(assembly_that_keeps_the_old_sp, fresh),
        cmocka_unit_test_setup(a_linkage_table, fresh),
        cmocka_unit_test_setup(a_signal_trampoline, fresh),
        cmocka_unit_test_setup(unsupported_is_told_apart, fresh),
        cmocka_unit_test_setup(a_lost_frame_pointer, fresh),
        cmocka_unit_test_setup(advancing_past_the_end, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
