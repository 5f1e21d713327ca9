/* speedscope's JSON: both kinds of profiles, units, keys in any order, and what
 * is refused at which byte. */
#include "show.h"

static void require_speedscope(const char *text, const char *expected)
{
    pp_profile_free(
        require_read(&pp_format_speedscope, pp_slice_of(text), expected));
}

#define FRAMES                                                                 \
    "\"shared\":{\"frames\":[{\"name\":\"main\",\"file\":\"m.c\",\"line\":3}," \
    "{\"name\":\"f\"},{\"name\":\"g\",\"line\":7,\"col\":2}]}"
#define FILE_OF(profiles) "{" FRAMES ",\"profiles\":[" profiles "]}"

/* ---- what is read ------------------------------------------------------- */

static void test_sampled(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_speedscope,
        pp_slice_literal(FILE_OF(
            "{\"type\":\"sampled\",\"name\":\"p\",\"unit\":\"bytes\","
            "\"startValue\":0,\"endValue\":9,"
            "\"samples\":[[0,1],[0,1,2],[0,1],[]],\"weights\":[3,2,4,100]}")),
        "space/bytes\nf | main:3 7\ng:7 | f | main:3 2\n");
    assert_int_equal(profile->locations.count, 3);
    assert_int_equal(profile->functions.count, 3);
    pp_profile_free(profile);
}

static void test_evented(void **state)
{
    (void)state;
    require_speedscope(
        FILE_OF("{\"type\":\"evented\",\"name\":\"p\",\"unit\":\"none\","
                "\"startValue\":0,\"endValue\":30,\"events\":["
                "{\"type\":\"O\",\"frame\":0,\"at\":5},"
                "{\"type\":\"O\",\"frame\":1,\"at\":10},"
                "{\"type\":\"C\",\"frame\":1,\"at\":12},"
                "{\"type\":\"C\",\"frame\":0,\"at\":20},"
                "{\"type\":\"O\",\"frame\":0,\"at\":25},"
                "{\"type\":\"C\",\"frame\":0,\"at\":26}]}"),
        "samples/count\nmain:3 14\nf | main:3 2\n");
}

static void test_keys_come_in_any_order(void **state)
{
    (void)state;
    require_speedscope(
        " {\"exporter\":{\"profiles\":[[{\"a\":null}],1]},\"profiles\":[{"
        "\"weights\":[0.0015,2e-3],\"samples\":[[0],[1]],\"x\":[[[]],{}],"
        "\"unit\":\"seconds\",\"name\":null,\"type\":\"sampled\"}]," FRAMES
        ",\"activeProfileIndex\":true}\n",
        "time/nanoseconds\nmain:3 1500000\nf 2000000\n");
}

#define ONE(name, unit)                                                        \
    "{\"type\":\"sampled\",\"name\":\"" name "\",\"unit\":\"" unit             \
    "\",\"samples\":[[0]],\"weights\":[2]}"

static void test_equal_units_are_one_sample_type(void **state)
{
    (void)state;
    require_speedscope(
        FILE_OF(ONE("a", "milliseconds") "," ONE("b", "microseconds") "," ONE(
            "c", "bytes") "," ONE("", "nanoseconds")),
        "time/nanoseconds space/bytes\n"
        "main:3 2000000 0 {profile=a}\n"
        "main:3 2000 0 {profile=b}\n"
        "main:3 0 2 {profile=c}\n"
        "main:3 2 0\n");
}

static void test_texts_are_unescaped(void **state)
{
    (void)state;
    require_speedscope(
        "{\"shared\":{\"frames\":[{\"name\":\"a\\\"\\u00e9\\n\"}]},"
        "\"profiles\":[" ONE("a", "none") "]}",
        "samples/count\na\"\xc3\xa9\n 2\n");
}

static void test_no_profiles_are_an_empty_one(void **state)
{
    (void)state;
    require_speedscope(FILE_OF(""), "\n");
}

/* ---- what is refused ---------------------------------------------------- */

#define SAMPLED(rest) FILE_OF("{\"type\":\"sampled\"," rest "}")
#define EVENTED(events)                                                        \
    FILE_OF("{\"type\":\"evented\",\"events\":[" events "]}")

