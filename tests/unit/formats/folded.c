/* Folded stacks: which lines are such, what they say, and what text is not. */
#include "show.h"

static void require_folded(const char *text, const char *expected)
{
    pp_profile_free(
        require_read(&pp_format_folded, pp_slice_of(text), expected));
}

/* ---- what lines say ----------------------------------------------------- */

static void test_stacks_are_read_leaf_first(void **state)
{
    (void)state;
    require_folded("main;f;g 3\nmain;f 4\nmain;f;g 5\n", "samples/count\n"
                                                         "g | f | main 3\n"
                                                         "f | main 4\n"
                                                         "g | f | main 5\n");
}

static void test_names_and_locations_are_there_once(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_folded, pp_slice_literal("a;b;a 1\nb;a 2"),
                     "samples/count\na | b | a 1\na | b 2\n");
    assert_int_equal(profile->functions.count, 2);
    assert_int_equal(profile->locations.count, 2);
    pp_profile_free(profile);
}

static void test_names_may_hold_blanks_and_numbers(void **state)
{
    (void)state;
    require_folded("my thread;operator new(unsigned long);f<1, 2> 3 7\na;b 1\n",
                   "samples/count\n"
                   "f<1, 2> 3 | operator new(unsigned long) | my thread 7\n"
                   "b | a 1\n");
}

static void test_frames_may_be_empty(void **state)
{
    (void)state;
    require_folded(";a;; 1\n", "samples/count\n |  | a |  1\n");
}

static void test_remarks_and_ends_of_lines_are_skipped(void **state)
{
    (void)state;
    require_folded("# stacks\r\n\r\na;b 1  \r\n   \na;c\t2\n\na;d -3",
                   "samples/count\nb | a 1\nc | a 2\nd | a -3\n");
}

static void test_inlined_frames_are_lines_of_their_caller(void **state)
{
    (void)state;
    require_folded(
        "main;f;g_[i];h_[i];sys_[k] 1\nmain;f 2\nx_[i];jit_[j] 3\nf;g_[i] 4\n",
        "samples/count\n"
        "sys_[k] | h,g,f | main 1\n"
        "f | main 2\n"
        "jit_[j] | x_[i] 3\n"
        "g,f 4\n");
}

static void test_two_counts_are_before_and_after(void **state)
{
    (void)state;
    require_folded("a;b 10 12\na;c 0 5\n", "before/count after/count\n"
                                           "b | a 10 12\n"
                                           "c | a 0 5\n");
}

static void test_decimals_may_say_nothing(void **state)
{
    (void)state;
    require_folded("a;b 10.\na;c 5.00\n", "samples/count\nb | a 10\nc | a 5\n");
}

static void test_a_line_may_be_huge(void **state)
{
    (void)state;
    enum { DEPTH = 1000000 };
    struct pp_buffer text = {0};
    for (int i = 0; i < DEPTH; i++)
        pp_buffer_append_text(&text, i ? ";f" : "f");
    pp_buffer_append_text(&text, " 1");
    struct pp_profile *profile;
    struct pp_error err = {0};
    int status =
        read_form(&pp_format_folded, pp_buffer_slice(&text), &profile, &err);
    assert_int_equal(status, PP_OK);
    assert_int_equal(profile->samples.items[0].stack_depth, DEPTH);
    assert_int_equal(profile->locations.count, 1);
    pp_profile_free(profile);
    pp_buffer_release(&text);
}

/* ---- what is refused ---------------------------------------------------- */

#define TEN_LINES                                                              \
    "a;b 1\n\na;b 2\na;b 3\na;b 4\na;b 5\na;b 6\na;b 7\na;b 8\n"               \
    "a;b 9\na;b 10\n"

static void test_broken_lines_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {TEN_LINES "a;b\n", "folded stacks: line 12: no count at its end"},
        {TEN_LINES "12\n", "folded stacks: line 12: no count at its end"},
        {TEN_LINES "a;b 1e5\n", "folded stacks: line 12: no count at its end"},
        {TEN_LINES "a;b -\n", "folded stacks: line 12: no count at its end"},
        {"# 1\na;b 0.5",
         "folded stacks: line 2: the count 0.5 is not a whole number: scale "
         "all counts up so that they are"},
        {"a;b 9223372036854775808\n",
         "folded stacks: line 1: the count 9223372036854775808 is too large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        require_words(&pp_format_folded, pp_slice_of(cases[i].text),
                      cases[i].words);
}

static void test_other_text_is_not_swallowed(void **state)
{
    (void)state;
    static const struct pp_slice others[] = {
        pp_slice_literal(""),
        pp_slice_literal("\n\n# only remarks 5\n"),
        pp_slice_literal("Not Found"),
        pp_slice_literal("Error 404"),
        pp_slice_literal("404 page not found\n"),
        pp_slice_literal("<html><body>a;b 1\n</body></html>\n"),
        pp_slice_literal("2026-11-21 started; pid 5\nready\n"),
        pp_slice_literal("a;b 1\na;b\n"),
        pp_slice_literal("a;b 1\n 1\n"),
        pp_slice_literal("one 1\ntwo 2\nthree 3\n"),
        pp_slice_literal("a;\0b 1\n"),
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        require_other(&pp_format_folded, others[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stacks_are_read_leaf_first),
        cmocka_unit_test(test_names_and_locations_are_there_once),
        cmocka_unit_test(test_names_may_hold_blanks_and_numbers),
        cmocka_unit_test(test_frames_may_be_empty),
        cmocka_unit_test(test_remarks_and_ends_of_lines_are_skipped),
        cmocka_unit_test(test_inlined_frames_are_lines_of_their_caller),
        cmocka_unit_test(test_two_counts_are_before_and_after),
        cmocka_unit_test(test_decimals_may_say_nothing),
        cmocka_unit_test(test_a_line_may_be_huge),
        cmocka_unit_test(test_broken_lines_are_told),
        cmocka_unit_test(test_other_text_is_not_swallowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
