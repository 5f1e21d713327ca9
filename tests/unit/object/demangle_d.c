/* Names of D in each mode, after the examples of its ABI and of libiberty. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "object/object.h"

static const struct {
    const char *mangled, *simple, *templates, *full;
} rows[] = {
    {"_Dmain", "D main", "D main", "D main"},
    {"_D8demangle4testFaZv", "demangle.test", "demangle.test",
     "demangle.test(char)"},
    {"_D8demangle4testMxFZv", "demangle.test", "demangle.test",
     "demangle.test() const"},
    {"_D6object9Throwable8toStringMxFZAya", "object.Throwable.toString",
     "object.Throwable.toString", "object.Throwable.toString() const"},
    {"_D3foo3barFPFiZvZv", "foo.bar", "foo.bar", "foo.bar(void(int) function)"},
    {"_D3std5stdio4File17LockingTextWriter10__T3putTaZ3putMFNbNfaZv",
     "std.stdio.File.LockingTextWriter.put.put",
     "std.stdio.File.LockingTextWriter.put!(char).put",
     "std.stdio.File.LockingTextWriter.put!(char).put(char)"},
};

static void check(const char *mangled, enum pp_demangle mode,
                  const char *wanted)
{
    struct pp_buffer out = {0};
    assert_true(pp_demangle_d(pp_slice_of(mangled), mode, &out));
    assert_string_equal(out.data, wanted);
    pp_buffer_release(&out);
}

static void test_modes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check(rows[i].mangled, PP_DEMANGLE_SIMPLE, rows[i].simple);
        check(rows[i].mangled, PP_DEMANGLE_TEMPLATES, rows[i].templates);
        check(rows[i].mangled, PP_DEMANGLE_FULL, rows[i].full);
    }
}

static void test_refused(void **state)
{
    static const char *const names[] = {
        "",
        "_D",
        "_Dzz",
        "main",
        "_Z1fv",
        "_D8demangle",
        "_D99999999999999a",
        /* Many references back: a text without end. */
        "_D1aQbQbQbQbQbQbQbQbQbQbQbQbQbQbZ",
    };
    struct pp_buffer out = {0};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_false(
            pp_demangle_d(pp_slice_of(names[i]), PP_DEMANGLE_FULL, &out));
    assert_false(pp_demangle_d(pp_slice_of("_Dmain"), PP_DEMANGLE_NONE, &out));
    assert_int_equal(out.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
