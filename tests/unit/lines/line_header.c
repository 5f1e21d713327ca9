/* The names of files, in every form they are written in. */
#include "line_program.h"

#include "lines/constants.h"

static struct program program;

/* The names follow. */
static void begin(uint16_t version, const char *directory)
{
    init_program(&program, version);
    program.unit.directory = pp_slice_of(directory);
    begin_header(&program);
}

static void finish(void)
{
    end_header(&program);
    read_program(&program);
}

static struct pp_slice name_of(uint64_t number)
{
    return pp_line_table_file(&program.table, &program.arena, number);
}

static void check_name(uint64_t number, const char *wanted)
{
    struct pp_slice name = name_of(number);
    assert_int_equal(name.size, strlen(wanted));
    assert_memory_equal(name.data, wanted, name.size);
    assert_ptr_equal(name_of(number).data, name.data);
}

static void check_none(uint64_t number)
{
    assert_int_equal(name_of(number).size, 0);
}

/* ---- DWARF 2 to 4 ------------------------------------------------------- */

static void put_old_file(const char *name, uint64_t directory)
{
    put_text(&program.section, name);
    put_uleb(&program.section, directory);
    put_uleb(&program.section, 1000000);
    put_uleb(&program.section, 300);
}

static void put_old_names(void)
{
    put_text(&program.section, "include");
    put_text(&program.section, "/usr/include/");
    put_text(&program.section, "");
    put_old_file("main.c", 0);
    put_old_file("own.h", 1);
    put_old_file("stdio.h", 2);
    put_old_file("/abs/olute.h", 1);
    put_old_file("lost.h", 77);
    put_u8(&program.section, 0);
}

static void test_old_names(void **state)
{
    (void)state;
    for (uint16_t version = 2; version <= 4; version++) {
        begin(version, "/build");
        put_old_names();
        finish();
        check_none(0);
        check_name(1, "/build/main.c");
        check_name(2, "/build/include/own.h");
        check_name(3, "/usr/include/stdio.h");
        check_name(4, "/abs/olute.h");
        check_name(5, "/build/lost.h");
        check_none(6);
        check_none(UINT64_MAX);
        release_program(&program);
    }
}

static void test_no_directory(void **state)
{
    (void)state;
    begin(4, "");
    put_old_names();
    finish();
    check_name(1, "main.c");
    check_name(2, "include/own.h");
    release_program(&program);
}

/* ---- DWARF 5 ------------------------------------------------------------ */

enum { PATH = 1, DIRECTORY_INDEX = 2, SIZE = 4, MD5 = 5 };

/* How entries are written: pairs of content and form. */
static void put_layout(const uint8_t *pairs, size_t count)
{
    put_u8(&program.section, count);
    for (size_t i = 0; i < 2 * count; i++)
        put_uleb(&program.section, pairs[i]);
}

static void put_directories(void)
{
    static const uint8_t layout[] = {PATH, DW_FORM_string};
    put_layout(layout, 1);
    put_uleb(&program.section, 3);
    put_text(&program.section, "/build");
    put_text(&program.section, "include");
    put_text(&program.section, "/usr/include");
}

static void test_names(void **state)
{
    static const uint8_t layout[] = {
        MD5,           DW_FORM_data16, DIRECTORY_INDEX,
        DW_FORM_udata, SIZE,           DW_FORM_block1,
        PATH,          DW_FORM_string};
    static const char *const names[] = {"main.c", "own.h", "stdio.h",
                                        "/abs/olute.h"};
    (void)state;
    begin(5, "/build");
    put_directories();
    put_layout(layout, 4);
    put_uleb(&program.section, 4);
    for (uint32_t i = 0; i < 4; i++) {
        program.section.size += 16;
        put_uleb(&program.section, i % 3);
        put_u8(&program.section, 1);
        put_u8(&program.section, 0xff);
        put_text(&program.section, names[i]);
    }
    finish();
    check_name(0, "/build/main.c");
    check_name(1, "/build/include/own.h");
    check_name(2, "/usr/include/stdio.h");
    check_name(3, "/abs/olute.h");
    check_none(4);
    release_program(&program);
}

