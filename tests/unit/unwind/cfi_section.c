/* The chain of entries: order, overlap, and sections that are not what they
 * should be. */
#include "assemble.h"

static struct assembly as;

static int fresh(void **state)
{
    (void)state;
    memset(&as, 0, sizeof as);
    return 0;
}

/* A function whose CFA offset tells it apart. */
static void put_function(size_t cie, uint32_t start, uint32_t size,
                         unsigned cfa_offset)
{
    open_fde(&as, cie, start, size);
    PUT(&as, DEF_CFA_OFFSET, (int)cfa_offset);
    close_entry(&as);
}

static void functions_in_any_order(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    put_function(cie, 0x20000, 16, 32);
    put_function(cie, 0x10, 16, 16);
    put_function(cie, 0x12345, 16, 24);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 0, "none");
    assert_rule(table, 0x10, "sp+16 fp= ra@-8");
    assert_rule(table, 0x1f, "sp+16 fp= ra@-8");
    assert_rule(table, 0x20, "none");
    assert_rule(table, 0x12344, "none");
    assert_rule(table, 0x12345, "sp+24 fp= ra@-8");
    assert_rule(table, 0x12355, "none");
    assert_rule(table, 0x2000f, "sp+32 fp= ra@-8");
    assert_rule(table, TEXT_SIZE - 1, "none");
    pp_unwind_table_free(table);
}

static void of_overlapping_functions_the_first_counts(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    put_function(cie, 0x100, 32, 16);
    put_function(cie, 0x100, 32, 24); /* folded: the same code again */
    put_function(cie, 0x110, 64, 32);
    put_function(cie, 0x120, 16, 40);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 0x11f, "sp+16 fp= ra@-8");
    assert_rule(table, 0x120, "sp+40 fp= ra@-8");
    assert_rule(table, 0x130, "none");
    pp_unwind_table_free(table);
}

static void functions_elsewhere_do_not_count(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    put_function(cie, (uint32_t)-16, 32, 16);  /* begins before */
    put_function(cie, TEXT_SIZE - 16, 17, 16); /* ends behind */
    put_function(cie, TEXT_SIZE, 16, 16);      /* all behind */
    put_function(cie, 64, 0, 16);              /* discarded */
    put_function(cie, TEXT_SIZE - 32, 16, 24);
    struct pp_unwind_table *table = compile(&as);
    assert_int_equal(table->row_count, 3);
    assert_rule(table, TEXT_SIZE - 32, "sp+24 fp= ra@-8");
    assert_rule(table, TEXT_SIZE - 16, "none");
    pp_unwind_table_free(table);
}

/* Garbage behind a section without a terminator names no CIE. */
static void only_known_cies_are_believed(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    put_function(cie, 16, 16, 16);
    put_function(cie + 4, 64, 16, 16);
    put_function((size_t)-64, 128, 16, 16);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 16, "sp+16 fp= ra@-8");
    assert_rule(table, 64, "none");
    assert_rule(table, 128, "none");
    pp_unwind_table_free(table);
}

static void the_terminator_ends_the_chain(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    put_function(cie, 16, 16, 16);
    put_u32(&as, 0);
    put_function(cie, 64, 16, 16);
    struct pp_unwind_table *table = compile(&as);
    assert_rule(table, 16, "sp+16 fp= ra@-8");
    assert_rule(table, 64, "none");
    pp_unwind_table_free(table);
}

static void put_odd_cie(uint8_t version, const char *letters, uint8_t ra)
{
    open_entry(&as);
    put_u32(&as, 0);
    PUT(&as, version);
    put(&as, letters, strlen(letters) + 1);
    PUT(&as, 1, 0x78, ra, 1, 0x1b);
    PUT(&as, DEF_CFA, PP_ARCH_SP, 8, OFFSET | PP_ARCH_RA, 1);
    close_entry(&as);
}

/* Functions of a CIE that we do not understand have no rule. */
static void odd_cies_are_left_alone(void **state)
{
    (void)state;
    static const struct {
        uint8_t version;
        const char *letters;
        uint8_t ra;
        const char *expected;
    } cases[] = {
        {1, "zR", PP_ARCH_RA, "sp+16 fp= ra@-8"},
        {3, "zR", PP_ARCH_RA, "sp+16 fp= ra@-8"},
        {4, "zR", PP_ARCH_RA, "none"},
        {1, "zRX", PP_ARCH_RA, "none"},
        {1, "eh", PP_ARCH_RA, "none"},
        {1, "zR", PP_ARCH_RA + 1, "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fresh(NULL);
        put_odd_cie(cases[i].version, cases[i].letters, cases[i].ra);
        put_function(0, 16, 16, 16);
        struct pp_unwind_table *table = compile(&as);
        assert_rule(table, 16, cases[i].expected);
        pp_unwind_table_free(table);
    }
}

/* Cut anywhere, a section gives the functions in front of the cut. */
static void truncation(void **state)
{
    (void)state;
    size_t cie = put_cie(&as, "zR");
    put_function(cie, 16, 16, 16);
    size_t first_end = as.size;
    put_function(cie, 64, 16, 24);
    size_t whole = as.size;
    for (size_t size = 0; size <= whole; size++) {
        as.size = size;
        struct pp_unwind_table *table = compile(&as);
        assert_rule(table, 16, size >= first_end ? "sp+16 fp= ra@-8" : "none");
        assert_rule(table, 64, size >= whole ? "sp+24 fp= ra@-8" : "none");
        pp_unwind_table_free(table);
    }
}

static void nonsense_sizes(void **state)
{
    (void)state;
    struct pp_cfi_section section = {as.bytes, 0, SECTION_ADDRESS};
    struct pp_unwind_table *table = NULL;
    struct pp_error err = {0};
    assert_int_equal(pp_cfi_compile(&section, 0, 0, &table, &err), PP_E_FORMAT);
    assert_non_null(strstr(err.text, "0 bytes of code"));
    assert_int_equal(pp_cfi_compile(&section, 0, 1ull << 32, &table, NULL),
                     PP_E_FORMAT);
    assert_null(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(functions_in_any_order, fresh),
        cmocka_unit_test_setup(of_overlapping_functions_the_first_counts,
                               fresh),
        cmocka_unit_test_setup(functions_elsewhere_do_not_count, fresh),
        cmocka_unit_test_setup(only_known_cies_are_believed, fresh),
        cmocka_unit_test_setup(the_terminator_ends_the_chain, fresh),
        cmocka_unit_test_setup(odd_cies_are_left_alone, fresh),
        cmocka_unit_test_setup(truncation, fresh),
        cmocka_unit_test_setup(nonsense_sizes, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
