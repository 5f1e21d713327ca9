/* What is left of names in titles and boxes of a flame graph. */
#include "report/flamegraph_label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void fill(struct pp_buffer *out, const char *text, size_t times)
{
    while (times-- > 0)
        pp_buffer_append_text(out, text);
}

/* ---- names -------------------------------------------------------------- */

static void readable_names_stay(void **state)
{
    (void)state;
    struct pp_arena arena;
    struct pp_buffer name = {0};
    pp_arena_init_fatal(&arena, abort);
    fill(&name, "abcdefghij", 100);
    struct pp_slice text = pp_buffer_slice(&name);
    struct pp_slice same = pp_flamegraph_name(&arena, text);
    assert_ptr_equal(same.data, text.data);
    assert_int_equal(same.size, 1000);
    assert_int_equal(pp_flamegraph_name(&arena, pp_slice_literal("")).size, 0);
    pp_buffer_release(&name);
    pp_arena_release(&arena);
}

static bool is_utf8(struct pp_slice text)
{
    while (text.size) {
        struct pp_character first = pp_utf8_first(text);
        if (!first.is_valid)
            return false;
        text.data += first.size;
        text.size -= first.size;
    }
    return true;
}

static bool ends_with(struct pp_slice text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size &&
           memcmp(text.data + text.size - size, end, size) == 0;
}

/* Characters of every length, begun at every byte. */
static void long_names_are_cut_between_characters(void **state)
{
    (void)state;
    static const char *const characters[] = {"a", "é", "語", "🔥"};
    for (size_t c = 0; c < 4; c++) {
        for (size_t before = 0; before < 4; before++) {
            struct pp_arena arena;
            struct pp_buffer name = {0};
            pp_arena_init_fatal(&arena, abort);
            fill(&name, "<", before);
            fill(&name, characters[c], 1100);
            fill(&name, ">", 3 - before);
            struct pp_slice whole = pp_buffer_slice(&name);
            struct pp_slice cut = pp_flamegraph_name(&arena, whole);
            assert_in_range(cut.size, 985, 1000);
            assert_true(is_utf8(cut));
            assert_memory_equal(cut.data, whole.data, 730);
            assert_true(ends_with(cut, whole.data + whole.size - 246));
            assert_true(pp_slice_contains(cut, pp_slice_literal("…")));
            struct pp_slice again = pp_flamegraph_name(&arena, cut);
            assert_ptr_equal(again.data, cut.data);
            pp_buffer_release(&name);
            pp_arena_release(&arena);
        }
    }
}

static void broken_names_are_cut_as_well(void **state)
{
    (void)state;
    static const char *const bytes[] = {"\x80", "\xff", "\xe3", "\xf0\x9f"};
    for (size_t i = 0; i < 4; i++) {
        struct pp_arena arena;
        struct pp_buffer name = {0};
        pp_arena_init_fatal(&arena, abort);
        fill(&name, bytes[i], 1001);
        struct pp_slice cut =
            pp_flamegraph_name(&arena, pp_buffer_slice(&name));
        assert_in_range(cut.size, 985, 1000);
        pp_buffer_release(&name);
        pp_arena_release(&arena);
    }
}

/* ---- labels ------------------------------------------------------------- */

static void assert_label(const char *name, unsigned cells, const char *expected)
{
    struct pp_flamegraph_label label =
        pp_flamegraph_label(pp_slice_of(name), cells);
    char text[200];
    snprintf(text, sizeof text, PP_SLICE_FORMAT "%s", PP_SLICE_ARGS(label.text),
             label.is_cut ? ".." : "");
    if (strcmp(text, expected) != 0)
        fail_msg("%s in %u cells: %s, not %s", name, cells, text, expected);
}

static void packages_go_first(void **state)
{
    (void)state;
    assert_label("runtime.mallocgc", 16, "runtime.mallocgc");
    assert_label("runtime.mallocgc", 15, "mallocgc");
    assert_label("runtime.mallocgc", 8, "mallocgc");
    assert_label("a/json.(*T[go.x]).read", 21, "json.(*T[go.x]).read");
    assert_label("a/json.(*T[go.x]).read", 19, "(*T[go.x]).read");
    assert_label("a/json.(*T[go.x]).read", 14, "read");
    assert_label("std::vec::push_back(std::x)", 26, "vec::push_back(std::x)");
    assert_label("std::vec::push_back(std::x)", 20, "push_back(std::x)");
    assert_label("std::map<int, x>::find()", 8, "find()");
    assert_label("main.partition.func1", 15, "partition.func1");
}

