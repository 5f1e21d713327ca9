/* Expressions: what they match, and what they refuse. */
#include "report/regexp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static bool matches(const char *pattern, const char *text)
{
    struct pp_error err = {0};
    struct pp_regexp *regexp = pp_regexp_new(pp_slice_of(pattern), &err);
    if (!regexp)
        fail_msg("%s: %s", pattern, err.text);
    bool result = pp_regexp_matches(regexp, pp_slice_of(text));
    assert_int_equal(pp_regexp_check(regexp, &err), 0);
    pp_regexp_free(regexp);
    return result;
}

static void matches_anywhere(void **state)
{
    (void)state;
    assert_true(matches("lp", "alpha"));
    assert_false(matches("^lp", "alpha"));
    assert_true(matches("", "alpha"));
    assert_true(matches("", ""));
    assert_false(matches("a", ""));
    assert_true(matches("a|b|", "c"));
}

static void means_what_re2_means(void **state)
{
    (void)state;
    assert_false(matches("a$", "a\n")); /* Perl's matches */
    assert_true(matches("(?m)a$", "a\nb"));
    assert_true(matches("(?m)^b", "a\nb"));
    assert_false(matches("a.b", "a\nb"));
    assert_true(matches("(?s)a.b", "a\nb"));
    assert_false(matches("\\s", "\v"));
    assert_true(matches("\\S", "\v"));
    assert_true(matches("[[:space:]]", "\v"));
    assert_true(matches("\\x{8a08}", "計算"));
    assert_true(matches("^.$", "計"));
    assert_true(matches("(?i)GRÖSSE|größe", "GRÖßE"));
    assert_false(matches("\\w", "ö"));
    assert_true(matches("^a*?b{2}(?:cd)?$", "aabbcd"));
    assert_true(matches("\\101", "A"));
    assert_true(matches("\\Qa.b\\E+", "a.bbb"));
    assert_true(matches("[]a-]", "-"));
    assert_true(matches("^a{,2}$", "a{,2}"));
}

/* PCRE2 10.42 misses some where it is told to expect invalid UTF-8. */
static void negated_classes_reach_beyond_ascii(void **state)
{
    static const char *const classes[] = {"\\W", "\\D", "\\S", "\\PN", "[^a]"};
    (void)state;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        assert_true(matches(classes[i], "計算"));
        assert_true(matches(classes[i], "λ"));
    }
}

static void invalid_bytes_match_as_one_character_each(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } rows[] = {
        {"b",
         "a\xff"
         "b",
         true},
        {"c", "\xc3", false},
        {"^caf._main$", "caf\xe9_main", true},
        {"^..$", "x\xff", true},
        {"^.$", "x\xff", false},
        {"^...$", "\xed\xa0\x80", true},
        {"^..$", "\xe2\x82", true},
        {"^.$", "\xe2\x82", false},
        {"^x\\x{fffd}$", "x\xff", true},
        {"^x\\x{fffd}$", "x\xff\xff", false},
        {"^x[^a]$", "x\xff", true},
        {"^x\\W$", "x\xff", true},
        {"^x\\x{ff}$", "x\xff", false},
        {"x\\b", "x\xff", true},
        {"^é.計$",
         "é\xff"
         "計",
         true},
        {"(?i)CAF.", "caf\xe9", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (matches(rows[i].pattern, rows[i].text) != rows[i].matches)
            fail_msg("row %zu: %s", i, rows[i].pattern);
}

static void long_invalid_text_is_matched_whole(void **state)
{
    char text[5000];
    (void)state;
    memset(text, 0xff, sizeof text - 1);
    text[sizeof text - 2] = 'z';
    text[sizeof text - 1] = 0;
    assert_true(matches("^.{999}.{999}.{999}.{999}.{999}.{3}z$", text));
    assert_false(matches("^.{999}.{999}.{999}.{999}.{999}.{4}z$", text));
}

static void gives_up_aloud(void **state)
{
    struct pp_error err = {0};
    (void)state;
    struct pp_regexp *regexp =
        pp_regexp_new(pp_slice_literal("^(a|aa)+$"), &err);
    assert_non_null(regexp);
    pp_regexp_matches(
        regexp,
        pp_slice_literal("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
    assert_int_equal(pp_regexp_check(regexp, &err), PP_E_USAGE);
    assert_non_null(strstr(err.text, "too hard"));
    pp_regexp_free(regexp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_anywhere),
        cmocka_unit_test(means_what_re2_means),
        cmocka_unit_test(negated_classes_reach_beyond_ascii),
        cmocka_unit_test(invalid_bytes_match_as_one_character_each),
        cmocka_unit_test(long_invalid_text_is_matched_whole),
        cmocka_unit_test(gives_up_aloud),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
