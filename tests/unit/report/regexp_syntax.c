/* From RE2 to PCRE2, and the complaints of Go. */
#include "report/regexp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_translated(const char *pattern, const char *expected)
{
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    pp_buffer_append_text(&out, "");
    assert_int_equal(pp_regexp_translate(pp_slice_of(pattern), &out, &err), 0);
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
}

static void nothing_is_passed_on_unread(void **state)
{
    (void)state;
    assert_translated("abc", "abc");
    assert_translated("a.b", "a.b");
    assert_translated("a-b", "a\\x{2d}b");
    assert_translated("é", "\\x{e9}");
    assert_translated("(a)(?P<n>b)(?<m>c)", "(?:a)(?:b)(?:c)");
    assert_translated("^a$", "(?:^)a(?:$)");
    assert_translated("a*?b{2,3}", "a*?b{2,3}");
    assert_translated("a{x", "a\\x{7b}x");
    assert_translated("(?i)a(?-s:b)", "(?i)a(?-s:b)");
    /* Flags do not come between an operator and what it repeats. */
    assert_translated("a(?i)*b", "a*(?i)b");
    assert_translated("\\d\\D\\w\\W", "\\d\\D\\w\\W");
    assert_translated("[a-z\\d]", "[a-z\\d]");
    assert_translated("[^]-]", "[^\\x{5d}\\x{2d}]");
    assert_translated("[[:^alpha:]x]", "[[:^alpha:]x]");
    assert_translated("\\pN\\P{^Greek}", "\\p{N}\\p{Greek}");
    assert_translated("\\n\\x41\\x{1F600}\\07", "\\x{a}A\\x{1f600}\\x{7}");
    assert_translated("\\Q(*\\Ea", "\\x{28}\\x{2a}a");
}

static void assert_refused(const char *pattern, const char *reason)
{
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    char expected[200];
    snprintf(expected, sizeof expected, "error parsing regexp: %s", reason);
    assert_int_equal(pp_regexp_translate(pp_slice_of(pattern), &out, &err),
                     PP_E_USAGE);
    assert_string_equal(err.text, expected);
    pp_buffer_release(&out);
}

static void says_what_go_says(void **state)
{
    (void)state;
    assert_refused("a(b", "missing closing ): `a(b`");
    assert_refused("a)b", "unexpected ): `a)b`");
    assert_refused("a[b", "missing closing ]: `[b`");
    assert_refused("*a", "missing argument to repetition operator: `*`");
    assert_refused("a|+?", "missing argument to repetition operator: `+?`");
    assert_refused("a**b", "invalid nested repetition operator: `**`");
    assert_refused("x{2}{3}", "invalid nested repetition operator: `{2}{3}`");
    assert_refused("x{1001}", "invalid repeat count: `{1001}`");
    assert_refused("x{3,2}", "invalid repeat count: `{3,2}`");
    assert_refused("[z-a]", "invalid character class range: `z-a`");
    assert_refused("[[:no:]]", "invalid character class range: `[:no:]`");
    assert_refused("\\p{no}", "invalid character class range: `\\p{no}`");
    assert_refused("\\1", "invalid escape sequence: `\\1`");
    assert_refused("\\C", "invalid escape sequence: `\\C`");
    assert_refused("\\x{110000}", "invalid escape sequence: `\\x{110000`");
    assert_refused("(?=a)", "invalid or unsupported Perl syntax: `(?=`");
    assert_refused("(?<!a)", "invalid named capture: `(?<!a)`");
    assert_refused("(?P<a-b>c)", "invalid named capture: `(?P<a-b>`");
    assert_refused("a\\", "trailing backslash at end of expression: ``");
    assert_refused("a\xff", "invalid UTF-8: `\xff`");
}

static void nests_not_too_deeply(void **state)
{
    enum { DEPTH = 1001 };
    char pattern[2 * DEPTH + 1];
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    (void)state;
    memset(pattern, '(', DEPTH);
    memset(pattern + DEPTH, ')', DEPTH);
    pattern[2 * DEPTH] = 0;
    assert_int_equal(pp_regexp_translate(pp_slice_of(pattern), &out, &err),
                     PP_E_USAGE);
    assert_non_null(strstr(err.text, "nests too deeply"));
    pp_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_passed_on_unread),
        cmocka_unit_test(says_what_go_says),
        cmocka_unit_test(nests_not_too_deeply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
