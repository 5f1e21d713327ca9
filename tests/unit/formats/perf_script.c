/* `perf script`: heads with and without their fields, frames with all that perf
 * writes around them, and text that is no such thing. */
#include "show.h"

static void require_script(const char *text, const char *expected)
{
    pp_profile_free(
        require_read(&pp_format_perf_script, pp_slice_of(text), expected));
}

/* ---- heads -------------------------------------------------------------- */

#define FRAME "\t            1234 f+0x4 (/bin/x)\n\n"
#define READ_FRAME "f@1234[/bin/x]"

static void test_heads_have_the_fields_they_have(void **state)
{
    (void)state;
    static const struct {
        const char *head, *types, *values;
    } cases[] = {
        {"x 7  1534.655776:     250000 cpu-clock: ",
         "samples/count cpu-clock/nanoseconds", " 1 250000 {thread=x tid=7}"},
        {"x    5/7     [003]  1534.655776612:        1 cycles:u: ",
         "samples/count cycles:u/count", " 1 1 {thread=x pid=5 tid=7}"},
        {"Chrome IO 2 Thread 7 [000] 12.5: 33 cpu/event=0x3c,umask=0x0/u: ",
         "samples/count cpu/event=0x3c,umask=0x0/u/count",
         " 1 33 {thread=Chrome IO 2 Thread tid=7}"},
        {"kworker/0:1-ev   -1/0  1.000000: sched:sched_switch: prev_comm=x",
         "samples/count sched:sched_switch/count",
         " 1 1 {thread=kworker/0:1-ev pid=-1 tid=0}"},
        {"x 7  1534.655776: cpu-clock:ppp: ",
         "samples/count cpu-clock:ppp/count", " 1 1 {thread=x tid=7}"},
        {"x 7 cpu-clock: ", "samples/count cpu-clock/count",
         " 1 1 {thread=x tid=7}"},
        {"7 cpu-clock: ", "samples/count cpu-clock/count", " 1 1 {tid=7}"},
        {"x y cycles: ", "samples/count cycles/count", " 1 1 {thread=x y}"},
        {"x 7  1534.655776: ", "samples/count", " 1 {thread=x tid=7}"},
        {"x 7 ", "samples/count", " 1 {thread=x tid=7}"},
        {"x ", "samples/count", " 1 {thread=x}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pp_buffer text = {0}, expected = {0};
        pp_buffer_format(&text, "%s\n" FRAME, cases[i].head);
        pp_buffer_format(&expected, "%s\n" READ_FRAME "%s\n", cases[i].types,
                         cases[i].values);
        require_script(text.data, expected.data);
        pp_buffer_release(&text);
        pp_buffer_release(&expected);
    }
}

static void test_kinds_of_events_are_sample_types(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_perf_script,
        pp_slice_literal("# captured on: today\n#\n"
                         "x 7 10.000001:  5000 cycles: \n" FRAME
                         "x 7 10.000101:     2 page-faults: \n" FRAME
                         "y 8 10.000051:  6000 cycles: \n\n"),
        "samples/count cycles/count page-faults/count\n" READ_FRAME
        " 1 5000 0 {thread=x tid=7}\n" READ_FRAME " 1 0 2 {thread=x tid=7}\n"
        " 1 6000 0 {thread=y tid=8}\n");
    assert_int_equal(profile->duration_nanos, 100000);
    assert_int_equal(profile->locations.count, 1);
    assert_int_equal(profile->comments.count, 0);
    struct pp_error err = {0};
    assert_int_equal(
        pp_profile_sample_index(profile, (struct pp_slice){0}, &err), 1);
    pp_profile_free(profile);
}

/* ---- frames ------------------------------------------------------------- */

static void test_frames_are_symbols_in_objects(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_perf_script,
        pp_slice_literal(
            "x 7 1.5: 3 cycles: \n"
            "\tffffffff813fd9d8 do_idle+0x8 ([kernel.kallsyms])\n"
            "\t             100 a::f(int) const+0x10 (/memfd:m (deleted))\n"
            "\t             200 operator()(int) (/lib/b c.so)\n"
            "\t             300 [unknown] (/lib/b c.so)\n"
            "\t             400 [unknown] ([unknown])\n"
            "\t             500 LFoo;::bar+0xff (/tmp/perf-7.map)\n"
            "\t             600 g\n"
            "\t               0 [unknown] ([unknown])\n\n"),
        "samples/count cycles/count\n"
        "do_idle@ffffffff813fd9d8[[kernel.kallsyms]] | "
        "a::f(int) const@100[/memfd:m (deleted)] | "
        "operator()(int)@200[/lib/b c.so] | @300[/lib/b c.so] | @400 | "
        "LFoo;::bar@500[/tmp/perf-7.map] | g@600 |  1 3 {thread=x tid=7}\n");
    assert_int_equal(profile->mappings.count, 4);
    const struct pp_mapping *mapping = &profile->mappings.items[2];
    assert_int_equal(mapping->start, 0);
    assert_int_equal(mapping->limit, 0x301);
    assert_true(mapping->has_functions);
    pp_profile_free(profile);
}

