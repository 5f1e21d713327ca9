/* The grammar of the shell; what the reference does with the same lines is
 * tests/e2e/shell.sh's to see. */
#include "present/shell_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pp_arena arena;
static struct pp_settings settings;

static int set_up(void **state)
{
    (void)state;
    pp_arena_init_fatal(&arena, abort);
    pp_settings_init(&settings);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_shell_line assert_parsed(const char *text,
                                          enum pp_shell_line_kind kind)
{
    struct pp_shell_line line;
    struct pp_error err = {0};
    if (pp_shell_line_parse(&line, pp_slice_of(text), &settings, &arena, &err) <
        0)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(line.kind, kind);
    return line;
}

static void assert_refused(const char *text, const char *words)
{
    struct pp_shell_line line;
    struct pp_error err = {0};
    assert_true(pp_shell_line_parse(&line, pp_slice_of(text), &settings, &arena,
                                    &err) < 0);
    assert_string_equal(err.text, words);
}

static void assert_slice(struct pp_slice slice, const char *text)
{
    assert_true(pp_slice_equal(slice, pp_slice_of(text)));
}

static void assignments(void **state)
{
    static const char *const rows[][3] = {
        {"focus=main", "focus", "main"},
        {" focus = a b ", "focus", "a b"},
        {"focus=a=b", "focus", "a=b"},
        {"focus=", "focus", ""},
        {"nodecount = 7 //: default", "nodecount", "7"},
        {"hide=x //: y //: z", "hide", "x //: y"},
        {"trim", "trim", ""},
        {"cum", "cum", ""},
        {"sort=cum", "sort", "cum"},
        {"focus=a | b > c", "focus", "a | b > c"},
        {"title=a b", "title", "a b"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pp_shell_line line =
            assert_parsed(rows[i][0], PP_LINE_ASSIGNMENT);
        assert_slice(line.name, rows[i][1]);
        assert_slice(line.value, rows[i][2]);
    }
    assert_refused("focus", "please specify a value, e.g. focus=<val>");
    assert_refused("sort", "please specify a value, e.g. sort=<val>");
    (void)state;
}

static void keywords(void **state)
{
    assert_parsed("", PP_LINE_EMPTY);
    assert_parsed(" \t\xc2\xa0", PP_LINE_EMPTY); /* a no-break space, too */
    assert_parsed("o", PP_LINE_OPTIONS);
    assert_parsed(" options x", PP_LINE_OPTIONS);
    assert_parsed("q", PP_LINE_QUIT);
    assert_parsed("quit", PP_LINE_QUIT);
    assert_parsed("exit", PP_LINE_QUIT);
    assert_slice(assert_parsed("help", PP_LINE_HELP).value, "");
    assert_slice(assert_parsed("help  a   b ", PP_LINE_HELP).value, "a b");
    (void)state;
}

static void reports_have_arguments(void **state)
{
    struct pp_shell_line line =
        assert_parsed("top10 -cum a -b c -d >f 20", PP_LINE_REPORT);
    assert_string_equal(line.report->name, "top");
    assert_int_equal(line.options.nodecount, 20); /* the last one */
    assert_true(line.options.sort_cum);
    assert_string_equal(line.options.focus, "a|c");
    assert_string_equal(line.options.ignore, "b|d");
    assert_string_equal(line.output, "f");
    assert_null(line.command);

    line = assert_parsed("raw > g -- --cum -", PP_LINE_REPORT);
    assert_string_equal(line.output, "g");
    assert_string_equal(line.options.ignore, "-");
    assert_true(line.options.sort_cum);
    line = assert_parsed("top 99999999999", PP_LINE_REPORT);
    assert_string_equal(line.options.focus, "99999999999"); /* no int32 */
    (void)state;
}

static void top_is_short_unless_told(void **state)
{
    assert_int_equal(assert_parsed("top", PP_LINE_REPORT).options.nodecount,
                     10);
    assert_int_equal(assert_parsed("text", PP_LINE_REPORT).options.nodecount,
                     10);
    assert_int_equal(assert_parsed("tree", PP_LINE_REPORT).options.nodecount,
                     -1);
    settings.report.nodecount = 3;
    assert_int_equal(assert_parsed("top", PP_LINE_REPORT).options.nodecount, 3);
    (void)state;
}

static void tags_are_filtered_by_tags(void **state)
{
    struct pp_shell_line line = assert_parsed("tags a -b", PP_LINE_REPORT);
    assert_string_equal(line.options.tagfocus, "a");
    assert_string_equal(line.options.tagignore, "b");
    assert_string_equal(line.options.focus, "");
    (void)state;
}

static void settings_hold_unless_overridden(void **state)
{
    settings.report.focus = "x";
    settings.output = "f";
    struct pp_shell_line line = assert_parsed("top", PP_LINE_REPORT);
    assert_string_equal(line.options.focus, "x");
    assert_string_equal(line.output, "f");
    line = assert_parsed("top y >g", PP_LINE_REPORT);
    assert_string_equal(line.options.focus, "y");
    assert_string_equal(line.output, "g");
    (void)state;
}

static void patterns_come_first(void **state)
{
    struct pp_shell_line line =
        assert_parsed("list -main other", PP_LINE_REPORT);
    assert_string_equal(line.options.pattern, "-main");
    assert_string_equal(line.options.focus, "other");
    assert_refused("peek", "command peek requires an argument");
    (void)state;
}

static void pipes_and_glued_arrows(void **state)
{
    struct pp_shell_line line =
        assert_parsed("top10 a | grep -v b | head -3", PP_LINE_REPORT);
    assert_string_equal(line.command, "grep -v b | head -3");
    assert_string_equal(line.options.focus, "a");
    assert_int_equal(line.options.nodecount, 10);

    line = assert_parsed("top a|b", PP_LINE_REPORT); /* an expression */
    assert_null(line.command);
    assert_string_equal(line.options.focus, "a|b");

    line = assert_parsed("top5>f x", PP_LINE_REPORT);
    assert_string_equal(line.output, "f");
    assert_int_equal(line.options.nodecount, 5);
    assert_string_equal(line.options.focus, "x");
    line = assert_parsed("raw> f", PP_LINE_REPORT);
    assert_string_equal(line.output, "f");
    line = assert_parsed("top a->b", PP_LINE_REPORT); /* an expression */
    assert_string_equal(line.options.focus, "a->b");
    (void)state;
}

static void what_is_wrong_is_said(void **state)
{
    assert_refused("foo", "unrecognized command: \"foo\"");
    assert_refused("foo12", "unrecognized command: \"foo\"");
    assert_refused("12", "unrecognized command: \"12\"");
    assert_refused("foo>x", "unrecognized command: \"foo>x\"");
    assert_refused("=", "unrecognized command: \"=\"");
    assert_refused("\"x", "unrecognized command: \"\\\"x\"");
    assert_refused("focus x", "did you mean: focus=x");
    assert_refused("focus10", "did you mean: focus=10");
    assert_refused("sort x", "unrecognized command: \"sort\"");
    assert_refused("top >", "unexpected end of line after >");
    assert_refused("top |", "unexpected end of line after |");
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(assignments),
        TEST(keywords),
        TEST(reports_have_arguments),
        TEST(top_is_short_unless_told),
        TEST(tags_are_filtered_by_tags),
        TEST(settings_hold_unless_overridden),
        TEST(patterns_come_first),
        TEST(pipes_and_glued_arrows),
        TEST(what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
