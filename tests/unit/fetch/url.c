/* The expectations are what `go tool pprof` of Go 1.23 prints behind
 * "Fetching profile over HTTP from", or a stat error where `wanted` is NULL. */
#include "fetch/url.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void sources_become_urls_as_in_go(void **state)
{
    static const struct {
        const char *source, *wanted;
    } cases[] = {
        {"localhost:9", "http://localhost:9/debug/pprof/profile"},
        {"localhost:9/x", "http://localhost:9/x"},
        {"127.0.0.1:9", "http://127.0.0.1:9/debug/pprof/profile"},
        {":9", "http://:9/debug/pprof/profile"},
        {"http://127.0.0.1:9", "http://127.0.0.1:9/debug/pprof/profile"},
        {"x:9?y=1", "http://x:9/debug/pprof/profile?y=1"},
        {"1:9/x", "http://1:9/x"},
        {"[::1]:9", "http://[::1]:9/debug/pprof/profile"},
        {"http://[::1]:9/x", "http://[::1]:9/x"},
        {"//127.0.0.1:9/x", "//127.0.0.1:9/x"},
        {"file://127.0.0.1:9/tmp", "file://127.0.0.1:9/tmp"},
        {"https+insecure://127.0.0.1:9/x", "https+insecure://127.0.0.1:9/x"},
        {"mem_2023-11-02_03:55:24",
         "http://mem_2023-11-02_03:55:24/debug/pprof/profile"},
        {"http://u:p@127.0.0.1:9/x", "http://u:p@127.0.0.1:9/x"},
        {"http://127.0.0.1:9/debug/pprof/", "http://127.0.0.1:9/debug/pprof/"},
        /* the query is sorted by key and written anew */
        {"http://127.0.0.1:9/?b=2&a=1&b=1",
         "http://127.0.0.1:9/debug/pprof/profile?a=1&b=2&b=1"},
        {"http://127.0.0.1:9/debug/pprof/heap?gc=1&debug=0&x",
         "http://127.0.0.1:9/debug/pprof/heap?debug=0&gc=1&x="},
        {"http://127.0.0.1:9/x?q=a+b%2Bc%zz&r=a;b&s=%7e/",
         "http://127.0.0.1:9/x?s=~%2F"},
        {"http://127.0.0.1:9/x?a=b=c&=d&&e",
         "http://127.0.0.1:9/x?=d&a=b%3Dc&e="},
        {"http://127.0.0.1:9/x?a=b+c%20d", "http://127.0.0.1:9/x?a=b+c+d"},
        /* the path is kept if it may stand so, else decoded and encoded */
        {"HTTP://127.0.0.1:9/p%41th", "http://127.0.0.1:9/p%41th"},
        {"http://127.0.0.1:9/a b\"c%41!", "http://127.0.0.1:9/a%20b%22cA%21"},
        {"http://127.0.0.1:9/\xc3\xa9", "http://127.0.0.1:9/%C3%A9"},
        /* no URLs */
        {"foo", NULL},
        {"a/b:c", NULL},
        {"C:\\x", NULL},
        {"file:///tmp/zzz", NULL},
        {"http://127.0.0.1:9/%zz", NULL},
        {"http://127.0.0.1:9/%4", NULL},
        {"http://127.0.0.1:9/\x01", NULL},
        {"", NULL},
        /* Go looks up a host named "http" for these two: we do not. */
        {"http://127.0.0.1:9x/", NULL},
        {"http://", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pp_url_target target;
        struct pp_error err = {0};
        int status = pp_url_adjust(cases[i].source, 0, 0, &target, &err);
        if (cases[i].wanted) {
            assert_int_equal(status, 0);
            assert_string_equal(target.url, cases[i].wanted);
        } else {
            assert_int_equal(status, PP_E_NOT_FOUND);
        }
    }
    (void)state;
}

static void seconds_and_timeout_as_in_go(void **state)
{
    static const struct {
        const char *source;
        int64_t seconds, timeout;
        const char *url;
        int64_t wanted_seconds, wanted_timeout;
    } cases[] = {
        {"http://h/x", -1, -1, "http://h/x", 0, 60},
        {"http://h/x?seconds=3&a=1", 65, -1, "http://h/x?a=1&seconds=65", 65,
         97},
        {"http://h/x?seconds=3", -1, -1, "http://h/x?seconds=3", 3, 4},
        {"http://h/x?seconds=3", -1, 9, "http://h/x?seconds=3", 3, 9},
        {"http://h/x?seconds=3", 2, 1, "http://h/x?seconds=2", 2, 1},
        {"http://h/x?seconds=abc", -1, -1, "http://h/x?seconds=abc", 0, 60},
        {"http://h/x?seconds=-3", -1, -1, "http://h/x?seconds=-3", 0, 60},
        {"http://h/x?seconds=%209", -1, -1, "http://h/x?seconds=+9", 0, 60},
        {"http://h/x?seconds=4294967297", -1, -1,
         "http://h/x?seconds=4294967297", 0, 60},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pp_url_target target;
        struct pp_error err = {0};
        assert_int_equal(pp_url_adjust(cases[i].source, cases[i].seconds,
                                       cases[i].timeout, &target, &err),
                         0);
        assert_string_equal(target.url, cases[i].url);
        assert_int_equal(target.seconds, cases[i].wanted_seconds);
        assert_int_equal(target.timeout, cases[i].wanted_timeout);
    }
    (void)state;
}

static void too_long_is_said(void **state)
{
    char source[PP_FETCH_URL_MAX * 2];
    struct pp_url_target target;
    struct pp_error err = {0};
    memset(source, 'x', sizeof(source));
    memcpy(source, "http://h/", 9);
    source[sizeof(source) - 1] = 0;
    assert_int_equal(pp_url_adjust(source, 0, 0, &target, &err), PP_E_USAGE);
    assert_string_equal(err.text, "the URL has more than 2047 bytes");
    (void)state;
}

static void symbol_stands_beside_the_profile(void **state)
{
    static const struct {
        const char *url, *wanted;
    } cases[] = {
        {"http://h:1/debug/pprof/profile?seconds=5",
         "http://h:1/debug/pprof/symbol"},
        {"http://h/a/debug/pprof/heap", "http://h/a/debug/pprof/symbol"},
        {"http://h/pprof/heap", "http://h/pprof/symbol"},
        {"http://h/x/pprof/contention", "http://h/x/pprof/symbol"},
        {"http://h/dev/pprof/mutex", "http://h/symbolz"},
        {"https+insecure://h/profilez", "https+insecure://h/symbolz"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char url[PP_FETCH_URL_MAX];
        struct pp_error err = {0};
        assert_int_equal(pp_url_symbol(cases[i].url, url, sizeof(url), &err),
                         0);
        assert_string_equal(url, cases[i].wanted);
    }
    char small[8];
    struct pp_error err = {0};
    assert_int_equal(
        pp_url_symbol("http://h/pprof/heap", small, sizeof(small), &err),
        PP_E_USAGE);
    (void)state;
}

static void host_and_habits(void **state)
{
    assert_true(pp_slice_equal(pp_url_host_name("http://[::1]:9/"),
                               pp_slice_literal("::1")));
    assert_true(pp_slice_equal(pp_url_host_name("http://u@localhost:9/"),
                               pp_slice_literal("localhost")));
    assert_int_equal(pp_url_host_name("http://:9/").size, 0);
    assert_int_equal(pp_url_default_seconds("http://h/debug/pprof/profile"),
                     30);
    assert_int_equal(pp_url_default_seconds("http://h/debug/pprof/heap"), 0);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_become_urls_as_in_go),
        cmocka_unit_test(seconds_and_timeout_as_in_go),
        cmocka_unit_test(too_long_is_said),
        cmocka_unit_test(symbol_stands_beside_the_profile),
        cmocka_unit_test(host_and_habits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
