/* Slices, buffers, and escaping of hostile text. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void slices_compare_as_bytes(void **state)
{
    (void)state;
    struct pp_slice a = pp_slice_literal("ab"), b = pp_slice_literal("abc");
    struct pp_slice high = pp_slice_literal("a\xff"), none = {0};
    assert_true(pp_slice_compare(a, b) < 0);
    assert_true(pp_slice_compare(b, a) > 0);
    assert_int_equal(pp_slice_compare(a, a), 0);
    assert_true(pp_slice_compare(a, high) < 0);
    assert_true(pp_slice_compare(none, a) < 0);
    assert_true(pp_slice_equal(none, pp_slice_literal("")));
    assert_true(pp_slice_contains(b, pp_slice_literal("bc")));
    assert_true(pp_slice_contains(none, none));
    assert_false(pp_slice_contains(a, b));
    assert_true(pp_slice_starts_with(b, a));
    assert_false(pp_slice_starts_with(a, b));
}

static void base_names_are_the_last_part(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"/usr/bin/redis-server", "redis-server"},
        {"plain", "plain"},
        {"/", "/"},
        {"", ""},
        {"a/b/", "b"},
        {"/x", "x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pp_slice base = pp_slice_base_name(pp_slice_of(rows[i][0]));
        assert_true(pp_slice_equal(base, pp_slice_of(rows[i][1])));
    }
}

static void buffers_grow_and_end_in_nul(void **state)
{
    (void)state;
    struct pp_buffer buffer = {0};
    for (int i = 0; i < 10000; i++)
        pp_buffer_format(&buffer, "%d,", i % 10);
    assert_int_equal(buffer.size, 20000);
    assert_int_equal(strlen(buffer.data), 20000);
    pp_buffer_format(&buffer, "%*s", 5000, "x"); /* longer than a guess */
    assert_int_equal(buffer.size, 25000);
    assert_int_equal(buffer.data[24999], 'x');
    pp_buffer_clear(&buffer);
    assert_string_equal(buffer.data, "");
    pp_buffer_release(&buffer);
}

static void a_buffer_stops_at_its_ceiling_for_good(void **state)
{
    (void)state;
    struct pp_buffer buffer;
    pp_buffer_init(&buffer, 10);
    pp_buffer_append_text(&buffer, "0123456789");
    assert_false(buffer.failed);
    pp_buffer_append_char(&buffer, 'x');
    assert_true(buffer.failed);
    pp_buffer_append_text(&buffer, "");
    assert_int_equal(buffer.size, 10);
    pp_buffer_release(&buffer);
}

static void formatting_may_end_at_the_ceiling(void **state)
{
    (void)state;
    struct pp_buffer buffer;
    pp_buffer_init(&buffer, 10);
    pp_buffer_format(&buffer, "%s", "0123456789");
    assert_false(buffer.failed);
    assert_string_equal(buffer.data, "0123456789");
    pp_buffer_format(&buffer, "%d", 1);
    assert_true(buffer.failed);
    pp_buffer_release(&buffer);
}

static void a_buffer_may_begin_on_loan(void **state)
{
    (void)state;
    char space[16];
    struct pp_buffer buffer = pp_buffer_in(space);
    pp_buffer_format(&buffer, "%s", "fifteen letters");
    assert_ptr_equal(buffer.data, space);
    assert_string_equal(buffer.data, "fifteen letters");
    pp_buffer_append_char(&buffer, '!');
    assert_ptr_not_equal(buffer.data, space);
    assert_string_equal(buffer.data, "fifteen letters!");
    for (int i = 0; i < 10000; i++)
        pp_buffer_append_char(&buffer, 'x');
    assert_int_equal(buffer.size, 10016);
    assert_memory_equal(buffer.data, "fifteen letters!xxx", 19);
    pp_buffer_release(&buffer);
}

static void hostile_text_is_escaped(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
        {"tab\tline\n", "tab\tline\n"},
        {"\x1b[31m", "\xef\xbf\xbd[31m"},
        {"ma\xc3\xb1"
         "ana \xe2\x82\xac \xf0\x9f\x94\xa5",
         "ma\xc3\xb1"
         "ana \xe2\x82\xac \xf0\x9f\x94\xa5"},
        {"\xc3(", "\xef\xbf\xbd("},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"end\xe2\x82", "end\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xef\xbf\xbf", "\xef\xbf\xbd"},
        {"\xef\xbf\xbd", "\xef\xbf\xbd"},
        {"c1 \xc2\x9b[m", "c1 \xef\xbf\xbd[m"},
        {"turned \xe2\x80\xae<", "turned \xef\xbf\xbd&lt;"},
        {"\xd8\x9c \xe2\x80\xa8", "\xef\xbf\xbd \xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pp_buffer out = {0};
        pp_buffer_append_escaped_xml(&out, pp_slice_of(rows[i][0]));
        assert_string_equal(out.data, rows[i][1]);
        pp_buffer_release(&out);
    }
}

static void quoting_is_gos(void **state)
{
    static const char *const rows[][2] = {
        {"", "\"\""},
        {"a b", "\"a b\""},
        {"\"\\", "\"\\\"\\\\\""},
        {"\t\n\x01\x7f\xc3\xa4", "\"\\t\\n\\x01\\x7f\xc3\xa4\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pp_buffer out = {0};
        pp_buffer_append_quoted(&out, pp_slice_of(rows[i][0]));
        assert_string_equal(out.data, rows[i][1]);
        pp_buffer_release(&out);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_compare_as_bytes),
        cmocka_unit_test(base_names_are_the_last_part),
        cmocka_unit_test(buffers_grow_and_end_in_nul),
        cmocka_unit_test(a_buffer_stops_at_its_ceiling_for_good),
        cmocka_unit_test(formatting_may_end_at_the_ceiling),
        cmocka_unit_test(a_buffer_may_begin_on_loan),
        cmocka_unit_test(hostile_text_is_escaped),
        cmocka_unit_test(quoting_is_gos),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
