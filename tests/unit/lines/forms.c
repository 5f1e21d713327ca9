/* Values of attributes: every form is read and skipped alike, and what it leads
 * to is looked up. */
#include "lines/forms.h"
#include "bytes.h"
#include "lines/constants.h"

static struct bytes bytes, strings, offsets;
static struct pp_dwarf_file file, supplement;
static struct pp_dwarf_unit unit;

static void begin(uint16_t version, uint8_t address_size, uint8_t offset_size)
{
    bytes.size = strings.size = offsets.size = 0;
    file = supplement = (struct pp_dwarf_file){0};
    file.supplement = &supplement;
    unit = (struct pp_dwarf_unit){
        .file = &file,
        .offset = 0x100,
        .entries = 0x10c,
        .end = 0x200,
        .version = version,
        .address_size = address_size,
        .offset_size = offset_size,
    };
}

/* ---- reading ------------------------------------------------------------ */

/* A value of the form takes all bytes put so far, and is this number. */
static struct pp_form_value check_form(uint16_t form, uint64_t number)
{
    struct pp_form_value value;
    struct pp_cursor cursor = pp_cursor_at(slice_of(&bytes), 0, false);
    pp_form_read(&cursor, &unit, form, -5, &value);
    assert_false(cursor.has_failed);
    assert_int_equal(pp_cursor_left(&cursor), 0);
    assert_int_equal(value.number, number);
    cursor = pp_cursor_at(slice_of(&bytes), 0, false);
    pp_form_skip(&cursor, &unit, form);
    assert_int_equal(pp_cursor_left(&cursor), 0);
    for (size_t size = 0; size < bytes.size; size++) {
        struct pp_slice cut = {(const char *)bytes.data, size};
        cursor = pp_cursor_at(cut, 0, false);
        pp_form_skip(&cursor, &unit, form);
        assert_true(cursor.has_failed);
    }
    bytes.size = 0;
    return value;
}

static void test_fixed(void **state)
{
    static const struct {
        uint16_t form;
        uint8_t size;
    } fixed[] = {
        {DW_FORM_addr, 8},        {DW_FORM_data1, 1},
        {DW_FORM_data2, 2},       {DW_FORM_data4, 4},
        {DW_FORM_data8, 8},       {DW_FORM_flag, 1},
        {DW_FORM_strp, 4},        {DW_FORM_ref_addr, 4},
        {DW_FORM_ref1, 1},        {DW_FORM_ref2, 2},
        {DW_FORM_ref4, 4},        {DW_FORM_ref8, 8},
        {DW_FORM_sec_offset, 4},  {DW_FORM_ref_sup4, 4},
        {DW_FORM_strp_sup, 4},    {DW_FORM_line_strp, 4},
        {DW_FORM_ref_sig8, 8},    {DW_FORM_ref_sup8, 8},
        {DW_FORM_strx1, 1},       {DW_FORM_strx2, 2},
        {DW_FORM_strx3, 3},       {DW_FORM_strx4, 4},
        {DW_FORM_addrx1, 1},      {DW_FORM_addrx2, 2},
        {DW_FORM_addrx3, 3},      {DW_FORM_addrx4, 4},
        {DW_FORM_GNU_ref_alt, 4}, {DW_FORM_GNU_strp_alt, 4},
    };
    (void)state;
    begin(5, 8, 4);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        uint64_t all = UINT64_MAX >> (64 - 8 * fixed[i].size);
        put(&bytes, 0x8182838485868788 & all, fixed[i].size);
        check_form(fixed[i].form, 0x8182838485868788 & all);
    }
}

static void test_variable(void **state)
{
    static const uint16_t leb[] = {
        DW_FORM_udata,          DW_FORM_ref_udata,    DW_FORM_strx,
        DW_FORM_addrx,          DW_FORM_loclistx,     DW_FORM_rnglistx,
        DW_FORM_GNU_addr_index, DW_FORM_GNU_str_index};
    (void)state;
    begin(5, 8, 4);
    for (size_t i = 0; i < sizeof leb / sizeof *leb; i++) {
        put_uleb(&bytes, 123456789);
        check_form(leb[i], 123456789);
    }
    put_negative(&bytes, -3);
    check_form(DW_FORM_sdata, (uint64_t)-3);
    put(&bytes, 0, 8), put(&bytes, 0, 8);
    assert_int_equal(check_form(DW_FORM_data16, 0).bytes.size, 16);
    put_text(&bytes, "text");
    assert_int_equal(check_form(DW_FORM_string, 0).bytes.size, 4);
}

static void test_blocks(void **state)
{
    static const struct {
        uint16_t form;
        uint8_t size;
    } blocks[] = {{DW_FORM_block1, 1},
                  {DW_FORM_block2, 2},
                  {DW_FORM_block4, 4},
                  {DW_FORM_block, 1},
                  {DW_FORM_exprloc, 1}};
    (void)state;
    begin(5, 8, 4);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        put(&bytes, 3, blocks[i].size), put(&bytes, 0xaabbcc, 3);
        assert_int_equal(check_form(blocks[i].form, 0).bytes.size, 3);
    }
}

/* Values that take no bytes, and forms that stand with their values. */
static void test_no_bytes(void **state)
{
    (void)state;
    begin(5, 8, 4);
    check_form(DW_FORM_flag_present, 1);
    check_form(DW_FORM_implicit_const, (uint64_t)-5);
    put_uleb(&bytes, DW_FORM_data2), put(&bytes, 0x1234, 2);
    assert_int_equal(check_form(DW_FORM_indirect, 0x1234).form, DW_FORM_data2);
}

