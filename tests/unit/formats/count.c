/* Go's count profiles. */
#include "show.h"

#define TEXT(literal) pp_slice_literal(literal)

static void rows_are_samples(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_count,
                     TEXT("# remark\n\ngoroutine profile: total 3\n"
                          "2 @ 0x11 0x21\n#\t0x10\tmain.f+0x1\n\n"
                          "010 @ 0x11\n"
                          "--- more\n--- Memory map: ---\n10-30: /bin/prog\n"),
                     "goroutine/count\n"
                     "@10[/bin/prog] | @20[/bin/prog] 2\n"
                     "@10[/bin/prog] 8\n");
    assert_int_equal(profile->period, 1);
    assert_true(pp_slice_starts_with(
        pp_profile_text(profile, profile->drop_frames), TEXT("ProfileData")));
    pp_profile_free(profile);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const char *const rows[] = {"1 @",    "1 @ 0x",   "1 @ 0x1 x",
                                       "1 @0x1", " 1 @ 0x1", "1 @ 0x1  0x2"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pp_buffer text = {0};
        pp_buffer_format(&text, "a profile: total 1\n%s\n", rows[i]);
        require_words(&pp_format_count, pp_buffer_slice(&text),
                      "Go count profile: line 2: expected \"COUNT @ 0x... "
                      "0x...\"");
        pp_buffer_release(&text);
    }
    require_words(&pp_format_count, TEXT("a profile: total 1\n08 @ 0x1\n"),
                  "Go count profile: line 2: the count is no number of 63 "
                  "bits");
    require_words(&pp_format_count,
                  TEXT("a profile: total 1\n1 @ 0x10000000000000000\n"),
                  "Go count profile: line 2: an address has more than 64 bits");
    require_other(&pp_format_count, TEXT("a profile: total x\n"));
    require_other(&pp_format_count, TEXT("a b profile: total 1\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_samples),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
