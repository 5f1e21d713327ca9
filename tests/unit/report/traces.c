/* -traces, whole; and that what is printed can be taken away meanwhile. */
#include "print.h"

#define LINE                                                                   \
    "-----------+-------------------------------------------------------\n"

static void prints_each_sample(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    (void)state;
    stacks_add(profile, "main;hot<work;@7", 1500000000);
    stacks_add(profile, "", 5);
    stacks_add(profile, "main", 0);
    stacks_add(profile, "main", -20000);
    assert_prints("traces", profile, &pp_options_default,
                  "Type: cpu\n" LINE "     1.50s   <unknown>\n"
                  "             hot (inline)\n"
                  "             work\n"
                  "             main\n" LINE "         0   main\n" LINE
                  "     -20us   main\n" LINE);
}

static void labels_stand_in_front(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    (void)state;
    stacks_add(profile, "main", 3);
    stacks_label(profile, "bytes", NULL, 2048, "");
    stacks_label(profile, "größe", "ü", 0, "");
    stacks_label(profile, "a_very_long_key", "x", 0, "");
    stacks_label(profile, "größe", "b", 0, "");
    stacks_label(profile, "request", NULL, 1, "");
    stacks_label(profile, "bytes", NULL, 7, "kilobytes");
    assert_prints("traces", profile, &pp_options_default,
                  "Type: cpu\n" LINE "     größe:  ü b\n"
                  "a_very_long_key:  x\n"
                  "     bytes:  2MB 7kB\n"
                  "   request:  1B\n"
                  "         3   main\n" LINE);
}

static void paths_are_whole(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_options options = pp_options_default;
    uint32_t function = pp_profile_add_function(
        profile, pp_slice_literal("f"), pp_slice_literal("f"),
        pp_slice_literal("/proc/self/cwd//a.c"), 0);
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    struct pp_line line = {.function = function, .line = 3};
    int64_t value = 1;
    (void)state;
    pp_profile_set_lines(profile, location, &line, 1);
    pp_profile_add_sample(profile, &location, 1, &value);
    options.granularity = PP_GRANULARITY_LINES;
    options.trim_path = "/proc";
    assert_prints("traces", profile, &options,
                  "Type: cpu\n" LINE
                  "         1   f /proc/self/cwd/a.c:3\n" LINE);
}

/* ---- taking away -------------------------------------------------------- */

struct taken {
    size_t bytes, calls_left;
};

static int take(void *context, struct pp_buffer *out, struct pp_error *err)
{
    struct taken *taken = context;
    assert_int_equal(out->data[out->size - 1], '\n');
    taken->bytes += out->size;
    pp_buffer_clear(out);
    if (taken->calls_left-- == 0)
        return pp_fail(err, PP_E_SYSTEM, "full");
    return PP_OK;
}

static int print_much(struct taken *taken, struct pp_buffer *out,
                      struct pp_error *err)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_report_output output = {
        .out = out, .context = taken, .drain = take};
    for (int i = 0; i < 40000; i++)
        stacks_add(profile, "main", i);
    int status = pp_report_print(pp_report_find(pp_slice_literal("traces")),
                                 profile, &pp_options_default, &output, err);
    pp_profile_free(profile);
    return status;
}

static void can_be_taken_away(void **state)
{
    struct taken taken = {.calls_left = 100};
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    size_t line = sizeof LINE - 1, frame = sizeof "         1   main\n" - 1;
    (void)state;
    assert_int_equal(print_much(&taken, &out, &err), 0);
    assert_true(taken.calls_left < 99);
    assert_true(out.size < 2 << 20);
    assert_int_equal(taken.bytes + out.size,
                     sizeof "Type: cpu\n" - 1 + 40000 * (line + frame) + line);
    pp_buffer_release(&out);
}

static void ends_where_nothing_can_be_taken(void **state)
{
    struct taken taken = {.calls_left = 1};
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    (void)state;
    assert_int_equal(print_much(&taken, &out, &err), PP_E_SYSTEM);
    assert_string_equal(err.text, "full");
    assert_true(taken.bytes < 3 << 20);
    pp_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_each_sample),
        cmocka_unit_test(labels_stand_in_front),
        cmocka_unit_test(paths_are_whole),
        cmocka_unit_test(can_be_taken_away),
        cmocka_unit_test(ends_where_nothing_can_be_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
