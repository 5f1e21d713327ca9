/* Every row of the endpoints' contract, byte for byte, over profilers that are
 * only played: what the dispatcher does to them is counted. */
#include "collect/collect.h"
#include "serve/serve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* ---- the play ----------------------------------------------------------- */

static struct {
    int started, stopped, cancelled;
    int address_ends; /* after how many lists of them */
    bool running;
    enum pp_source_detail detail; /* that was encoded */
    bool stop_fails, encode_fails, encode_overflows;
} play;

static int start(struct pp_error *err)
{
    if (play.running)
        return pp_fail(err, PP_E_BUSY, "cpu profiling already in use");
    play.running = true;
    play.started++;
    return PP_OK;
}

static int stop(struct pp_profile **profile, struct pp_error *err)
{
    play.running = false;
    play.stopped++;
    *profile = NULL;
    if (play.stop_fails)
        return pp_fail(err, PP_E_MEMORY, "out of memory");
    return PP_OK;
}

static void cancel(void)
{
    play.running = false;
    play.cancelled++;
}

static const struct pp_profiler timed = {
    .name = "profile",
    .activity = "CPU profiling",
    .description = "CPU time <of> \"all\" threads & more.",
    .default_seconds = 30,
    .start = start,
    .stop = stop,
    .cancel = cancel,
};
static const struct pp_profiler snapshot = {
    .name = "example.com/conns",
    .activity = "connection profiling",
    .description = "Open connections.",
    .start = start,
    .stop = stop,
    .cancel = cancel,
};
const struct pp_profiler *const pp_profilers[] = {&timed, &snapshot, NULL};

int pp_collect_encode(struct pp_profile *profile, enum pp_source_detail detail,
                      struct pp_buffer *out, struct pp_error *err)
{
    (void)profile;
    play.detail = detail;
    pp_buffer_append(out, "\x1f\x8b profile", 10);
    if (play.encode_fails)
        return pp_fail(err, PP_E_FORMAT, "no names");
    if (play.encode_overflows)
        pp_buffer_room(out, out->ceiling + 1);
    return PP_OK;
}

bool pp_collect_name_address(uint64_t address, struct pp_buffer *out)
{
    pp_buffer_append_text(out, "half a name"); /* to be taken back */
    if (address != 0x1234 && address != 0x10)
        return false;
    out->size -= strlen("half a name");
    pp_buffer_append_text(out, address == 0x10 ? "spin" : "ns::f<int>(char)");
    return true;
}

void pp_collect_end_addresses(void)
{
    play.address_ends++;
}

int pp_collect_command_line(struct pp_buffer *out, struct pp_error *err)
{
    (void)err;
    pp_buffer_append(out, "prog\0-v\0x y", 11);
    return PP_OK;
}

/* ---- asking ------------------------------------------------------------- */

static struct pp_exchange *ask_at(const char *prefix, const char *method,
                                  const char *path, const char *query,
                                  const char *body)
{
    return pp_serve_begin(&(struct pp_request){
        .method = method,
        .prefix = pp_slice_of(prefix),
        .path = pp_slice_of(path),
        .query = pp_slice_of(query),
        .host = pp_slice_literal("localhost:6060"),
        .body = pp_slice_of(body),
    });
}

static struct pp_exchange *ask(const char *method, const char *path,
                               const char *query)
{
    return ask_at("/debug/pprof", method, path, query, NULL);
}

static const char *header(const struct pp_exchange *exchange, const char *name)
{
    const char *value = NULL;
    for (uint32_t i = 0; i < exchange->header_count; i++)
        if (strcmp(exchange->headers[i].name, name) == 0) {
            assert_null(value); /* no header twice */
            value = exchange->headers[i].value;
        }
    return value;
}

static void assert_header(const struct pp_exchange *exchange, const char *name,
                          const char *value)
{
    const char *found = header(exchange, name);
    if (!found && !value)
        return;
    assert_non_null(found);
    assert_non_null(value);
    assert_string_equal(found, value);
}

static void assert_body(const struct pp_exchange *exchange, const char *body,
                        size_t size)
{
    assert_int_equal(exchange->body.size, size);
    assert_memory_equal(exchange->body.data, body, size);
    assert_int_equal(exchange->content_length, size);
}

static int reset(void **state)
{
    (void)state;
    memset(&play, 0, sizeof play);
    return 0;
}

/* ---- the contract ------------------------------------------------------- */