static void the_last_part_is_cut(void **state)
{
    (void)state;
    assert_label("runtime.mallocgc", 7, "mallo..");
    assert_label("runtime.mallocgc", 3, "m..");
    assert_label("runtime.mallocgc", 2, "..");
    assert_label("a.b", 2, "b");
    assert_label("std::vec::push_back(std::x)", 8, "push_b..");
}

static void what_is_no_package_stays(void **state)
{
    (void)state;
    assert_label("int ns::pick<int>()", 12, "int ns::pi..");
    assert_label("lookup.constprop.0", 10, "lookup.c..");
    assert_label("partition.part.3.cold", 12, "partition...");
    assert_label("std::map<a::b", 7, "map<a..");
    assert_label(")>]}x::y", 4, "y");
    assert_label("", 2, "");
    assert_label("...", 2, "..");
    assert_label("abc::", 4, "ab..");
    assert_label("abc/", 3, "a..");
    assert_label("a:::b", 3, ":b");
}

static void wide_characters_take_two_cells(void **state)
{
    (void)state;
    assert_label("日本語の関数", 12, "日本語の関数");
    assert_label("日本語の関数", 11, "日本語の..");
    assert_label("日本語の関数", 10, "日本語の..");
    assert_label("日本語の関数", 9, "日本語..");
    assert_label("名前.日本語", 6, "日本語");
    assert_label("🔥🔥", 4, "🔥🔥");
    assert_label("🔥🔥", 3, "..");
    assert_label("größe", 5, "größe");
    assert_label("größe", 4, "gr..");
    assert_label("…→∀", 3, "…→∀");
    /* Each byte that is no UTF-8 is shown as one U+FFFD. */
    assert_label("\xe3\x81.\xff\xff\xff", 6, "\xe3\x81.\xff\xff\xff");
    assert_label("\xe3\x81.\xff\xff\xff", 5, "\xff\xff\xff");
}

/* More room never shows less. */
static void room_is_used(void **state)
{
    (void)state;
    static const char *const names[] = {"a/b/c.(*T).d.func1.2",
                                        "std::x<y::z>::operator()(a, b)::w",
                                        "日本::語.の関/数", "::a..b//c::::d"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct pp_slice name = pp_slice_of(names[i]);
        const char *before = name.data + name.size;
        size_t shown = 0;
        for (unsigned cells = 2; cells <= 40; cells++) {
            struct pp_flamegraph_label label = pp_flamegraph_label(name, cells);
            size_t needed = label.text.size ? pp_utf8_count(label.text) : 0;
            assert_true(needed + (label.is_cut ? 2 : 0) <= cells);
            assert_true(label.text.data <= before || label.is_cut);
            assert_true(label.text.size >= shown);
            shown = label.text.size;
        }
        assert_int_equal(shown, name.size);
    }
}

/* Were each part looked at in as many cells as the box has, this would take
 * an hour. */
static void time_is_of_the_length(void **state)
{
    (void)state;
    struct pp_buffer name = {0};
    clock_t start = clock();
    fill(&name, "a.", 2 * 1000 * 1000);
    struct pp_flamegraph_label label =
        pp_flamegraph_label(pp_buffer_slice(&name), 1000 * 1000);
    assert_int_equal(label.text.size, 1000 * 1000);
    assert_false(label.is_cut);
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
    pp_buffer_release(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readable_names_stay),
        cmocka_unit_test(long_names_are_cut_between_characters),
        cmocka_unit_test(broken_names_are_cut_as_well),
        cmocka_unit_test(packages_go_first),
        cmocka_unit_test(the_last_part_is_cut),
        cmocka_unit_test(what_is_no_package_stays),
        cmocka_unit_test(wide_characters_take_two_cells),
        cmocka_unit_test(room_is_used),
        cmocka_unit_test(time_is_of_the_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
