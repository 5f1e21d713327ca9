/* Contention of C++ and of Go. */
#include "show.h"

#define TEXT(literal) pp_slice_literal(literal)

static void cycles_of_samples_become_nanoseconds_of_all(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_contention,
        TEXT("--- contentionz 1 ---\n"
             "cycles/second = 2000000000\n"
             "sampling period = 100\n"
             "ms since reset = 5\n"
             "discarded samples = 0\n"
             "  4000 3 @ 0x11 0x21\n"),
        "contentions/count delay/nanoseconds\n@10[] | @20[] 300 200000\n");
    assert_int_equal(profile->period, 100);
    assert_int_equal(profile->duration_nanos, 5000000);
    assert_true(
        pp_slice_starts_with(pp_profile_text(profile, profile->drop_frames),
                             TEXT("RecordLockProfileData|")));
    pp_profile_free(profile);
}

static void rows_need_no_attributes(void **state)
{
    (void)state;
    pp_profile_free(require_read(&pp_format_contention,
                                 TEXT("--- mutex:\n7 2 @ 0x2\n123 @ 0x2\n"),
                                 "contentions/count delay/nanoseconds\n"
                                 "@1[] 2 7\n@1[] 3 12\n"));
    pp_profile_free(require_read(&pp_format_contention,
                                 TEXT("--- contention:\n"),
                                 "contentions/count delay/nanoseconds\n"));
}

/* What Java says is its own; what is unknown may be, so both count if nobody
 * knows better. */
static void java_is_left_to_others(void **state)
{
    (void)state;
    require_other(&pp_format_contention,
                  TEXT("--- contentionz 1 ---\nformat = java\n"));
    require_other(&pp_format_contention, TEXT("--- heapz 1 ---\n"));
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_error err = {0};
    assert_int_equal(
        pp_formats_read(profile,
                        TEXT("--- contentionz 1 ---\ncycles/second = 1\n1 2\n"),
                        &err),
        PP_E_FORMAT);
    assert_string_equal(err.text, "contention profile: line 3: expected "
                                  "\"DELAY COUNT @ 0x... 0x...\"");
    pp_profile_free(profile);
}

/* Each place of a line is looked at a few times, however long the line: this
 * would take hours otherwise. */
static void long_lines_take_no_longer_than_they_are(void **state)
{
    struct pp_buffer text = {0};
    struct pp_profile *profile = pp_profile_new(0);
    (void)state;
    pp_buffer_append_text(&text, "--- contentionz 1 ---\n");
    for (int i = 0; i < 4 << 20; i++)
        pp_buffer_append_char(&text, i ? ' ' : '1');
    pp_buffer_append_text(&text, "2 3 @ 0x11\n");
    assert_int_equal(pp_formats_read(profile, pp_buffer_slice(&text), NULL), 0);
    assert_int_equal(pp_sample_values(profile, 0)[0], 3);
    pp_profile_free(profile);
    pp_buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cycles_of_samples_become_nanoseconds_of_all),
        cmocka_unit_test(rows_need_no_attributes),
        cmocka_unit_test(java_is_left_to_others),
        cmocka_unit_test(long_lines_take_no_longer_than_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
