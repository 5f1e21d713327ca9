/* Java's heap and contention profiles, and the table of their locations. */
#include "show.h"

#define TEXT(literal) pp_slice_literal(literal)

static void heap_samples_stand_for_what_was_left_out(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_java,
                     TEXT("--- heapz 1 ---\n"
                          "format = java\n"
                          "resolution = bytes\n"
                          "  1048576   2 @ 0x00000003 0x04\n"
                          "  0x00000003 com.example.Main.run (Main.java:31)\n"
                          "  0x00000004 GC\n"),
                     "inuse_objects/count inuse_space/bytes\n"
                     "com.example.Main.run:31 | GC 3 1658822 {bytes=524288}\n");
    assert_int_equal(profile->mappings.count, 0);
    pp_profile_free(profile);
}

static void contention_is_multiplied_by_its_period(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_java,
                     TEXT("--- contentionz 1 ---\n"
                          "format = java\n"
                          "resolution = microseconds\n"
                          "sampling period = 100\n"
                          "ms since reset = 6019923\n"
                          " 7 2 @ 0x1 0x2\n"
                          " 0x1 f (F.java:-1)\n"),
                     "contentions/count delay/microseconds\nf | [] 200 700\n");
    assert_int_equal(profile->period, 100);
    assert_int_equal(profile->duration_nanos, 6019923000000);
    pp_profile_free(profile);
}

static const struct {
    const char *line, *function, *file;
    int64_t number;
} places[] = {
    {"0x1 a.B.c (B.java:12)", "a.B.c", "B.java", 12},
    {"\t0x0001  a (b) (c:2) ", "a (b)", "c", 2},
    {"0x1 f  (g:1)", "f ", "g", 1},
    {"0x1 f (g:99999999999999999999)", "f", "g", 0},
    {"0x1 memmove (/lib/libc.so.6)", "memmove", "libc.so.6", 0},
    {"0x1 x (/a/b/)", "x", "b", 0},
    {"0x1 x ()", "x", ".", 0},
    {"0x1 x (:3)", "x", ":3", 0},
    {"0x1 a generated stub/JIT", "STUB", "", 0},
    {"0x1 f(int)", "f(int)", "", 0},
    {"0x1 first\n0x1 second", "second", "", 0},
};

static void assert_text(const struct pp_profile *profile, pp_string string,
                        const char *expected)
{
    assert_true(pp_slice_equal(pp_profile_text(profile, string),
                               pp_slice_of(expected)));
}

static void places_are_told_in_many_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct pp_buffer text = {0};
        pp_buffer_format(&text,
                         "--- contentionz 1 ---\nresolution=x\n1 1 @ 0x1\n%s",
                         places[i].line);
        struct pp_profile *profile;
        assert_int_equal(
            read_form(&pp_format_java, pp_buffer_slice(&text), &profile, NULL),
            PP_OK);
        assert_int_equal(profile->functions.count, 1);
        const struct pp_function *function = &profile->functions.items[0];
        assert_text(profile, function->name, places[i].function);
        assert_text(profile, function->filename, places[i].file);
        assert_int_equal(profile->lines.items[0].line, places[i].number);
        pp_buffer_release(&text);
        pp_profile_free(profile);
    }
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    require_words(&pp_format_java, TEXT("--- heapz 1 ---\nfoo = 1\n"),
                  "Java profile: line 2: unknown attribute");
    require_words(&pp_format_java, TEXT("--- heapz 1 ---\nformat = go\n"),
                  "Java profile: line 2: the attribute has an unknown value");
    require_words(&pp_format_java, TEXT("--- heapz 1 ---\n1 2 @ 0x1\n"),
                  "Java profile: line 2: missing sample type information: no "
                  "\"resolution\" stands in front of the samples");
    require_words(&pp_format_java,
                  TEXT("--- heapz 1 ---\nresolution = bytes\n1 0 @ 0x1\n"),
                  "Java profile: line 3: a sample of 0 objects");
    require_other(&pp_format_java, TEXT("--- heapz 2 ---\n"));
    require_other(&pp_format_java, TEXT("--- heapz 1 ---"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heap_samples_stand_for_what_was_left_out),
        cmocka_unit_test(contention_is_multiplied_by_its_period),
        cmocka_unit_test(places_are_told_in_many_ways),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
