#include "present/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

static void harmful_text_is_written_out(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", ""},
        {"main.f\tx\n", "main.f\tx\n"},
        {"std::vector<é, 日本>", "std::vector<é, 日本>"},
        {"\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m"},
        {"\033]0;title\007", "\\x1b]0;title\\x07"},
        {"back\rspace\b\x7f", "back\\x0dspace\\x08\\x7f"},
        {"c1: \xc2\x9b 31m", "c1: \\u009b 31m"},
        {"bare c1: \x9b", "bare c1: \\x9b"},
        {"not utf8: \xff\xc3(\xe2\x82", "not utf8: \\xff\\xc3(\\xe2\\x82"},
        {"overlong: \xc0\x9b \xe0\x80\x9b", /* ESC in disguise */
         "overlong: \\xc0\\x9b \\xe0\\x80\\x9b"},
        {"surrogate: \xed\xa0\x80", "surrogate: \\xed\\xa0\\x80"},
        {"turned: \xe2\x80\xaetxt.exe", "turned: \\u202etxt.exe"},
        {"marks: \xd8\x9c \xe2\x80\xa9", "marks: \\u061c \\u2029"},
        {"\xf0\x9f\x94\xa5 hot", "\xf0\x9f\x94\xa5 hot"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pp_buffer out = {0};
        pp_append_harmless(&out, pp_slice_of(cases[i].text));
        assert_string_equal(out.data ? out.data : "", cases[i].wanted);
        pp_buffer_release(&out);
    }
    (void)state;
}

static void a_nul_does_not_end_the_text(void **state)
{
    struct pp_buffer out = {0};
    pp_append_harmless(&out, (struct pp_slice){"a\0b", 3});
    assert_string_equal(out.data, "a\\x00b");
    pp_buffer_release(&out);
    (void)state;
}

/* What pp_tell writes on stderr. */
static void assert_tells(const char *line, const char *wanted)
{
    char got[200];
    int ends[2], kept = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    pp_tell(line);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[1]);
    ssize_t size = read(ends[0], got, sizeof got - 1);
    close(ends[0]);
    assert_true(size >= 0);
    got[size] = 0;
    assert_string_equal(got, wanted);
}

static void a_message_is_one_line(void **state)
{
    assert_tells("plain", "plain\n");
    assert_tells("", "\n");
    assert_tells("open a\nb: \033[1mno", "open a\\nb: \\x1b[1mno\n");
    assert_tells("\n\ntab\t\n", "\\n\\ntab\t\\n\n");
    (void)state;
}

static void progress_tells_time_and_bytes(void **state)
{
    static const struct {
        double elapsed, expected;
        int64_t bytes;
        bool utf8;
        const char *wanted;
    } cases[] = {
        {3.2, 0, 0, true, "Fetching profile 3s Ctrl-C to stop"},
        {3.2, 0, 2048, true, "Fetching profile 3s, 2.0 kB Ctrl-C to stop"},
        {2.5, 5, 0, false,
         "Fetching profile 2s/5s [##########          ] Ctrl-C to stop"},
        {2.5, 5, 3 << 20, true,
         "Fetching profile 2s/5s, 3.0 MB [██████████          ] "
         "Ctrl-C to stop"},
        {99, 5, 0, false,
         "Fetching profile 99s/5s [####################] Ctrl-C to stop"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pp_buffer out = {0};
        pp_progress_format(&out, cases[i].elapsed, cases[i].expected,
                           cases[i].bytes, cases[i].utf8);
        assert_string_equal(out.data, cases[i].wanted);
        pp_buffer_release(&out);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(harmful_text_is_written_out),
        cmocka_unit_test(a_nul_does_not_end_the_text),
        cmocka_unit_test(a_message_is_one_line),
        cmocka_unit_test(progress_tells_time_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
