/* Sources that need no server; with servers: tests/e2e/fetch.sh. */
#include "fetch/fetch.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"
#include "wire/wire.h"

static struct pp_buffer said;

static void say(void *context, const char *line)
{
    assert_ptr_equal(context, &said);
    pp_buffer_format(&said, "%s\n", line);
}

static int forget_said(void **state)
{
    (void)state;
    pp_buffer_release(&said);
    return 0;
}

static struct pp_fetch_options quick(void)
{
    return (struct pp_fetch_options){
        .timeout = 1,
        .say = say,
        .context = &said,
    };
}

/* A profile of one sample, in a new file whose name is put in place of XXXXXX;
 * removed by the caller. */
static void write_profile(char *path)
{
    static const uint32_t stack[] = {0};
    static const int64_t values[] = {5};
    struct pp_error err = {0};
    struct pp_buffer bytes = {0};
    struct pp_profile *profile = pp_profile_new(0);
    assert_non_null(profile);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_location(profile, PP_NONE, 0x1234);
    pp_profile_add_sample(profile, stack, 1, values);
    assert_int_equal(pp_wire_encode_gzip(profile, &bytes, &err), 0);
    pp_profile_free(profile);

    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(pp_os_write_all(fd, bytes.data, bytes.size), 0);
    close(fd);
    pp_buffer_release(&bytes);
}

/* A port that nobody listens on: one that was free just now. */
static int closed_port(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    close(fd);
    return ntohs(address.sin_port);
}

static void each_source_has_its_own_fate(void **state)
{
    char path[] = "/tmp/pprof-unit-XXXXXX";
    write_profile(path);
    const char *const sources[] = {path, "no/such/file", "/", path};
    struct pp_fetch_options options = quick();
    struct pp_fetched fetched[4];
    struct pp_error err = {0};
    assert_int_equal(pp_fetch(sources, 4, &options, fetched, &err), 2);
    assert_int_equal(fetched[0].profile->samples.count, 1);
    assert_false(fetched[0].remote);
    assert_string_equal(fetched[0].url, "");
    assert_null(fetched[1].profile);
    assert_string_equal(fetched[1].err.text,
                        "stat no/such/file: no such file or directory");
    assert_null(fetched[2].profile);
    assert_string_equal(fetched[2].err.text, "read /: is a directory");
    assert_non_null(fetched[3].profile);
    assert_null(said.data);
    pp_profile_free(fetched[0].profile);
    pp_profile_free(fetched[3].profile);
    unlink(path);
    (void)state;
}

static void a_refused_connection_is_said(void **state)
{
    char source[100], wanted[200];
    const char *const sources[] = {source};
    struct pp_fetch_options options = quick();
    struct pp_fetched fetched[1];
    struct pp_error err = {0};
    int port = closed_port();
    snprintf(source, sizeof(source), "127.0.0.1:%d", port);
    options.seconds = 3665;
    assert_int_equal(pp_fetch(sources, 1, &options, fetched, &err), 0);
    assert_int_equal(fetched[0].err.status, PP_E_NETWORK);
    assert_string_equal(fetched[0].err.text,
                        "http fetch: connect: connection refused");
    assert_true(fetched[0].remote);
    snprintf(wanted, sizeof(wanted),
             "Fetching profile over HTTP from "
             "http://127.0.0.1:%d/debug/pprof/profile?seconds=3665\n"
             "Please wait... (1h1m5s)\n",
             port);
    assert_string_equal(said.data, wanted);
    (void)state;
}

static void half_a_pair_of_tls_files_is_refused(void **state)
{
    const char *const sources[] = {"https://127.0.0.1:1/"};
    struct pp_fetch_options options = quick();
    struct pp_fetched fetched[1];
    struct pp_error err = {0};
    options.tls_cert = "x";
    assert_int_equal(pp_fetch(sources, 1, &options, fetched, &err), PP_E_USAGE);
    assert_string_equal(err.text, "-tls_cert is specified, so -tls_key must "
                                  "also be specified");
    (void)state;
}

static void what_is_interrupted_is_not_begun(void **state)
{
    char path[] = "/tmp/pprof-unit-XXXXXX";
    write_profile(path);
    static const volatile sig_atomic_t interrupted = 1;
    const char *const sources[] = {path, "http://127.0.0.1:1/"};
    struct pp_fetch_options options = quick();
    struct pp_fetched fetched[2];
    struct pp_error err = {0};
    options.interrupted = &interrupted;
    assert_int_equal(pp_fetch(sources, 2, &options, fetched, &err), 0);
    assert_int_equal(fetched[0].err.status, PP_E_CANCELLED);
    assert_int_equal(fetched[1].err.status, PP_E_CANCELLED);
    unlink(path);
    (void)state;
}

static void names_are_asked_for_beside_the_profile(void **state)
{
    char source[100], wanted[200];
    struct pp_fetch_options options = quick();
    struct pp_buffer answer = {0};
    struct pp_error err = {0};
    int port = closed_port();
    snprintf(source, sizeof(source), "http://127.0.0.1:%d/debug/pprof/heap",
             port);
    assert_int_equal(pp_fetch_symbol(source, pp_slice_literal("0x1"), &options,
                                     &answer, &err),
                     PP_E_NETWORK);
    snprintf(wanted, sizeof(wanted),
             "http://127.0.0.1:%d/debug/pprof/symbol: http fetch: connect: "
             "connection refused",
             port);
    assert_string_equal(err.text, wanted);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(each_source_has_its_own_fate, forget_said),
        cmocka_unit_test_teardown(a_refused_connection_is_said, forget_said),
        cmocka_unit_test_teardown(half_a_pair_of_tls_files_is_refused,
                                  forget_said),
        cmocka_unit_test_teardown(what_is_interrupted_is_not_begun,
                                  forget_said),
        cmocka_unit_test_teardown(names_are_asked_for_beside_the_profile,
                                  forget_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