static const char text_type[] = "text/plain; charset=utf-8";
static const char html_type[] = "text/html; charset=utf-8";

struct row {
    const char *method, *path, *query;
    int status;
    const char *type, *go_pprof, *allow, *location;
    const char *body; /* NULL: not looked at */
};

static const struct row rows[] = {
    {"GET", "/debug/pprof/", "", 200, html_type},
    {"GET", "/debug/pprof", "", 301, html_type, NULL, NULL, "/debug/pprof/",
     "<a href=\"/debug/pprof/\">Moved Permanently</a>.\n\n"},
    {"GET", "/debug/pprof", "a=1&b", 301, html_type, NULL, NULL,
     "/debug/pprof/?a=1&b",
     "<a href=\"/debug/pprof/?a=1&amp;b\">Moved Permanently</a>.\n\n"},
    {"GET", "/debug/pprof", "a\r\nSet-Cookie: b", 301, html_type, NULL, NULL,
     "/debug/pprof/", "<a href=\"/debug/pprof/\">Moved Permanently</a>.\n\n"},
    {"GET", "/", "", 302, html_type, NULL, NULL, "/debug/pprof/",
     "<a href=\"/debug/pprof/\">Found</a>.\n\n"},
    {"GET", "/favicon.ico", "", 404, text_type, NULL, NULL, NULL,
     "404 page not found\n"},
    {"GET", "/debug/pprofile", "", 404, text_type, NULL, NULL, NULL,
     "404 page not found\n"},
    {"GET", "/debug", "", 404, text_type, NULL, NULL, NULL,
     "404 page not found\n"},
    {"GET", "", "", 404, text_type, NULL, NULL, NULL, "404 page not found\n"},
    {"GET", "/debug/pprof/nothing", "", 404, text_type, "1", NULL, NULL,
     "Unknown profile\n"},
    {"GET", "/debug/pprof/profile/", "", 404, text_type, "1", NULL, NULL,
     "Unknown profile\n"},
    {"GET", "/debug/pprof//", "", 404, text_type, "1", NULL, NULL,
     "Unknown profile\n"},
    {"GET", "/debug/pprof/nosymbol", "", 404, text_type, "1", NULL, NULL,
     "Unknown profile\n"},
    {"GET", "/debug/pprof/symbol", "0x1234+0x10", 200, text_type, NULL, NULL,
     NULL, "num_symbols: 1\n0x1234 ns::f<int>(char)\n0x10 spin\n"},
    {"GET", "/debug/pprof/symbol", "4660", 200, text_type, NULL, NULL, NULL,
     "num_symbols: 1\n0x1234 ns::f<int>(char)\n"},
    {"GET", "/debug/pprof/symbol", "0x9999+0x10+++main+0x", 200, text_type,
     NULL, NULL, NULL, "num_symbols: 1\n0x10 spin\n"},
    {"GET", "/debug/pprof/symbol", "", 200, text_type, NULL, NULL, NULL,
     "num_symbols: 1\n"},
    {"GET", "/debug/pprof/example.com/symbol", "0x10", 200, text_type, NULL,
     NULL, NULL, "num_symbols: 1\n0x10 spin\n"},
    {"GET", "/debug/pprof/profile", "seconds=3601", 400, text_type, "1", NULL,
     NULL, "invalid value for \"seconds\" - must be at most 3600\n"},
    {"GET", "/debug/pprof/profile", "symbolize=all", 400, text_type, "1", NULL,
     NULL, "invalid value for \"symbolize\" - must be 0, names or lines\n"},
    {"GET", "/debug/pprof/example.com/conns", "seconds=x", 400, text_type, "1",
     NULL, NULL,
     "invalid value for \"seconds\" - must be a positive integer\n"},
    {"GET", "/debug/pprof/example.com/conns", "seconds=0", 400, text_type, "1",
     NULL, NULL,
     "invalid value for \"seconds\" - must be a positive integer\n"},
    {"GET", "/debug/pprof/example.com/conns", "seconds=1", 400, text_type, "1",
     NULL, NULL,
     "\"seconds\" parameter is not supported for this profile type\n"},
    {"POST", "/debug/pprof/profile", "", 405, text_type, NULL, "GET, HEAD",
     NULL, "Method Not Allowed\n"},
    {"PUT", "/debug/pprof/", "", 405, text_type, NULL, "GET, HEAD", NULL,
     "Method Not Allowed\n"},
    {"OPTIONS", "/debug/pprof/nothing", "", 405, text_type, NULL, "GET, HEAD",
     NULL, "Method Not Allowed\n"},
    {"DELETE", "/debug/pprof/symbol", "", 405, text_type, NULL,
     "GET, HEAD, POST", NULL, "Method Not Allowed\n"},
};

