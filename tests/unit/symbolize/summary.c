/* What the person is told of many files in few lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "symbolize/summary.h"
#include "warnings.h"

static struct pp_error error_of(enum pp_status status, const char *text)
{
    struct pp_error err = {0};
    pp_fail(&err, status, "%s", text);
    return err;
}

static void test_all_is_well(void **state)
{
    const struct pp_symbolize_options options = {.wants_lines = true};
    struct pp_summary summary = {.warn = warn, .options = &options};
    (void)state;
    pp_summary_end(&summary);
    assert_warned("");
}

/* Three of them one by one, as the reference does, the others in a list. */
static void test_many_failures(void **state)
{
    const struct pp_symbolize_options options = {.home = "/home/me",
                                                 .debuginfod_urls = "http://d"};
    struct pp_summary summary = {.warn = warn, .options = &options};
    struct pp_error err = error_of(PP_E_SYSTEM, "open it: no such file");
    char names[8][8];
    (void)state;
    for (int i = 0; i < 8; i++) {
        snprintf(names[i], sizeof names[i], "lib%d", i);
        pp_summary_failed(
            &summary, pp_slice_of(names[i]),
            i == 0 ? pp_slice_literal("abcd") : (struct pp_slice){0}, &err);
    }
    pp_summary_end(&summary);
    assert_warned(
        "Local symbolization failed for lib0 (build ID abcd): open it: no such "
        "file\n"
        "Local symbolization failed for lib1: open it: no such file\n"
        "Local symbolization failed for lib2: open it: no such file\n"
        "Local symbolization also failed for lib3, lib4, lib5 and 2 more.\n"
        "Some binary filenames not available. Symbolization may be "
        "incomplete.\n"
        "Try setting PPROF_BINARY_PATH to the search path for local "
        "binaries.\n"
        "Looked in /home/me/pprof/binaries and /usr/lib/debug, and asked "
        "debuginfod at http://d.\n");
}

/* A file that is there, but another one, is not missing. */
static void test_other_build(void **state)
{
    const struct pp_symbolize_options options = {0};
    struct pp_summary summary = {.warn = warn, .options = &options};
    struct pp_error err = error_of(PP_E_FORMAT, "build ID mismatch: it has ef");
    (void)state;
    pp_summary_failed(&summary, pp_slice_literal("prog"),
                      pp_slice_literal("abcd"), &err);
    pp_summary_end(&summary);
    assert_warned("Local symbolization failed for prog (build ID abcd): build "
                  "ID mismatch: it has ef\n");
}

/* Lines are missed by those who want to see them. */
static void test_lines(void **state)
{
    static const char wanted[] =
        "prog: no source lines. Compile with -g, or install the debug symbols "
        "(Debian: package NAME-dbgsym).\n";
    (void)state;
    for (int wants_lines = 0; wants_lines < 2; wants_lines++) {
        const struct pp_symbolize_options options = {.wants_lines =
                                                         wants_lines};
        struct pp_summary summary = {.warn = warn, .options = &options};
        pp_summary_lineless(&summary, pp_slice_literal("prog"), NULL);
        pp_summary_end(&summary);
        assert_warned(wants_lines ? wanted : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_well),
        cmocka_unit_test(test_many_failures),
        cmocka_unit_test(test_other_build),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
