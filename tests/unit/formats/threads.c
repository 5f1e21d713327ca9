/* threadz. */
#include "show.h"

#define TEXT(literal) pp_slice_literal(literal)

static void threads_are_samples(void **state)
{
    (void)state;
    pp_profile_free(
        require_read(&pp_format_threads,
                     TEXT("--- threadz 1 ---\n\n"
                          "--- Thread 7f03 (name: main/1 (x)/12) stack: ---\n"
                          "  0x10 0x21\n"
                          "  0x31 some words\n"
                          "--- Thread 7f04 (name: worker/13) stack: ---\n"
                          "  [same as previous thread]\n"
                          "--- Thread 7f05 (name: /14) stack: ---\n"
                          "  0x10 0x10 0x21\n"
                          "--- Memory map: ---\n10-40 /bin/prog\n"),
                     "thread/count\n"
                     "@10[/bin/prog] | @20[/bin/prog] | @30[/bin/prog] 2\n"
                     "@10[/bin/prog] | @20[/bin/prog] 1\n"));
}

static void a_thread_may_come_first(void **state)
{
    (void)state;
    pp_profile_free(
        require_read(&pp_format_threads,
                     TEXT("\n--- Thread 1 (name: a/1) stack: ---\n 0x7\n"
                          "---- no stack trace for thread 2\n"),
                     "thread/count\n@7[] 1\n"));
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    const char *words = "threadz profile: line 3: expected \"--- Thread ID "
                        "(name: NAME/ID) stack: ---\" or \"--- Memory map: "
                        "---\"";
    require_words(&pp_format_threads,
                  TEXT("--- threadz 1 ---\n--- Thread 1 (name: a/1) stack: "
                       "---\n--- rubbish\n"),
                  words);
    require_words(&pp_format_threads,
                  TEXT("--- threadz 1 ---\n--- Thread 1 (name: a/1) stack: "
                       "---\n 0x1\n"),
                  words);
    require_other(&pp_format_threads, TEXT("--- threadz x ---\n"));
    require_other(&pp_format_threads,
                  TEXT("--- Thread 1 (name: a) stack: ---"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_are_samples),
        cmocka_unit_test(a_thread_may_come_first),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
