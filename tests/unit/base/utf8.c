/* Characters: valid ones, broken ones, harmful ones. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The bytes of any number below 2^21 in the given length, valid or not. */
static struct pp_slice encode(uint32_t point, size_t size, char *space)
{
    static const uint8_t front[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size; i-- > 1; point >>= 6)
        space[i] = (char)(0x80 | (point & 0x3f));
    space[0] = (char)(front[size] | point);
    return (struct pp_slice){space, size};
}

static size_t shortest(uint32_t point)
{
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

static void assert_is_invalid(struct pp_slice text)
{
    struct pp_character first = pp_utf8_first(text);
    assert_false(first.is_valid);
    assert_int_equal(first.size, 1);
    assert_int_equal(first.point, 0xfffd);
}

static void every_character_is_read_in_its_shortest_form_only(void **state)
{
    char space[4];
    for (uint32_t point = 0; point < 1u << 21; point++) {
        bool is_character =
            point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
        struct pp_slice text = encode(point, shortest(point), space);
        struct pp_character first = pp_utf8_first(text);
        if (first.is_valid != is_character)
            fail_msg("U+%04X", point);
        if (is_character && (first.point != point || first.size != text.size))
            fail_msg("U+%04X is read as U+%04X", point, first.point);
        for (size_t size = shortest(point) + 1; size <= 4; size++)
            if (pp_utf8_first(encode(point, size, space)).is_valid)
                fail_msg("U+%04X in %zu bytes", point, size);
    }
    (void)state;
}

static void what_is_cut_off_or_interrupted_is_one_bad_byte(void **state)
{
    char space[4];
    static const uint32_t points[] = {0x80, 0x7ff, 0x20ac, 0x1f525};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        struct pp_slice text = encode(points[i], shortest(points[i]), space);
        for (size_t size = 1; size < text.size; size++)
            assert_is_invalid((struct pp_slice){space, size});
        for (size_t at = 1; at < text.size; at++) {
            char kept = space[at];
            space[at] = 'a';
            assert_is_invalid(text);
            space[at] = (char)0xc3;
            assert_is_invalid(text);
            space[at] = kept;
        }
    }
    for (int byte = 0x80; byte < 0x100; byte++)
        assert_is_invalid((struct pp_slice){(char[]){(char)byte}, 1});
    assert_is_invalid(pp_slice_literal("\xf5\x80\x80\x80"));
    assert_is_invalid(pp_slice_literal("\xff\xbf\xbf\xbf"));
    (void)state;
}

static void characters_are_counted_as_go_counts_them(void **state)
{
    static const struct {
        struct pp_slice text;
        size_t count;
    } rows[] = {
        {{NULL, 0}, 0},
        {pp_slice_literal("plain"), 5},
        {pp_slice_literal("a\0b"), 3},
        {pp_slice_literal("°C"), 2},
        {pp_slice_literal("größe 計 \xf0\x9f\x94\xa5"), 9},
        {pp_slice_literal("caf\xe9"), 4},
        {pp_slice_literal("\xe2\x82"), 2},
        {pp_slice_literal("\xe2\x82\xff\xac"), 4},
        {pp_slice_literal("\xed\xa0\x80"), 3},
        {pp_slice_literal("e\xcc\x81"), 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(pp_utf8_count(rows[i].text), rows[i].count);
    (void)state;
}

static void white_space_is_trimmed_as_go_trims_it(void **state)
{
    static const struct {
        struct pp_slice text, trimmed;
    } rows[] = {
        {pp_slice_literal(""), pp_slice_literal("")},
        {pp_slice_literal("a"), pp_slice_literal("a")},
        {pp_slice_literal(" \t\v\r\n a b \f"), pp_slice_literal("a b")},
        {pp_slice_literal(" \t "), pp_slice_literal("")},
        {pp_slice_literal("\xc2\xa0\xe2\x80\x83z\xe3\x80\x80\xc2\x85"),
         pp_slice_literal("z")},
        {pp_slice_literal("\xa0 \x80"), pp_slice_literal("\xa0 \x80")},
        {pp_slice_literal("\xe2\x80\x8b"), pp_slice_literal("\xe2\x80\x8b")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(
            pp_slice_equal(pp_utf8_trim(rows[i].text), rows[i].trimmed));
    (void)state;
}

static void harmful_characters_are_known(void **state)
{
    static const uint32_t harmful[] = {
        0,      0x08,   0x0b,   0x0c,   0x0d,   0x1b,   0x1f,
        0x7f,   0x80,   0x85,   0x9b,   0x9f,   0x061c, 0x200e,
        0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069,
    };
    static const uint32_t harmless[] = {
        '\t',   '\n',   ' ',    '~',    0xa0,   0xad,   0x061b, 0x061d, 0x200d,
        0x2010, 0x2027, 0x202f, 0x2065, 0x206a, 0x20ac, 0x8a08, 0xfffd, 0x1f525,
    };
    for (size_t i = 0; i < sizeof harmful / sizeof *harmful; i++)
        if (!pp_utf8_is_harmful(harmful[i]))
            fail_msg("U+%04X", harmful[i]);
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
        if (pp_utf8_is_harmful(harmless[i]))
            fail_msg("U+%04X", harmless[i]);
    (void)state;
}

static void what_is_broken_is_replaced(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"\xff", PP_UTF8_REPLACEMENT},
        {"a\xc3\xa4\xc3", "a\xc3\xa4" PP_UTF8_REPLACEMENT},
        {"\x80z\xed\xa0\x80", PP_UTF8_REPLACEMENT
         "z" PP_UTF8_REPLACEMENT PP_UTF8_REPLACEMENT PP_UTF8_REPLACEMENT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pp_buffer out = {0};
        pp_utf8_append_valid(&out, pp_slice_of(cases[i][0]));
        assert_true(
            pp_slice_equal(pp_buffer_slice(&out), pp_slice_of(cases[i][1])));
        pp_buffer_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_is_read_in_its_shortest_form_only),
        cmocka_unit_test(what_is_cut_off_or_interrupted_is_one_bad_byte),
        cmocka_unit_test(characters_are_counted_as_go_counts_them),
        cmocka_unit_test(white_space_is_trimmed_as_go_trims_it),
        cmocka_unit_test(harmful_characters_are_known),
        cmocka_unit_test(what_is_broken_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
