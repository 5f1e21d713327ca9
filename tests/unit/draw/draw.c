/* Pictures, and what is said where there is none. */
#include "draw/draw.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"

static const char small[] = "digraph \"g\" { a -> b [label=\"x\"] }";

static struct pp_buffer draw(const char *dot, const char *format)
{
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    int status = pp_draw(pp_slice_of(dot), format, &out, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, PP_OK);
    return out;
}

/* No child is left, dead or alive. */
static void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void assert_fails(const char *dot, const char *format, int status,
                         const char *words)
{
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    assert_int_equal(pp_draw(pp_slice_of(dot), format, &out, &err), status);
    if (!strstr(err.text, words))
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    assert_null(strchr(err.text, '\n'));
    assert_int_equal(out.size, 0);
    pp_buffer_release(&out);
    assert_no_child();
}

static void every_format_begins_as_it_should(void **state)
{
    static const struct {
        const char *format;
        struct pp_slice magic;
    } formats[] = {
        {"svg", pp_slice_literal("<?xml version=\"1.0\"")},
        {"png", pp_slice_literal("\x89PNG\r\n\x1a\n")},
        {"pdf", pp_slice_literal("%PDF-")},
        {"ps", pp_slice_literal("%!PS-Adobe-")},
        {"gif", pp_slice_literal("GIF8")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        struct pp_buffer out = draw(small, formats[i].format);
        assert_true(
            pp_slice_starts_with(pp_buffer_slice(&out), formats[i].magic));
        pp_buffer_release(&out);
    }
    assert_no_child();
}

static void an_svg_can_be_moved(void **state)
{
    (void)state;
    struct pp_buffer out = draw(small, "svg");
    assert_non_null(strstr(out.data, "<svg width=\"100%\" height=\"100%\""));
    assert_non_null(strstr(out.data, "<g id=\"viewport\" transform="));
    pp_buffer_release(&out);
}

static void what_is_no_graph_is_refused(void **state)
{
    (void)state;
    assert_fails("digraph {", "svg", PP_E_FORMAT,
                 "Graphviz does not understand the graph: Error: ");
    assert_fails("", "svg", PP_E_FORMAT,
                 "Graphviz does not understand the graph: no reason");
    assert_fails(small, "no-such-format", PP_E_SYSTEM,
                 "Graphviz could not draw the graph as no-such-format: "
                 "Error: renderer for no-such-format is unavailable");
}

/* A graph in which everything calls everything keeps Graphviz busy for ever. */
static struct pp_buffer tangle(void)
{
    enum { NODES = 400 };
    struct pp_buffer dot = {0};
    pp_buffer_append_text(&dot, "digraph {");
    for (int i = 0; i < NODES; i++)
        for (int j = 0; j < NODES; j++)
            pp_buffer_format(&dot, "n%d->n%d;", i, (i * 7 + j * 13) % NODES);
    pp_buffer_append_text(&dot, "}");
    return dot;
}

static void what_takes_too_long_is_cut_off(void **state)
{
    (void)state;
    struct pp_buffer dot = tangle();
    setenv("PPROF_DOT_TIMEOUT", "1", 1);
    int64_t start = pp_os_now_ns();
    assert_fails(dot.data, "svg", PP_E_USAGE,
                 "drawing the graph took more than 1 s: have less in it");
    assert_true(pp_os_now_ns() - start < 10 * INT64_C(1000000000));
    unsetenv("PPROF_DOT_TIMEOUT");
    pp_buffer_release(&dot);
}

/* A limit that is none leaves the usual one. */
static void a_limit_is_a_number(void **state)
{
    static const char *const others[] = {"", "0", "-1", "x", "1x"};
    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        setenv("PPROF_DOT_TIMEOUT", others[i], 1);
        struct pp_buffer out = draw(small, "svg");
        pp_buffer_release(&out);
    }
    unsetenv("PPROF_DOT_TIMEOUT");
}

/* Only to break into the waiting. */
static void on_alarm(int signal_number)
{
    (void)signal_number;
}

static void a_signal_does_not_end_the_waiting(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    ualarm(1000, 1000);
    struct pp_buffer out = draw(small, "svg");
    ualarm(0, 0);
    pp_buffer_release(&out);
    assert_no_child();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_format_begins_as_it_should),
        cmocka_unit_test(an_svg_can_be_moved),
        cmocka_unit_test(what_is_no_graph_is_refused),
        cmocka_unit_test(what_takes_too_long_is_cut_off),
        cmocka_unit_test(a_limit_is_a_number),
        cmocka_unit_test(a_signal_does_not_end_the_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
