/* The words of -symbolize. */
#include "symbolize/symbolize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
    const char *mode;
    bool none, local, remote, fast, force;
    enum pp_demangle demangle;
    uint32_t warning_count;
};

static const struct row rows[] = {
    {"", false, true, true, false, false, PP_DEMANGLE_SIMPLE, 0},
    {"local", false, true, false, false, false, PP_DEMANGLE_SIMPLE, 0},
    {"LOCAL", false, true, false, false, false, PP_DEMANGLE_SIMPLE, 0},
    {"remote", false, false, true, false, false, PP_DEMANGLE_SIMPLE, 0},
    {"local:remote", false, false, true, false, false, PP_DEMANGLE_SIMPLE, 0},
    {"fastlocal", false, true, false, true, false, PP_DEMANGLE_SIMPLE, 0},
    {"force", false, true, true, false, true, PP_DEMANGLE_SIMPLE, 0},
    {"local:force", false, true, false, false, true, PP_DEMANGLE_SIMPLE, 0},
    {"none", true, false, false, false, false, PP_DEMANGLE_SIMPLE, 0},
    {"no", true, false, false, false, false, PP_DEMANGLE_SIMPLE, 0},
    {"force:no:bogus", true, false, false, false, true, PP_DEMANGLE_SIMPLE, 0},
    {"demangle=full", false, true, true, false, true, PP_DEMANGLE_FULL, 0},
    {"demangle=simple", false, true, true, false, true, PP_DEMANGLE_SIMPLE, 0},
    {"full:demangle=simple", false, true, true, false, true, PP_DEMANGLE_SIMPLE,
     0},
    {"demangle=templates", false, true, true, false, true,
     PP_DEMANGLE_TEMPLATES, 0},
    {"demangle=none", false, true, true, false, true, PP_DEMANGLE_NONE, 0},
    {"demangle=default", false, true, true, false, false, PP_DEMANGLE_SIMPLE,
     0},
    {"full", false, true, true, false, true, PP_DEMANGLE_FULL, 0},
    {"remote::demangle=full", false, false, true, false, true, PP_DEMANGLE_FULL,
     0},
    {"bogus", false, true, true, false, false, PP_DEMANGLE_SIMPLE, 2},
    {"locale", false, true, true, false, false, PP_DEMANGLE_SIMPLE, 2},
    {"a:local:b", false, true, false, false, false, PP_DEMANGLE_SIMPLE, 4},
};

static uint32_t warning_count;
static char first_warning[300];

static void warn(const char *line)
{
    if (warning_count++ == 0)
        snprintf(first_warning, sizeof first_warning, "%s", line);
}

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct pp_symbolize_options options = {.home = "kept"};
        warning_count = 0;
        pp_symbolize_parse(row->mode, &options, warn);
        if (options.none != row->none || options.local != row->local ||
            options.remote != row->remote || options.fast != row->fast ||
            options.force != row->force || options.demangle != row->demangle ||
            warning_count != row->warning_count)
            fail_msg("\"%s\"", row->mode);
        assert_string_equal(options.home, "kept");
    }
}

static void test_warning(void **state)
{
    struct pp_symbolize_options options = {0};
    (void)state;
    warning_count = 0;
    pp_symbolize_parse("force:Bogus", &options, warn);
    assert_string_equal(
        first_warning,
        "ignoring unrecognized symbolization option: force:Bogus");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_warning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
