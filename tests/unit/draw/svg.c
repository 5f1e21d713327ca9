/* What becomes of Graphviz's SVG. */
#include "draw/svg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

extern const char pp_web_svgpan_js[];

#define HEAD "<?xml version=\"1.0\"?>\n<svg width=\"10pt\" height=\"5pt\"\n"
#define GRAPH "<g id=\"graph0\" class=\"graph\">"

static void assert_finished(const char *picture, const char *expected)
{
    struct pp_buffer out = {0};
    pp_svg_finish(&out, pp_slice_of(picture));
    assert_false(out.failed);
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
}

static void it_fills_its_window_and_can_be_moved(void **state)
{
    (void)state;
    struct pp_buffer expected = {0};
    pp_buffer_format(&expected,
                     "<?xml version=\"1.0\"?>\n"
                     "<svg width=\"100%%\" height=\"100%%\" xmlns=\"x\">\n"
                     "<script type=\"text/ecmascript\"><![CDATA[\n%s]]>"
                     "</script><g id=\"viewport\" transform=\"scale(0.5,0.5) "
                     "translate(0,0)\">" GRAPH "<text>a</text></g>\n"
                     "</g></svg>\n",
                     pp_web_svgpan_js);
    assert_finished(HEAD " viewBox=\"0 0 10 5\" xmlns=\"x\">\n" GRAPH
                         "<text>a</text></g>\n</svg>\n",
                    expected.data);
    pp_buffer_release(&expected);
}

static void another_shape_stays(void **state)
{
    static const char *const others[] = {
        "",
        "<p>not this</p>",
        "<svg",
        "<svg width=\"1\" height=\"1\" viewBox=\"0",
        "<svg width=\"1\" height=\"1\" viewBox=\"0\"></svg>",
        HEAD " x=\"\" viewBox=\"0 0 10 5\">" GRAPH "</g></svg>",
        HEAD " viewBox=\"0 0 10 5\">" GRAPH "</g>",
        HEAD " viewBox=\"0 0 10 5\"></svg>" GRAPH "</g>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        struct pp_buffer out = {0};
        pp_svg_finish(&out, pp_slice_of(others[i]));
        assert_int_equal(out.size, strlen(others[i]));
        assert_memory_equal(out.data ? out.data : "", others[i], out.size);
        pp_buffer_release(&out);
    }
}

/* XML knows no control characters, not even as entities. */
static void it_is_xml_whatever_the_names(void **state)
{
    (void)state;
    assert_finished("a\tb\nc\x01"
                    "d\x1b[31m\xff\xc3\xa9\xef\xbf\xbf.",
                    "a\tb\nc" PP_UTF8_REPLACEMENT "d" PP_UTF8_REPLACEMENT
                    "[31m" PP_UTF8_REPLACEMENT "\xc3\xa9" PP_UTF8_REPLACEMENT
                    ".");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_fills_its_window_and_can_be_moved),
        cmocka_unit_test(another_shape_stays),
        cmocka_unit_test(it_is_xml_whatever_the_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
