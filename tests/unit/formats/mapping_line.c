/* One line of a memory map. */
#include "formats/mapping_line.h"

#include "show.h"

static const struct {
    const char *line;
    uint64_t start, limit, offset;
    const char *file, *build_id;
} mappings[] = {
    {"400000-401000 r-xp 00001000 08:01 12   /bin/cat", 0x400000, 0x401000,
     0x1000, "/bin/cat", ""},
    {"400000-401000 r-xp 00001000 08:01 12", 0x400000, 0x401000, 0x1000, "",
     ""},
    {" 0x400000 0x401000: x /bin/cat (@ff) ab12zz", 0x400000, 0x401000, 0xff,
     "/bin/cat", "ab12"},
    {"400000-401000: /bin/cat", 0x400000, 0x401000, 0, "/bin/cat", ""},
    {"400000-401000 xfile", 0x400000, 0x401000, 0, "", ""},
    {"400000-401000 /a (deleted) 12", 0x400000, 0x401000, 0, "/a", ""},
    {"1234 r-xp 0 08:01 99 /f", 0x123, 4, 0, "/f", ""},
    {"1234 5678 00:00 12", 0x1234, 0x5678, 0, "", ""},
    {"1234 08:01 99 /g", 0x123, 4, 0, "/g", ""},
    {"12340x567 /q", 0x1234, 0x567, 0, "/q", ""},
    {"12 /q", 1, 2, 0, "/q", ""},
};

static void assert_text(struct pp_slice text, const char *expected)
{
    assert_true(pp_slice_equal(text, pp_slice_of(expected)));
}

static void two_forms_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mappings / sizeof *mappings; i++) {
        struct pp_mapping_line mapping = {0};
        if (!pp_mapping_line_read(pp_slice_of(mappings[i].line), &mapping))
            fail_msg("not read: %s", mappings[i].line);
        assert_true(mapping.is_executable);
        assert_int_equal(mapping.start, mappings[i].start);
        assert_int_equal(mapping.limit, mappings[i].limit);
        assert_int_equal(mapping.offset, mappings[i].offset);
        assert_text(mapping.filename, mappings[i].file);
        assert_text(mapping.build_id, mappings[i].build_id);
    }
}

static void what_cannot_run_is_told_apart(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "400000-401000 rw-p 00001000 08:01 12   /bin/cat",
        "400000-401000 prog", /* begins as permissions do */
        "1234 - 5678",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct pp_mapping_line mapping;
        assert_true(pp_mapping_line_read(pp_slice_of(lines[i]), &mapping));
        assert_false(mapping.is_executable);
    }
}

static void other_lines_are_none(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "1",
        "0x1",
        "build=/x",
        "-1 2",
        "10000000000000000-2 /f",
        "1-2 r-xp 10000000000000000 0:0 1 /f",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct pp_mapping_line mapping;
        assert_false(pp_mapping_line_read(pp_slice_of(lines[i]), &mapping));
    }
}

static void what_a_logger_writes_goes(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"I0101 12:34 1 f.cc:123] 40-80 /f", "40-80 /f"},
        {"x:1]\t y", " y"},
        {":1] y", ":1] y"},
        {"x:] y", "x:] y"},
        {"x:1]y", "x:1]y"},
        {"[x:1] y", "[x:1] y"},
        {"x1] y", "x1] y"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_text(pp_mapping_line_without_log(pp_slice_of(rows[i][0])),
                    rows[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_forms_are_read),
        cmocka_unit_test(what_cannot_run_is_told_apart),
        cmocka_unit_test(other_lines_are_none),
        cmocka_unit_test(what_a_logger_writes_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
