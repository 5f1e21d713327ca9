/* Columns as Go's text/tabwriter lays them out. */
#include "../../../src/report/tab_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_table(const char *text, const char *expected)
{
    struct pp_arena arena;
    struct pp_buffer out = {0};
    pp_arena_init_fatal(&arena, abort);
    pp_buffer_append_text(&out, "");
    pp_tab_table_append(&out, pp_slice_of(text), &arena);
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
    pp_arena_release(&arena);
}

static void cells_stand_at_the_right(void **state)
{
    (void)state;
    assert_table("", "");
    assert_table("no tab\n", "no tab\n");
    assert_table("a\tx\nlong\ty", "    ax\n longy");
    assert_table("a\tbb\tx\nccc\td\ty\n", "   a bbx\n ccc  dy\n");
    assert_table("\t\t\n", "  \n");
}

static void a_column_ends_with_its_lines(void **state)
{
    (void)state;
    assert_table("long\tx\n\na\ty\n", " longx\n\n ay\n");
    assert_table("a\tlong\tx\nb\ty\nc\td\tz\n", " a longx\n by\n c dz\n");
    assert_table("long\tx\fa\ty\n", " longx\n ay\n");
}

static void characters_are_counted(void **state)
{
    (void)state;
    assert_table("größe\tx\nabcdef\ty\n", "  größex\n abcdefy\n");
    assert_table("\xe2\x82\tx\nabc\ty\n", "  \xe2\x82x\n abcy\n");
}

static void what_is_escaped_is_one_piece(void **state)
{
    (void)state;
    assert_table("\xff"
                 "a\tb\xff\tx\nlonger\ty\n",
                 "    \xff"
                 "a\tb\xffx\n longery\n");
    assert_table("a\tx\xff\nlong\ty\n", " ax\xff\nlong\ty\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_stand_at_the_right),
        cmocka_unit_test(a_column_ends_with_its_lines),
        cmocka_unit_test(characters_are_counted),
        cmocka_unit_test(what_is_escaped_is_one_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
