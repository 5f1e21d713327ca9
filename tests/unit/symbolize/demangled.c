/* Names demangled before: what is kept is found again, by mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "symbolize/demangled.h"

static void check(const struct pp_demangled *demangled, const char *name,
                  enum pp_demangle mode, const char *wanted)
{
    const struct pp_slice *found =
        pp_demangled_find(demangled, pp_slice_of(name), mode);
    if (!wanted) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_true(pp_slice_equal(*found, pp_slice_of(wanted)));
}

static void add(struct pp_demangled *demangled, const char *name,
                enum pp_demangle mode, const char *result)
{
    pp_demangled_add(demangled, pp_slice_of(name), mode, pp_slice_of(result));
}

static void test_kept(void **state)
{
    struct pp_demangled demangled = {0};
    (void)state;
    check(&demangled, "_Z1fv", PP_DEMANGLE_SIMPLE, NULL);
    add(&demangled, "_Z1fv", PP_DEMANGLE_SIMPLE, "f");
    add(&demangled, "main", PP_DEMANGLE_SIMPLE, "");
    check(&demangled, "_Z1fv", PP_DEMANGLE_SIMPLE, "f");
    check(&demangled, "main", PP_DEMANGLE_SIMPLE, "");
    check(&demangled, "_Z1f", PP_DEMANGLE_SIMPLE, NULL);
    pp_demangled_release(&demangled);
    check(&demangled, "_Z1fv", PP_DEMANGLE_SIMPLE, NULL);
}

/* Names of one mode are kept at a time. */
static void test_modes(void **state)
{
    struct pp_demangled demangled = {0};
    (void)state;
    add(&demangled, "_Z1fv", PP_DEMANGLE_SIMPLE, "f");
    check(&demangled, "_Z1fv", PP_DEMANGLE_FULL, NULL);
    add(&demangled, "_Z1fv", PP_DEMANGLE_FULL, "f()");
    check(&demangled, "_Z1fv", PP_DEMANGLE_FULL, "f()");
    check(&demangled, "_Z1fv", PP_DEMANGLE_SIMPLE, NULL);
    pp_demangled_release(&demangled);
}

static void test_ceiling(void **state)
{
    struct pp_demangled demangled = {0};
    static char text[1 << 16];
    (void)state;
    memset(text, 'x', sizeof text);
    for (int i = 0; i < 4096; i++) {
        snprintf(text, 8, "%06d", i);
        text[6] = '_';
        pp_demangled_add(&demangled, (struct pp_slice){text, sizeof text},
                         PP_DEMANGLE_SIMPLE, pp_slice_literal("f"));
        assert_true(demangled.arena.used < (size_t)100 << 20);
    }
    assert_non_null(pp_demangled_find(
        &demangled, (struct pp_slice){text, sizeof text}, PP_DEMANGLE_SIMPLE));
    pp_demangled_release(&demangled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