/* Sizes that depend on the unit. */
static void test_sizes(void **state)
{
    (void)state;
    begin(2, 8, 4);
    put(&bytes, 7, 8);
    check_form(DW_FORM_ref_addr, 7);
    begin(3, 4, 8);
    put(&bytes, 7, 8);
    check_form(DW_FORM_ref_addr, 7);
    put(&bytes, 7, 4);
    check_form(DW_FORM_addr, 7);
    put(&bytes, 7, 8);
    check_form(DW_FORM_strp, 7);
}

static void check_refused(uint16_t form)
{
    struct pp_form_value value;
    struct pp_cursor cursor = pp_cursor_at(slice_of(&bytes), 0, false);
    pp_form_read(&cursor, &unit, form, 0, &value);
    assert_true(cursor.has_failed);
}

static void test_unknown(void **state)
{
    (void)state;
    begin(5, 8, 4);
    put(&bytes, 0, 8), put(&bytes, 0, 8);
    check_refused(0);
    check_refused(2);
    check_refused(0x2d);
    check_refused(0x1f03);
    check_refused(UINT16_MAX);
    bytes.size = 0;
    put_uleb(&bytes, DW_FORM_indirect), put_uleb(&bytes, DW_FORM_data1);
    put_u8(&bytes, 0);
    check_refused(DW_FORM_indirect);
    bytes.size = 0;
    put_uleb(&bytes, DW_FORM_implicit_const), put_u8(&bytes, 0);
    check_refused(DW_FORM_indirect);
}

/* ---- what they mean ----------------------------------------------------- */

static void check_text(uint16_t form, uint64_t number, const char *text)
{
    const struct pp_form_value value = {.form = form, .number = number};
    assert_true(pp_slice_equal(pp_form_text(&unit, &value), pp_slice_of(text)));
}

static void test_texts(void **state)
{
    (void)state;
    begin(5, 8, 4);
    put_text(&strings, "zero"), put_text(&strings, "five");
    put(&offsets, 0xffff, 4), put(&offsets, 5, 4), put(&offsets, 0, 4);
    file.sections[PP_DWARF_STR] = slice_of(&strings);
    file.sections[PP_DWARF_STR_OFFSETS] = slice_of(&offsets);
    unit.str_offsets_base = 4;
    check_text(DW_FORM_strp, 0, "zero");
    check_text(DW_FORM_strp, 5, "five");
    check_text(DW_FORM_strp, 10, "");
    check_text(DW_FORM_strp, UINT64_MAX, "");
    check_text(DW_FORM_strx, 0, "five");
    check_text(DW_FORM_strx3, 1, "zero");
    check_text(DW_FORM_GNU_str_index, 2, "");
    check_text(DW_FORM_strx, UINT64_MAX / 4, "");
    check_text(DW_FORM_strx, UINT64_MAX, "");
    check_text(DW_FORM_line_strp, 0, "");
    check_text(DW_FORM_strp_sup, 0, "");
    supplement.sections[PP_DWARF_STR] = slice_of(&strings);
    check_text(DW_FORM_strp_sup, 5, "five");
    check_text(DW_FORM_GNU_strp_alt, 0, "zero");
    file.supplement = NULL;
    check_text(DW_FORM_GNU_strp_alt, 0, "");
    check_text(DW_FORM_data4, 0, "");
}

static void test_addresses(void **state)
{
    static struct bytes addresses;
    struct pp_form_value value = {.form = DW_FORM_addr, .number = 0x1234};
    uint64_t address;
    (void)state;
    begin(5, 8, 4);
    put(&addresses, 0, 8), put(&addresses, 0x5000, 8);
    file.sections[PP_DWARF_ADDR] = slice_of(&addresses);
    unit.addr_base = 8;
    assert_true(pp_form_address(&unit, &value, &address));
    assert_int_equal(address, 0x1234);
    value = (struct pp_form_value){.form = DW_FORM_addrx};
    assert_true(pp_form_address(&unit, &value, &address));
    assert_int_equal(address, 0x5000);
    value.number = 1;
    assert_false(pp_form_address(&unit, &value, &address));
    value = (struct pp_form_value){.form = DW_FORM_data8};
    assert_false(pp_form_address(&unit, &value, &address));
}

static void check_reference(uint16_t form, uint64_t number,
                            const struct pp_dwarf_file *in, uint64_t offset)
{
    const struct pp_form_value value = {.form = form, .number = number};
    struct pp_dwarf_reference reference = {0};
    bool leads = pp_form_reference(&unit, &value, &reference);
    assert_int_equal(leads, in != NULL);
    if (!leads)
        return;
    assert_ptr_equal(reference.file, in);
    assert_int_equal(reference.offset, offset);
}

static void test_references(void **state)
{
    (void)state;
    begin(5, 8, 4);
    check_reference(DW_FORM_ref4, 0x20, &file, 0x120);
    check_reference(DW_FORM_ref_udata, 0xff, &file, 0x1ff);
    check_reference(DW_FORM_ref8, 0x100, NULL, 0);
    check_reference(DW_FORM_ref8, UINT64_MAX, NULL, 0);
    check_reference(DW_FORM_ref_addr, 0x20, &file, 0x20);
    check_reference(DW_FORM_GNU_ref_alt, 0x20, &supplement, 0x20);
    check_reference(DW_FORM_ref_sup8, 0x30, &supplement, 0x30);
    check_reference(DW_FORM_data4, 0x20, NULL, 0);
    file.supplement = NULL;
    check_reference(DW_FORM_ref_sup4, 0x20, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed),      cmocka_unit_test(test_variable),
        cmocka_unit_test(test_blocks),     cmocka_unit_test(test_no_bytes),
        cmocka_unit_test(test_sizes),      cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_texts),      cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