/* The directory of the unit stands in the table: it is not put in front of
 * itself. */
static void test_relative_directory(void **state)
{
    static const uint8_t layout[] = {PATH, DW_FORM_string};
    static const uint8_t files[] = {PATH, DW_FORM_string, DIRECTORY_INDEX,
                                    DW_FORM_data1};
    (void)state;
    begin(5, "./build");
    put_layout(layout, 1);
    put_uleb(&program.section, 2);
    put_text(&program.section, "./build");
    put_text(&program.section, "include");
    put_layout(files, 2);
    put_uleb(&program.section, 2);
    for (uint32_t i = 0; i < 2; i++) {
        put_text(&program.section, "a.c");
        put_u8(&program.section, i);
    }
    finish();
    check_name(0, "./build/a.c");
    check_name(1, "./build/include/a.c");
    release_program(&program);
}

/* Texts of other sections, and numbers of every size. */
static void test_forms(void **state)
{
    static const struct form {
        uint16_t form;
        uint8_t size;
        uint64_t value;
    } forms[] = {
        {DW_FORM_strp, 4, 1},     {DW_FORM_line_strp, 4, 1},
        {DW_FORM_strp_sup, 4, 1}, {DW_FORM_strx1, 1, 1},
        {DW_FORM_strx2, 2, 1},    {DW_FORM_strx3, 3, 1},
        {DW_FORM_strx4, 4, 1},    {DW_FORM_strx, 1, 1},
    };
    static const char strings[] = "\0strings.c";
    static struct bytes offsets;
    struct pp_dwarf_file supplement = {
        .sections = {[PP_DWARF_STR] = {strings, sizeof strings}}};
    (void)state;
    offsets.size = 8; /* a header */
    put(&offsets, 0, 4);
    put(&offsets, 1, 4);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const uint8_t layout[] = {PATH, (uint8_t)forms[i].form};
        begin(5, "");
        program.file.sections[PP_DWARF_STR] = supplement.sections[PP_DWARF_STR];
        program.file.sections[PP_DWARF_LINE_STR] =
            supplement.sections[PP_DWARF_STR];
        program.file.sections[PP_DWARF_STR_OFFSETS] = slice_of(&offsets);
        program.file.supplement = &supplement;
        program.unit.str_offsets_base = 8;
        program.unit.offset_size = 8; /* the program's own is 4 */
        put(&program.section, 0, 2);  /* no directories */
        put_layout(layout, 1);
        put_uleb(&program.section, 1);
        put(&program.section, forms[i].value, forms[i].size);
        finish();
        check_name(0, "strings.c");
        release_program(&program);
    }
}

/* ---- names as they should not be ---------------------------------------- */

/* Counts are believed as far as there are bytes. */
static void test_hostile_counts(void **state)
{
    static const uint8_t layouts[][2] = {
        {PATH, DW_FORM_string}, {PATH, DW_FORM_flag_present},
        {PATH, 0x7f},           {PATH, DW_FORM_implicit_const},
        {PATH, DW_FORM_block4}, {PATH, DW_FORM_indirect},
    };
    (void)state;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        begin(5, "/build");
        put_layout(layouts[i], 1);
        put_uleb(&program.section, UINT64_MAX);
        put_text(&program.section, "x");
        finish();
        check_none(0);
        assert_true(program.table.header.directories.count <= 1);
        release_program(&program);
    }
    begin(5, "/build"); /* entries of no fields */
    put_u8(&program.section, 0);
    put_uleb(&program.section, UINT64_MAX);
    finish();
    assert_int_equal(program.table.header.directories.count, 0);
    release_program(&program);
}

/* Whatever is cut off of the names, those before it stay, and so does the
 * program. */
static void test_cut(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < 60; cut++) {
        begin(4, "/build");
        put_old_names();
        program.section.size -= cut;
        finish();
        struct pp_slice name = name_of(1);
        assert_true(name.size == 0 ||
                    pp_slice_equal(name, pp_slice_literal("/build/main.c")));
        release_program(&program);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_old_names),
        cmocka_unit_test(test_no_directory),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_relative_directory),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_hostile_counts),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
