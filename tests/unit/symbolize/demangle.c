/* Demangling a profile's functions: which are touched, and the guess at names
 * that were demangled before. Wanted names are the reference's, but for
 * "(anonymous namespace)" and "operator()", which it eats. */
#include "symbolize/symbolize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct row {
    const char *name, *system_name;
    const char *simple, *templates, *full, *none;
};

/* With force off; NULL: as simple. */
static const struct row rows[] = {
    {"", "", "", NULL, NULL, NULL},
    {"main", "main", "main", NULL, NULL, NULL},
    {"", "main", "main", NULL, NULL, NULL},
    {"kept<int>()", "", "kept<int>()", NULL, NULL, NULL},
    {"kept<int>()", "_Z1fi", "kept<int>()", NULL, NULL, NULL},
    {"_ZN3FooIiE3barEi", "_ZN3FooIiE3barEi", "Foo::bar", "Foo<int>::bar",
     "Foo<int>::bar(int)", "_ZN3FooIiE3barEi"},
    {"", "_ZN3FooIiE3barEi", "Foo::bar", "Foo<int>::bar", "Foo<int>::bar(int)",
     "_ZN3FooIiE3barEi"},
    {"", "__Z1fi", "f", "f", "f(int)", "__Z1fi"},
    {"", "_RNvC6_123foo3bar", "123foo::bar", NULL, NULL, "_RNvC6_123foo3bar"},
    {"", "foo(int)", "foo(int)", NULL, NULL, NULL},
    {"", "std::vector<int>::push_back(int)", "std::vector::push_back",
     "std::vector<int>::push_back", "std::vector<int>::push_back(int)",
     "std::vector<int>::push_back(int)"},
    {"", "a<b<c>, d<e(f)>>::g(h(i))::j", "a::g::j", "a<b<c>, d<e>>::g::j",
     "a<b<c>, d<e(f)>>::g(h(i))::j", "a<b<c>, d<e(f)>>::g(h(i))::j"},
    {"", "(anonymous namespace)::Bar::Foo(int)",
     "(anonymous namespace)::Bar::Foo", NULL,
     "(anonymous namespace)::Bar::Foo(int)",
     "(anonymous namespace)::Bar::Foo(int)"},
    {"", "A::operator()(int) const", "A::operator() const", NULL,
     "A::operator()(int) const", "A::operator()(int) const"},
    {"", "java.util.List.<init>", "java.util.List.<init>", NULL, NULL, NULL},
    {"", "pkg.(*List[...]).Push", "pkg.(*List[...]).Push", NULL, NULL, NULL},
    {"", "Foo::~Foo", "Foo::~Foo", NULL, NULL, NULL},
    {"", "a::b)(c)<d>", "a::b)(c)", "a::b)(c)<d>", "a::b)(c)<d>",
     "a::b)(c)<d>"},
    {"", "a::b(c", "a::b(c", NULL, NULL, NULL},
};

static const char *wanted_of(const struct row *row, enum pp_demangle mode)
{
    const char *const wanted[] = {row->none, row->simple, row->templates,
                                  row->full};
    return wanted[mode] ? wanted[mode] : row->simple;
}

static struct pp_profile *make_profile(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            pp_profile_add_function(profile, pp_slice_of(rows[i].name),
                                    pp_slice_of(rows[i].system_name),
                                    pp_slice_literal("file.cc"), 0),
            i);
    return profile;
}

static void check(const struct pp_profile *profile, uint32_t function,
                  const char *wanted)
{
    struct pp_slice name =
        pp_profile_text(profile, profile->functions.items[function].name);
    struct pp_slice system_name = pp_profile_text(
        profile, profile->functions.items[function].system_name);
    if (!pp_slice_equal(name, pp_slice_of(wanted)))
        fail_msg("%s: " PP_SLICE_FORMAT ", not %s", rows[function].system_name,
                 PP_SLICE_ARGS(name), wanted);
    assert_true(
        pp_slice_equal(system_name, pp_slice_of(rows[function].system_name)));
}

static void test_modes(void **state)
{
    (void)state;
    for (int mode = PP_DEMANGLE_NONE; mode <= PP_DEMANGLE_FULL; mode++) {
        struct pp_symbolize_options options = {.demangle = mode};
        struct pp_profile *profile = make_profile();
        assert_int_equal(pp_symbolize_demangle(profile, &options, NULL), 0);
        /* A second time changes nothing. */
        assert_int_equal(pp_symbolize_demangle(profile, &options, NULL), 0);
        for (uint32_t i = 0; i < profile->functions.count; i++)
            check(profile, i, wanted_of(&rows[i], (enum pp_demangle)mode));
        pp_profile_free(profile);
    }
}

/* force begins again from the mangled names. */
static void test_force(void **state)
{
    struct pp_symbolize_options options = {.demangle = PP_DEMANGLE_SIMPLE};
    struct pp_profile *profile = make_profile();
    (void)state;
    assert_int_equal(pp_symbolize_demangle(profile, &options, NULL), 0);
    options.force = true;
    options.demangle = PP_DEMANGLE_FULL;
    assert_int_equal(pp_symbolize_demangle(profile, &options, NULL), 0);
    check(profile, 3, "kept<int>()");
    check(profile, 4, "f(int)");
    check(profile, 5, "Foo<int>::bar(int)");
    check(profile, 11, rows[11].full);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
