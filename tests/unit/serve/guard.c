/* Whom the listener answers: the table of guard.h, row by row. */
#include "serve/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct pp_guard local = {
    .name = "localhost", .machine = "anvil.example.net", .loopback = true};
static const struct pp_guard everywhere = {.name = "0.0.0.0",
                                           .machine = "anvil.example.net"};
static const struct pp_guard named = {.name = "Profiles.Example.com",
                                      .machine = ""};

static void hosts(void **state)
{
    static const struct {
        const char *host;
        bool local, everywhere;
    } rows[] = {
        {"", true, true},
        {"localhost", true, true},
        {"LocalHost:6060", true, true},
        {"app.localhost:6060", true, true},
        {"127.0.0.1", true, true},
        {"127.0.0.1:6060", true, true},
        {"127.9.9.9:1", true, true},
        {"192.168.1.7:6060", true, true},
        {"[::1]", true, true},
        {"[::1]:6060", true, true},
        {"[fe80::1]:6060", true, true},
        {"anvil.example.net:6060", true, true},
        {"ANVIL.EXAMPLE.NET", true, true},
        {"myapp:6060", false, true},
        {"redis.default.svc.cluster.local:6060", false, true},
        {"vm.internal", false, true},
        {"evil.com", false, false},
        {"evil.com:6060", false, false},
        {"localhost.evil.com:6060", false, false},
        {"127.0.0.1.evil.com", false, false},
        {"evil.local.com", false, false},
        {"notlocalhost.com", false, false},
        {"[::1", false, false},
        {"[::1]x", false, false},
        {"[evil.com]:1", false, false},
        {"::1", false, false},
        {":6060", false, false},
        {"localhost:evil", false, false},
        {"localhost:6060:1", false, false},
        {"localhost:123456", false, false},
        {"user@localhost", false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pp_slice host = pp_slice_of(rows[i].host);
        if (pp_guard_allows_host(&local, host) != rows[i].local)
            fail_msg("on loopback: \"%s\"", rows[i].host);
        if (pp_guard_allows_host(&everywhere, host) != rows[i].everywhere)
            fail_msg("everywhere: \"%s\"", rows[i].host);
    }
}

static void the_name_listened_on_is_allowed(void **state)
{
    (void)state;
    assert_true(pp_guard_allows_host(
        &named, pp_slice_literal("profiles.example.com:6060")));
    assert_false(
        pp_guard_allows_host(&named, pp_slice_literal("example.com:6060")));
}

static void a_host_of_any_bytes_is_no_reason_to_fall(void **state)
{
    char bytes[400];
    (void)state;
    memset(bytes, 'a', sizeof bytes);
    for (size_t size = 1; size <= sizeof bytes; size++)
        assert_false(
            pp_guard_allows_host(&local, (struct pp_slice){bytes, size}));
    assert_false(pp_guard_allows_host(
        &local, (struct pp_slice){"localhost\0.evil.com", 19}));
}

static void origins(void **state)
{
    static const struct {
        const char *origin, *host;
        bool allowed;
    } rows[] = {
        {"", "localhost:6060", true},
        {"http://localhost:6060", "localhost:6060", true},
        {"HTTP://LOCALHOST:6060", "localhost:6060", true},
        {"http://localhost", "localhost:6060", false},
        {"http://localhost:3000", "localhost:6060", false},
        {"https://localhost:6060", "localhost:6060", false},
        {"http://evil.com", "localhost:6060", false},
        {"http://localhost:60601", "localhost:6060", false},
        {"null", "localhost:6060", false},
        {"http://", "", true},
        {"http://x", "", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (pp_guard_allows_origin(pp_slice_of(rows[i].origin),
                                   pp_slice_of(rows[i].host)) !=
            rows[i].allowed)
            fail_msg("origin \"%s\" at \"%s\"", rows[i].origin, rows[i].host);
}

static void fetches(void **state)
{
    static const struct {
        const char *site, *mode;
        bool allowed;
    } rows[] = {
        {"", "", true},
        {"none", "navigate", true},
        {"same-origin", "cors", true},
        {"cross-site", "navigate", true},
        {"cross-site", "no-cors", false},
        {"cross-site", "", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (pp_guard_allows_fetch(pp_slice_of(rows[i].site),
                                  pp_slice_of(rows[i].mode)) != rows[i].allowed)
            fail_msg("%s, %s", rows[i].site, rows[i].mode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts),
        cmocka_unit_test(the_name_listened_on_is_allowed),
        cmocka_unit_test(a_host_of_any_bytes_is_no_reason_to_fall),
        cmocka_unit_test(origins),
        cmocka_unit_test(fetches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