static void test_inlined_frames_are_lines(void **state)
{
    (void)state;
    require_script("x 7 1.5: 3 cycles: \n"
                   "\t             100 c+0x1 (inlined)\n"
                   "\t             200 b+0x1 (inlined)\n"
                   "\t             200 a+0x1 (/bin/x)\n"
                   "\t             300 m+0x1 (/bin/x)\n\n",
                   "samples/count cycles/count\n"
                   "c@100 | b,a@200[/bin/x] | m@300[/bin/x] 1 3 "
                   "{thread=x tid=7}\n");
}

static void test_source_lines_are_read(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_perf_script,
        pp_slice_literal("x 7 1.5: 3 cycles: \n"
                         "\t             200 b+0x1\n"
                         "  b.h:369 (inlined)\n"
                         "\t             200 a+0x1 (/bin/x)\n"
                         "  a.c:11 (discriminator 3)\n"
                         "\t             300 m+0x1 (/bin/x)\n"
                         "  x[300]\n"
                         "\t             400 s+0x1 (/bin/x)\n"
                         "  ??:0\n\n"),
        "samples/count cycles/count\n"
        "b:369,a:11@200[/bin/x] | m@300[/bin/x] | s@400[/bin/x] 1 3 "
        "{thread=x tid=7}\n");
    struct pp_slice file =
        pp_profile_text(profile, profile->functions.items[0].filename);
    assert_true(pp_slice_equal(file, pp_slice_literal("b.h")));
    assert_int_equal(profile->comments.count, 0);
    pp_profile_free(profile);
}

static void test_without_stacks_the_frame_is_in_the_head(void **state)
{
    (void)state;
    require_script(
        "            work 16  17.206721:     250000 cpu-clock:      7ff4a "
        "get+0x7a (/lib/ld.so)\n"
        "  get.c:355\n"
        "            work 16  17.206965:     250000 cpu-clock:  ffffffff8 "
        "[unknown] ([kernel.kallsyms])",
        "samples/count cpu-clock/nanoseconds\n"
        "get:355@7ff4a[/lib/ld.so] 1 250000 {thread=work tid=16}\n"
        "@ffffffff8[[kernel.kallsyms]] 1 250000 {thread=work tid=16}\n");
}

/* ---- what is not understood --------------------------------------------- */

static void test_strays_are_counted(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_perf_script,
        pp_slice_literal(
            "x 7 0.5: PERF_RECORD_MMAP2 7/7: [0x1000(0x10) @ 0]: r-xp /x\n"
            "x 7 1.5: 3 cycles: \n"
            "\t            1234 f+0x4 (/bin/x)\n"
            "\tno frame\n\n"
            "neither head nor frame\n"),
        "samples/count cycles/count\n" READ_FRAME " 1 3 {thread=x tid=7}\n");
    assert_int_equal(profile->comments.count, 1);
    struct pp_slice comment =
        pp_profile_text(profile, profile->comments.items[0]);
    assert_true(pp_slice_equal(
        comment, pp_slice_literal("perf script: 2 of 6 lines were not "
                                  "understood, the first is line 4")));
    pp_profile_free(profile);
}

static void test_kinds_have_a_ceiling(void **state)
{
    (void)state;
    struct pp_buffer text = {0};
    for (int i = 0; i < 65; i++)
        pp_buffer_format(&text, "x 7 1.5: e%d: \n\n", i);
    require_words(&pp_format_perf_script, pp_buffer_slice(&text),
                  "perf script: line 129: more than 64 kinds of events");
    pp_buffer_release(&text);
}

static void test_other_text_is_not_swallowed(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "\n# remark\n",
        "Error 404",
        "a;b;c 5\n",
        "2026-11-21 10:00:00.123456: error: no\n",
        "goroutine 1 [running]:\n\tadd it\n",
        "x 7 cpu-clock: \n",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        require_other(&pp_format_perf_script, pp_slice_of(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads_have_the_fields_they_have),
        cmocka_unit_test(test_kinds_of_events_are_sample_types),
        cmocka_unit_test(test_frames_are_symbols_in_objects),
        cmocka_unit_test(test_inlined_frames_are_lines),
        cmocka_unit_test(test_source_lines_are_read),
        cmocka_unit_test(test_without_stacks_the_frame_is_in_the_head),
        cmocka_unit_test(test_strays_are_counted),
        cmocka_unit_test(test_kinds_have_a_ceiling),
        cmocka_unit_test(test_other_text_is_not_swallowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
