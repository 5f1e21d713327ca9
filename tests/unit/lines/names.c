/* Names that are spread over several entries, in chains and in cycles. */
#include "lines/names.h"
#include "entries.h"

enum { UNIT = 1, NAMED, MANGLED, SPECIFIES, COPY, CALL, FAR };

static struct made_file made;
static struct pp_names names;

static void begin(void)
{
    make_file(&made);
    names = (struct pp_names){.arena = &made.arena};
    put_abbreviation(&made, UNIT, DW_TAG_compile_unit, true,
                     ATTRIBUTES(DW_AT_name, DW_FORM_string));
    put_abbreviation(
        &made, NAMED, DW_TAG_subprogram, false,
        ATTRIBUTES(DW_AT_name, DW_FORM_string, DW_AT_decl_line, DW_FORM_data1));
    put_abbreviation(&made, MANGLED, DW_TAG_subprogram, false,
                     ATTRIBUTES(DW_AT_name, DW_FORM_strp, DW_AT_linkage_name,
                                DW_FORM_string));
    put_abbreviation(&made, SPECIFIES, DW_TAG_subprogram, false,
                     ATTRIBUTES(DW_AT_specification, DW_FORM_ref4,
                                DW_AT_decl_line, DW_FORM_data2));
    put_abbreviation(&made, COPY, DW_TAG_subprogram, false,
                     ATTRIBUTES(DW_AT_abstract_origin, DW_FORM_ref_udata));
    put_abbreviation(&made, CALL, DW_TAG_inlined_subroutine, false,
                     ATTRIBUTES(DW_AT_abstract_origin, DW_FORM_ref2,
                                DW_AT_call_file, DW_FORM_udata, DW_AT_call_line,
                                DW_FORM_data2, DW_AT_call_column,
                                DW_FORM_data1));
    put_abbreviation(&made, FAR, DW_TAG_subprogram, false,
                     ATTRIBUTES(DW_AT_abstract_origin, DW_FORM_ref_addr));
    put_u8(&made.abbrev, 0);
    put_text(&made.strings, "");
    put_text(&made.strings, "method");
    begin_unit(&made, 0);
    put_u8(&made.info, UNIT), put_text(&made.info, "unit");
}

static void finish(void)
{
    release_file(&made);
}

static void check(uint64_t offset, const char *linkage, const char *name,
                  int64_t start_line)
{
    struct pp_scope_facts facts;
    const struct pp_dwarf_unit *unit = pp_dwarf_unit_at(&made.file, offset);
    assert_non_null(unit);
    for (int round = 0; round < 2; round++) {
        pp_names_of_scope(&names, unit, offset, &facts);
        assert_true(
            pp_slice_equal(facts.function.linkage, pp_slice_of(linkage)));
        assert_true(pp_slice_equal(facts.function.name, pp_slice_of(name)));
        assert_int_equal(facts.function.start_line, start_line);
    }
}

static void test_chain(void **state)
{
    struct pp_scope_facts facts;
    (void)state;
    begin();
    uint32_t declared = here(&made);
    put_u8(&made.info, MANGLED);
    put(&made.info, 1, 4), put_text(&made.info, "_Z6methodv");
    uint32_t defined = here(&made);
    put_u8(&made.info, SPECIFIES);
    put(&made.info, declared, 4), put(&made.info, 300, 2);
    uint32_t copy = here(&made);
    put_u8(&made.info, COPY), put_uleb(&made.info, defined);
    uint32_t call = here(&made);
    put_u8(&made.info, CALL), put(&made.info, copy, 2);
    put_uleb(&made.info, 500), put(&made.info, 700, 2), put_u8(&made.info, 9);
    uint32_t named = here(&made);
    put_u8(&made.info, NAMED), put_text(&made.info, "plain");
    put_u8(&made.info, 7);
    put_u8(&made.info, 0);
    end_unit(&made);
    read_file(&made);
    check(declared, "_Z6methodv", "method", 0);
    check(defined, "_Z6methodv", "method", 300);
    check(copy, "_Z6methodv", "method", 300);
    check(call, "_Z6methodv", "method", 300);
    check(named, "", "plain", 7);
    pp_names_of_scope(&names, &made.file.units.items[0], call, &facts);
    assert_int_equal(facts.call_file, 500);
    assert_int_equal(facts.call_line, 700);
    assert_int_equal(facts.call_column, 9);
    finish();
}

/* Link-time optimization leaves the names in other units. */
static void test_other_unit(void **state)
{
    (void)state;
    begin();
    uint64_t named = made.info.size;
    put_u8(&made.info, NAMED), put_text(&made.info, "elsewhere");
    put_u8(&made.info, 3);
    put_u8(&made.info, 0);
    end_unit(&made);
    begin_unit(&made, 0);
    put_u8(&made.info, UNIT), put_text(&made.info, "two");
    uint64_t far = made.info.size;
    put_u8(&made.info, FAR), put(&made.info, named, 4);
    end_unit(&made);
    read_file(&made);
    check(far, "", "elsewhere", 3);
    finish();
}

static void test_cycle(void **state)
{
    (void)state;
    begin();
    uint32_t first = here(&made), second = first + 7;
    put_u8(&made.info, SPECIFIES);
    put(&made.info, second, 4), put(&made.info, 5, 2);
    put_u8(&made.info, SPECIFIES);
    put(&made.info, first, 4), put(&made.info, 0, 2);
    uint32_t itself = here(&made);
    put_u8(&made.info, FAR), put(&made.info, itself, 4);
    end_unit(&made);
    read_file(&made);
    check(first, "", "", 5);
    check(second, "", "", 5);
    check(itself, "", "", 0);
    finish();
}

/* References to what is no entry, no unit, or no file. */
static void test_nowhere(void **state)
{
    static const uint32_t targets[] = {0, 3, 1 << 20, UINT32_MAX};
    (void)state;
    for (uint32_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        begin();
        uint32_t far = here(&made);
        put_u8(&made.info, FAR), put(&made.info, targets[i], 4);
        uint32_t near = here(&made);
        put_u8(&made.info, SPECIFIES);
        put(&made.info, targets[i], 4), put(&made.info, 1, 2);
        end_unit(&made);
        read_file(&made);
        check(far, "", "", 0);
        check(near, "", "", 1);
        finish();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_other_unit),
        cmocka_unit_test(test_cycle),
        cmocka_unit_test(test_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