static void test_broken_files_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{\"profiles\":[],\"shared\":",
         "speedscope: byte 24: parse error: premature EOF"},
        {"{\"profiles\":[],\"shared\":{}}x",
         "speedscope: byte 28: parse error: trailing garbage"},
        {"{\"profiles\":{},\"shared\":{}}",
         "speedscope: byte 13: a value is of another type than it should be"},
        {"{\"profiles\":[null],\"shared\":{}}",
         "speedscope: byte 17: a value is of another type than it should be"},
        {FILE_OF("{}"),
         "speedscope: byte 118: profile 1: it is neither sampled nor evented"},
        {SAMPLED("\"samples\":[[-1]]"),
         "speedscope: byte 148: the number of a frame, line or column is "
         "none"},
        {SAMPLED("\"samples\":[[0.5]]"),
         "speedscope: byte 149: the number of a frame, line or column is "
         "none"},
        {SAMPLED("\"weights\":[1e999]"),
         "speedscope: byte 150: a number is too large"},
        {SAMPLED("\"samples\":[[0]],\"weights\":[1,2]"),
         "speedscope: byte 166: profile 1: 1 samples, but 2 weights"},
        {SAMPLED("\"samples\":[[3]],\"weights\":[1]"),
         "speedscope: frame 3 of 3 is not there"},
        {FILE_OF(ONE("a", "apples")),
         "speedscope: profile 1: unknown unit apples"},
        {EVENTED("{\"type\":\"O\",\"frame\":0,\"at\":5},"
                 "{\"type\":\"C\",\"frame\":0,\"at\":4}"),
         "speedscope: byte 205: profile 1: event 2 is before the last"},
        {EVENTED("{\"type\":\"O\",\"frame\":0,\"at\":5},"
                 "{\"type\":\"C\",\"frame\":1,\"at\":6}"),
         "speedscope: byte 205: profile 1: event 2 closes a frame that is not "
         "the innermost"},
        {EVENTED("{\"type\":\"C\",\"frame\":1,\"at\":6}"),
         "speedscope: byte 175: profile 1: event 1 closes a frame that is not "
         "the innermost"},
        {EVENTED("{\"type\":\"O\",\"frame\":0,\"at\":5}"),
         "speedscope: byte 175: profile 1: event 1 is the last, but frames are "
         "open still"},
        {EVENTED("{\"type\":\"OC\",\"frame\":0,\"at\":5}"),
         "speedscope: byte 176: profile 1: event 1 has no type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        require_words(&pp_format_speedscope, pp_slice_of(cases[i].text),
                      cases[i].words);
}

static void append_repeated(struct pp_buffer *out, const char *text, int times)
{
    for (int i = 0; i < times; i++)
        pp_buffer_append_text(out, text);
}

static void test_depth_is_bounded(void **state)
{
    (void)state;
    struct pp_buffer text = {0};
    pp_buffer_append_text(&text, "{\"shared\":{},\"profiles\":[],\"x\":");
    append_repeated(&text, "[", 1001);
    require_words(&pp_format_speedscope, pp_buffer_slice(&text),
                  "speedscope: byte 1032: brackets more than 1000 deep");
    pp_buffer_release(&text);
}

/* One chain of calls, each with a weight of its own. */
static void test_stacks_are_bounded_by_the_file(void **state)
{
    (void)state;
    struct pp_buffer text = {0};
    pp_buffer_append_text(&text, "{\"shared\":{\"frames\":[{}]},\"profiles\":[{"
                                 "\"type\":\"evented\",\"events\":[");
    enum { DEPTH = 10000 };
    for (int i = 0; i < DEPTH; i++)
        pp_buffer_format(&text, "%s{\"type\":\"O\",\"frame\":0,\"at\":%d}",
                         i ? "," : "", i);
    for (int i = 0; i < DEPTH; i++)
        pp_buffer_format(&text, ",{\"type\":\"C\",\"frame\":0,\"at\":%d}",
                         DEPTH);
    pp_buffer_append_text(&text, "]}]}");
    require_words(&pp_format_speedscope, pp_buffer_slice(&text),
                  "speedscope: its stacks are far longer than the file");
    pp_buffer_release(&text);
}

static void test_other_json_is_not_swallowed(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "[\"profiles\",\"shared\"]",
        "{\"profiles\":[]}",
        "{\"traceEvents\":[]}",
        "profiles shared",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        require_other(&pp_format_speedscope, pp_slice_of(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sampled),
        cmocka_unit_test(test_evented),
        cmocka_unit_test(test_keys_come_in_any_order),
        cmocka_unit_test(test_equal_units_are_one_sample_type),
        cmocka_unit_test(test_texts_are_unescaped),
        cmocka_unit_test(test_no_profiles_are_an_empty_one),
        cmocka_unit_test(test_broken_files_are_told),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_stacks_are_bounded_by_the_file),
        cmocka_unit_test(test_other_json_is_not_swallowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
