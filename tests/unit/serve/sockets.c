/* Addresses as text, and sockets that listen there. */
#include "serve/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void addresses(void **state)
{
    static const struct {
        const char *text, *host, *port; /* host NULL: refused */
    } rows[] = {
        {"localhost:6060", "localhost", "6060"},
        {":6060", "localhost", "6060"},
        {"6060", "localhost", "6060"},
        {"0", "localhost", "0"},
        {"0.0.0.0:65535", "0.0.0.0", "65535"},
        {"[::1]:6060", "::1", "6060"},
        {"[::]:0", "::", "0"},
        {"my.host:1", "my.host", "1"},
        {"", NULL, NULL},
        {":", NULL, NULL},
        {"localhost", NULL, NULL},
        {"localhost:", NULL, NULL},
        {"localhost:http", NULL, NULL},
        {"localhost:65536", NULL, NULL},
        {"localhost:-1", NULL, NULL},
        {"localhost:000001", NULL, NULL},
        {"::1:6060", NULL, NULL},
        {"[]:6060", NULL, NULL},
        {"[::1:6060", NULL, NULL},
        {"::1]:6060", NULL, NULL},
        {"[::1]", NULL, NULL},
        {"http://localhost:6060", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pp_listen_address address = {0};
        struct pp_error err = {0};
        int status = pp_listen_address_parse(rows[i].text, &address, &err);
        if ((status == PP_OK) != (rows[i].host != NULL))
            fail_msg("\"%s\": %d", rows[i].text, status);
        if (status < 0) {
            assert_int_equal(status, PP_E_USAGE);
            assert_non_null(strstr(err.text, "is not an address"));
            continue;
        }
        assert_string_equal(address.host, rows[i].host);
        assert_string_equal(address.port, rows[i].port);
    }
    char *long_one = malloc(600);
    memset(long_one, 'a', 600);
    memcpy(long_one + 500, ":1", 3);
    assert_int_equal(
        pp_listen_address_parse(long_one, &(struct pp_listen_address){0}, NULL),
        PP_E_USAGE);
    free(long_one);
}

static void a_port_of_the_kernels_choice_is_told(void **state)
{
    struct pp_listen_address address = {"localhost", "0"};
    struct pp_sockets sockets;
    (void)state;
    assert_int_equal(pp_sockets_open(&address, &sockets, NULL), 0);
    assert_true(sockets.count >= 1);
    assert_true(sockets.loopback);
    int port = 0;
    assert_int_equal(sscanf(sockets.bound, "127.0.0.1:%d", &port), 1);
    assert_true(port > 0);
    for (uint32_t i = 0; i < sockets.count; i++) {
        assert_true(fcntl(sockets.fds[i], F_GETFD) & FD_CLOEXEC);
        assert_true(fcntl(sockets.fds[i], F_GETFL) & O_NONBLOCK);
    }
    pp_sockets_close(&sockets);
    assert_int_equal(sockets.count, 0);
}

static void a_port_in_use_is_an_error(void **state)
{
    struct pp_listen_address address = {"127.0.0.1", "0"};
    struct pp_sockets first, second;
    struct pp_error err = {0};
    char expected[200];
    (void)state;
    assert_int_equal(pp_sockets_open(&address, &first, &err), 0);
    snprintf(address.port, sizeof address.port, "%s",
             strchr(first.bound, ':') + 1);
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    for (int i = 0; i < 2; i++) {
        snprintf(address.host, sizeof address.host, "%s", hosts[i]);
        err = (struct pp_error){0};
        assert_int_equal(pp_sockets_open(&address, &second, &err), -EADDRINUSE);
        assert_int_equal(second.count, 0);
        snprintf(expected, sizeof expected,
                 "cannot listen on %s: address already in use", first.bound);
        assert_string_equal(err.text, expected);
    }
    pp_sockets_close(&first);
}

static void only_loopback_is_loopback(void **state)
{
    struct pp_listen_address address = {"0.0.0.0", "0"};
    struct pp_sockets sockets;
    (void)state;
    assert_int_equal(pp_sockets_open(&address, &sockets, NULL), 0);
    assert_false(sockets.loopback);
    pp_sockets_close(&sockets);
}

static void an_unknown_host_is_an_error(void **state)
{
    struct pp_listen_address address = {"no such host", "6060"};
    struct pp_sockets sockets;
    struct pp_error err = {0};
    (void)state;
    assert_true(pp_sockets_open(&address, &sockets, &err) < 0);
    assert_non_null(strstr(err.text, "cannot listen on no such host:6060: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(a_port_of_the_kernels_choice_is_told),
        cmocka_unit_test(a_port_in_use_is_an_error),
        cmocka_unit_test(only_loopback_is_loopback),
        cmocka_unit_test(an_unknown_host_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