static void every_row_of_the_contract(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct pp_exchange *exchange = ask(row->method, row->path, row->query);
        print_message("%s %s?%s\n", row->method, row->path, row->query);
        assert_int_equal(exchange->status, row->status);
        assert_true(exchange->wait_seconds == 0);
        assert_header(exchange, "X-Content-Type-Options", "nosniff");
        assert_header(exchange, "Cache-Control", "no-store");
        assert_header(exchange, "Content-Type", row->type);
        assert_header(exchange, "X-Go-Pprof", row->go_pprof);
        assert_header(exchange, "Allow", row->allow);
        assert_header(exchange, "Location", row->location);
        assert_header(exchange, "Content-Disposition", NULL);
        if (row->body)
            assert_body(exchange, row->body, strlen(row->body));
        pp_serve_free(exchange);
    }
    assert_int_equal(play.started, 0);
}

/* HEAD has the status, headers and length of GET, and no body. */
static void head_is_get_without_a_body(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].method, "GET") != 0)
            continue;
        struct pp_exchange *get = ask("GET", rows[i].path, rows[i].query);
        struct pp_exchange *head = ask("HEAD", rows[i].path, rows[i].query);
        assert_int_equal(head->status, get->status);
        assert_int_equal(head->header_count, get->header_count);
        for (uint32_t h = 0; h < head->header_count; h++)
            assert_string_equal(head->headers[h].value, get->headers[h].value);
        assert_int_equal(head->content_length, get->content_length);
        assert_int_equal(head->body.size, 0);
        pp_serve_free(get);
        pp_serve_free(head);
    }
}

static void the_command_line_is_joined_by_nul(void **state)
{
    (void)state;
    struct pp_exchange *exchange = ask("GET", "/debug/pprof/cmdline", "");
    assert_int_equal(exchange->status, 200);
    assert_header(exchange, "Content-Type", text_type);
    assert_header(exchange, "X-Go-Pprof", NULL);
    assert_body(exchange, "prog\0-v\0x y", 11);
    pp_serve_free(exchange);
}

static void symbols_may_be_posted(void **state)
{
    static const char names[] =
        "num_symbols: 1\n0x10 spin\n0x1234 ns::f<int>(char)\n";
    static const char *const paths[] = {"/debug/pprof/symbol",
                                        "/debug/pprof/a/b/symbol"};
    (void)state;
    play.address_ends = 0;
    for (int i = 0; i < 2; i++) {
        struct pp_exchange *exchange =
            ask_at("/debug/pprof", "POST", paths[i], "0x99", "0x10+0x1234");
        assert_int_equal(exchange->status, 200);
        assert_int_equal(play.address_ends, i + 1);
        assert_body(exchange, names, sizeof names - 1);
        pp_serve_free(exchange);
    }
}

static void seconds_are_those_asked_for_or_thirty(void **state)
{
    static const struct {
        const char *query;
        double seconds;
    } asked[] = {
        {"", 30},
        {"seconds=5", 5},
        {"seconds=0", 30},
        {"seconds=-3", 30},
        {"seconds=1.5", 30},
        {"seconds=abc", 30},
        {"seconds=", 30},
        {"debug=1", 30},
        {"seconds=3600", 3600},
        {"seconds=%2B7", 7},
    };
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct pp_exchange *exchange =
            ask("GET", "/debug/pprof/profile", asked[i].query);
        if (exchange->wait_seconds != asked[i].seconds)
            fail_msg("\"%s\": %g", asked[i].query, exchange->wait_seconds);
        assert_true(play.running);
        pp_serve_free(exchange);
        assert_false(play.running);
    }
}

