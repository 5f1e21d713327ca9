/* Cleaning and trimming of source paths. */
#include "graph/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_slice(struct pp_slice slice, const char *expected)
{
    if (!pp_slice_equal(slice, pp_slice_of(expected)))
        fail_msg("\"" PP_SLICE_FORMAT "\" is not \"%s\"", PP_SLICE_ARGS(slice),
                 expected);
}

static void cleans_as_filepath_does(void **state)
{
    static const struct {
        const char *path, *clean;
    } cases[] = {
        {"", ""},
        {"abc", "abc"},
        {"/", "/"},
        {"//", "/"},
        {".", "."},
        {"./a", "a"},
        {"a/", "a"},
        {"a//b///c", "a/b/c"},
        {"a/./b/.", "a/b"},
        {"a/b/../c", "a/c"},
        {"a/..", "."},
        {"a/../..", ".."},
        {"../a/..", ".."},
        {"../../a", "../../a"},
        {"/..", "/"},
        {"/a/../../b", "/b"},
        {"/.hidden/...", "/.hidden/..."},
        {"..a/b..", "..a/b.."},
    };
    struct pp_arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_slice(pp_path_clean(pp_slice_of(cases[i].path), &arena),
                     cases[i].clean);
    pp_arena_release(&arena);
}

static void assert_trimmed(const char *path, const char *trim,
                           const char *source, const char *expected)
{
    assert_slice(pp_path_trim(pp_slice_of(path), trim, source), expected);
}

static void trims_what_is_asked_for(void **state)
{
    (void)state;
    assert_trimmed("/a/b.c", NULL, NULL, "/a/b.c");
    assert_trimmed("/proc/self/cwd/b.c", "", "", "b.c");
    assert_trimmed("/proc/self/cwd/./b.c", "", "", "b.c");
    assert_trimmed("/build/x/b.c", "/build", "", "x/b.c");
    assert_trimmed("/build/x/b.c", "/nope:/build/x/", "", "b.c");
    assert_trimmed("/builder/b.c", "/build", "", "/builder/b.c");
    /* The base name of a source directory, unless prefixes are given. */
    assert_trimmed("/far/project/foo/b.c", "", "/near/project", "foo/b.c");
    assert_trimmed("/far/project/foo/b.c", "", "/x:/near/foo", "b.c");
    assert_trimmed("/far/project/b.c", "/far", "/near/project", "project/b.c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleans_as_filepath_does),
        cmocka_unit_test(trims_what_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
