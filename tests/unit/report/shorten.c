/* Short names: of C++, Go and Java, and those that stay as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/shorten.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

struct example {
    const char *name, *expected;
};

static void assert_shortened(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pp_slice name =
            pp_function_name_shorten(pp_slice_of(examples[i].name), &arena);
        if (!pp_slice_equal(name, pp_slice_of(examples[i].expected)))
            fail_msg("\"" PP_SLICE_FORMAT "\" is not \"%s\"",
                     PP_SLICE_ARGS(name), examples[i].expected);
    }
}

#define assert_all_shortened(examples)                                         \
    assert_shortened(examples, sizeof(examples) / sizeof *(examples))

static void others_stay(void **state)
{
    static const struct example examples[] = {
        {"", ""},
        {"root", "root"},
        {"syscall.Syscall", "syscall.Syscall"},
        {"foo_bar", "foo_bar"},
        {"a/b/c", "a/b/c"},
        {"com", "com"},
        {"std::vector", "std::vector"},
        {"(anonymous namespace)", "(anonymous namespace)"},
    };
    (void)state;
    assert_all_shortened(examples);
}

static void go_loses_directories(void **state)
{
    static const struct example examples[] = {
        {"net/http.(*conn).serve", "http.(*conn).serve"},
        {"github.com/blahBlah/foo.Foo", "foo.Foo"},
        {"github.com/BlahBlah/foo.Foo", "foo.Foo"},
        {"github.com/BlahBlah/foo.Foo[...]", "foo.Foo[...]"},
        {"github.com/blah-blah/foo_bar.(*FooBar).Foo", "foo_bar.(*FooBar).Foo"},
        {"encoding/json.(*structEncoder).(encoding/json.encode)-fm",
         "json.(*structEncoder).(encoding/json.encode)-fm"},
        {"github.com/blah/blah/vendor/gopkg.in/redis.v3.(*baseClient)."
         "(github.com/blah/blah/vendor/gopkg.in/redis.v3.process)-fm",
         "redis.v3.(*baseClient).(github.com/blah/blah/vendor/gopkg.in/"
         "redis.v3.process)-fm"},
        /* The last directory that leaves a package and a symbol. */
        {"a/b/c.d/", "c.d/"},
        {"a/b.c\nd", "b.c"},
    };
    (void)state;
    assert_all_shortened(examples);
}

static void go_loses_versions(void **state)
{
    static const struct example examples[] = {
        {"github.com/foo/bar/v4.(*Foo).Bar", "bar.(*Foo).Bar"},
        {"github.com/foo/bar/v4/baz.Foo.Bar", "baz.Foo.Bar"},
        {"github.com/foo/bar/v123.(*Foo).Bar", "bar.(*Foo).Bar"},
        {"github.com/foobar/v0.(*Foo).Bar", "v0.(*Foo).Bar"},
        {"github.com/foobar/v1.(*Foo).Bar", "v1.(*Foo).Bar"},
        {"github.com/foobar/v01.(*Foo).Bar", "v01.(*Foo).Bar"},
        {"example.org/v2xyz.Foo", "v2xyz.Foo"},
        {"/v2.", "."},
    };
    (void)state;
    assert_all_shortened(examples);
    /* Over two lines a version is none. */
    assert_int_equal(
        pp_function_name_shorten(pp_slice_of("x/v2.y\nz"), &arena).size, 4);
}

static void java_loses_packages_and_arguments(void **state)
{
    static const struct example examples[] = {
        {"java.util.concurrent.ThreadPoolExecutor$Worker.run",
         "ThreadPoolExecutor$Worker.run"},
        {"java.bar.foo.FooBar.run(java.lang.Runnable)", "FooBar.run"},
        {"(anonymous namespace)::Bar::Foo", "Bar::Foo"},
        {"java.lang.Object.<init>", "Object.<init>"},
        {"FooBar.lambda$run$0", "FooBar.lambda$run$0"},
        {"java.bar.foo.FooBar.Run", "java.bar.foo.FooBar.Run"},
        {"java.bar.foo.FooBar.run-it", "java.bar.foo.FooBar.run-it"},
    };
    (void)state;
    assert_all_shortened(examples);
}

static void cpp_loses_namespaces(void **state)
{
    static const struct example examples[] = {
        {"foo::Bar::bar", "Bar::bar"},
        {"Bar::Foo::foo", "Foo::foo"},
        {"foo::bar", "foo::bar"},
        {"foo::bar::baz", "foo::bar::baz"},
        {"a::_Foo::~_Foo", "_Foo::~_Foo"},
        {"foo::Foo::bar::baz", "Foo::bar"},
        {"cpp::namespace::Class::method<float, true>(int)::$_100::operator()",
         "Class::method<float, true>"},
        {"foo::Foo<int>::bar", "foo::Foo<int>::bar"},
        {"a::B::c<d<e>, f> const", "B::c<d<e>, f>"},
        {"a::B::c<d", "B::c"},
    };
    (void)state;
    assert_all_shortened(examples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_stay),
        cmocka_unit_test(go_loses_directories),
        cmocka_unit_test(go_loses_versions),
        cmocka_unit_test(java_loses_packages_and_arguments),
        cmocka_unit_test(cpp_loses_namespaces),
    };
    return cmocka_run_group_tests(tests, NULL, release_arena);
}