static void the_detail_is_that_asked_for(void **state)
{
    static const struct {
        const char *query;
        enum pp_source_detail detail;
    } asked[] = {
        {"symbolize=0", PP_SOURCE_ADDRESSES},
        {"symbolize=names", PP_SOURCE_NAMES},
        {"seconds=5&symbolize=lines", PP_SOURCE_LINES},
        {"symbolize=", PP_SOURCE_DEFAULT},
        {"", PP_SOURCE_DEFAULT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct pp_exchange *exchange =
            ask("GET", "/debug/pprof/profile", asked[i].query);
        assert_true(exchange->wait_seconds > 0);
        pp_serve_finish(exchange);
        assert_int_equal(play.detail, asked[i].detail);
        pp_serve_free(exchange);
    }
    play.detail = PP_SOURCE_LINES;
    pp_serve_free(ask("GET", "/debug/pprof/example.com/conns", "symbolize=0"));
    assert_int_equal(play.detail, PP_SOURCE_ADDRESSES);
}

static void a_profile_is_started_waited_for_and_stopped(void **state)
{
    (void)state;
    struct pp_exchange *exchange =
        ask("GET", "/debug/pprof/profile", "seconds=2");
    assert_int_equal(play.started, 1);
    assert_int_equal(play.stopped, 0);
    pp_serve_finish(exchange);
    assert_int_equal(play.stopped, 1);
    assert_int_equal(exchange->status, 200);
    assert_string_equal(exchange->reason, "OK");
    assert_header(exchange, "Content-Type", "application/octet-stream");
    assert_header(exchange, "Content-Disposition",
                  "attachment; filename=\"profile\"");
    assert_header(exchange, "X-Content-Type-Options", "nosniff");
    assert_header(exchange, "X-Go-Pprof", NULL);
    assert_body(exchange, "\x1f\x8b profile", 10);
    pp_serve_finish(exchange); /* once is enough */
    pp_serve_free(exchange);
    assert_int_equal(play.stopped, 1);
    assert_int_equal(play.cancelled, 0);
}

static void a_snapshot_is_there_at_once(void **state)
{
    (void)state;
    struct pp_exchange *exchange =
        ask("GET", "/debug/pprof/example.com/conns", "debug=0");
    assert_true(exchange->wait_seconds == 0);
    assert_int_equal(exchange->status, 200);
    assert_header(exchange, "Content-Disposition",
                  "attachment; filename=\"example.com/conns\"");
    assert_body(exchange, "\x1f\x8b profile", 10);
    pp_serve_free(exchange);
    assert_int_equal(play.started, 1);
    assert_int_equal(play.stopped, 1);
    assert_int_equal(play.cancelled, 0);
}

static void a_second_one_is_told_that_one_is_running(void **state)
{
    static const char words[] = "Could not enable CPU profiling: cpu "
                                "profiling already in use\n";
    (void)state;
    struct pp_exchange *first = ask("GET", "/debug/pprof/profile", "");
    struct pp_exchange *second = ask("GET", "/debug/pprof/profile", "");
    assert_int_equal(second->status, 500);
    assert_true(second->wait_seconds == 0);
    assert_header(second, "Content-Type", text_type);
    assert_header(second, "X-Go-Pprof", "1");
    assert_header(second, "Content-Disposition", NULL);
    assert_body(second, words, sizeof words - 1);
    pp_serve_free(second);
    assert_true(play.running); /* the first goes on */
    pp_serve_finish(first);
    assert_int_equal(first->status, 200);
    pp_serve_free(first);
}

static void a_client_that_goes_away_ends_its_profile(void **state)
{
    (void)state;
    pp_serve_free(ask("GET", "/debug/pprof/profile", ""));
    assert_int_equal(play.cancelled, 1);
    assert_int_equal(play.stopped, 0);
    struct pp_exchange *next = ask("GET", "/debug/pprof/profile", "seconds=1");
    assert_true(next->wait_seconds == 1);
    pp_serve_free(next);
}

static void head_of_a_profile_collects_nothing(void **state)
{
    (void)state;
    struct pp_exchange *exchange = ask("HEAD", "/debug/pprof/profile", "");
    assert_int_equal(exchange->status, 200);
    assert_true(exchange->wait_seconds == 0);
    assert_int_equal(exchange->content_length, -1);
    assert_header(exchange, "Content-Type", "application/octet-stream");
    assert_header(exchange, "Content-Disposition",
                  "attachment; filename=\"profile\"");
    pp_serve_finish(exchange);
    assert_int_equal(exchange->body.size, 0);
    pp_serve_free(exchange);
    assert_int_equal(play.started, 0);
}

static void what_fails_at_the_end_is_told(void **state)
{
    static const char *const words[] = {
        "failed to collect profile: out of memory\n",
        "failed to collect profile: no names\n",
        "out of memory\n",
    };
    (void)state;
    for (int i = 0; i < 3; i++) {
        play.stop_fails = i == 0;
        play.encode_fails = i == 1;
        play.encode_overflows = i == 2;
        struct pp_exchange *exchange = ask("GET", "/debug/pprof/profile", "");
        pp_serve_finish(exchange);
        assert_int_equal(exchange->status, 500);
        assert_header(exchange, "X-Go-Pprof", "1");
        assert_header(exchange, "Content-Disposition", NULL);
        assert_body(exchange, words[i], strlen(words[i]));
        pp_serve_free(exchange);
    }
    assert_int_equal(play.cancelled, 0);
}

static void any_prefix_will_do(void **state)
{
    (void)state;
    struct pp_exchange *exchange =
        ask_at("/admin/p", "GET", "/admin/p", "", NULL);
    assert_header(exchange, "Location", "/admin/p/");
    pp_serve_free(exchange);
    exchange = ask_at("/admin/p", "GET", "/admin/p/cmdline", "", NULL);
    assert_int_equal(exchange->status, 200);
    pp_serve_free(exchange);
    exchange = ask_at("", "GET", "/profile", "seconds=1", NULL);
    assert_true(exchange->wait_seconds == 1);
    pp_serve_free(exchange);
}

/* ---- the index ---------------------------------------------------------- */

static bool shows(const struct pp_exchange *exchange, const char *text)
{
    return pp_slice_contains(pp_buffer_slice(&exchange->body),
                             pp_slice_of(text));
}

static void the_index_lists_what_there_is(void **state)
{
    (void)state;
    struct pp_exchange *exchange = ask("GET", "/debug/pprof/", "");
    assert_true(shows(exchange, "<title>/debug/pprof/</title>"));
    assert_true(shows(
        exchange, "CPU time &lt;of&gt; &quot;all&quot; threads &amp; more."));
    assert_false(shows(exchange, "<of>"));
    assert_true(shows(exchange, "<form action=\"profile\">"));
    assert_false(shows(exchange, "href=\"profile\""));
    assert_true(
        shows(exchange, "<a rel=\"nofollow\" href=\"example.com/conns\">"));
    assert_true(shows(exchange, "href=\"cmdline\""));
    assert_true(shows(exchange, "href=\"symbol\""));
    assert_true(shows(exchange, "pprof &#39;http://localhost:6060/debug/pprof/"
                                "profile?seconds=5&#39;"));
    assert_non_null(header(exchange, "Content-Security-Policy"));
    pp_serve_free(exchange);
}

/* A Host header is anybody's text: into HTML, and from there into a shell. */
static void the_index_shows_no_host_that_a_shell_would_run(void **state)
{
    static const char *const hosts[] = {"a'$(reboot)'", "<script>", "a b", ""};
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct pp_exchange *exchange = pp_serve_begin(&(struct pp_request){
            .method = "GET",
            .prefix = pp_slice_literal("/debug/pprof"),
            .path = pp_slice_literal("/debug/pprof/"),
            .host = pp_slice_of(hosts[i]),
        });
        assert_true(shows(exchange, "http://HOST:PORT/debug/pprof/profile"));
        if (hosts[i][0])
            assert_false(shows(exchange, hosts[i]));
        pp_serve_free(exchange);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_row_of_the_contract, reset),
        cmocka_unit_test_setup(head_is_get_without_a_body, reset),
        cmocka_unit_test_setup(the_command_line_is_joined_by_nul, reset),
        cmocka_unit_test_setup(symbols_may_be_posted, reset),
        cmocka_unit_test_setup(seconds_are_those_asked_for_or_thirty, reset),
        cmocka_unit_test_setup(the_detail_is_that_asked_for, reset),
        cmocka_unit_test_setup(a_profile_is_started_waited_for_and_stopped,
                               reset),
        cmocka_unit_test_setup(a_snapshot_is_there_at_once, reset),
        cmocka_unit_test_setup(a_second_one_is_told_that_one_is_running, reset),
        cmocka_unit_test_setup(a_client_that_goes_away_ends_its_profile, reset),
        cmocka_unit_test_setup(head_of_a_profile_collects_nothing, reset),
        cmocka_unit_test_setup(what_fails_at_the_end_is_told, reset),
        cmocka_unit_test_setup(any_prefix_will_do, reset),
        cmocka_unit_test_setup(the_index_lists_what_there_is, reset),
        cmocka_unit_test_setup(the_index_shows_no_host_that_a_shell_would_run,
                               reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
