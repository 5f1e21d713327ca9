/* Heap, growth and fragmentation profiles as text. */
#include "show.h"

#define TEXT(literal) pp_slice_literal(literal)

static void objects_in_use_are_read(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_heap,
        TEXT("heap profile: 3: 48 [3: 48] @ heapprofile\n"
             "# a remark\n"
             "  2: 32 [2: 32] @ 0x401001 0x402001\r\n"
             "  1: 16 [1: 16] @ 0x401001\n"
             "\n"
             "MAPPED_LIBRARIES:\n"
             "00400000-00500000 r-xp 00000000 08:01 12   /bin/prog\n"),
        "objects/count space/bytes\n"
        "@401000[/bin/prog] | @402000[/bin/prog] 2 32 {bytes=16}\n"
        "@401000[/bin/prog] 1 16 {bytes=16}\n");
    assert_int_equal(profile->period, 1);
    assert_int_equal(profile->locations.count, 2);
    pp_profile_free(profile);
}

static void allocations_come_first(void **state)
{
    (void)state;
    pp_profile_free(require_read(
        &pp_format_heap,
        TEXT("heap profile: 1: 10 [2: 30] @ heapprofile\n"
             "1: 10 [2: 30] @ 0x2\n"
             "0: 0 [1: 5] @ 0x2\n"),
        "alloc_objects/count alloc_space/bytes inuse_objects/count "
        "inuse_space/bytes\n"
        "@1[] 2 30 1 10 {bytes=10}\n"
        "@1[] 1 5 0 0 {bytes=5}\n"));
}

/* 1 / (1 - exp(-512/1024)) is 2.541; Go tells twice the rate. */
static void samples_stand_for_what_was_left_out(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_heap,
                     TEXT("heap profile: 10: 5120 [10: 5120] @ heap_v2/1024\n"
                          "10: 5120 [10: 5120] @ 0x2\n"),
                     "objects/count space/bytes\n@1[] 25 13012 {bytes=512}\n");
    assert_int_equal(profile->period, 1024);
    pp_profile_free(profile);
    profile =
        require_read(&pp_format_heap,
                     TEXT("heap profile: 10: 5120 [10: 5120] @ heap/2048\n"
                          "10: 5120 [10: 5120] @ 0x2\n"),
                     "objects/count space/bytes\n@1[] 25 13012 {bytes=512}\n");
    assert_int_equal(profile->period, 1024);
    pp_profile_free(profile);
}

static void growth_has_no_allocations(void **state)
{
    (void)state;
    pp_profile_free(
        require_read(&pp_format_heap,
                     TEXT("heap profile: 1: 10 [2: 30] @ growthz\n"
                          "1: 10 [2: 30] @ 0x2\n"),
                     "objects/count space/bytes\n@1[] 1 10 {bytes=10}\n"));
    pp_profile_free(require_read(
        &pp_format_heap, TEXT("heap profile: 1: 10 [2: 30] @ fragmentation\n"),
        "objects/count space/bytes\n"));
}

static void the_allocator_is_dropped(void **state)
{
    (void)state;
    struct pp_profile *profile = require_read(
        &pp_format_heap, TEXT("heap profile: 1: 1 [1: 1] @ heapprofile\n"),
        "objects/count space/bytes\n");
    assert_true(pp_slice_starts_with(
        pp_profile_text(profile, profile->drop_frames), TEXT("calloc|cfree|")));
    assert_true(
        pp_slice_starts_with(pp_profile_text(profile, profile->keep_frames),
                             TEXT("runtime\\.panic|")));
    pp_profile_free(profile);
}

static void a_line_has_any_length(void **state)
{
    (void)state;
    struct pp_buffer text = {0};
    pp_buffer_append_text(&text, "heap profile: 1: 1 [1: 1] @ heapprofile\n"
                                 "1: 1 [1: 1] @");
    for (int i = 0; i < 100000; i++)
        pp_buffer_append_text(&text, " 0x401001");
    struct pp_profile *profile;
    assert_int_equal(
        read_form(&pp_format_heap, pp_buffer_slice(&text), &profile, NULL),
        PP_OK);
    assert_int_equal(profile->samples.items[0].stack_depth, 100000);
    assert_int_equal(profile->locations.count, 1);
    pp_buffer_release(&text);
    pp_profile_free(profile);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    require_words(&pp_format_heap,
                  TEXT("heap profile: 1: 1 [1: 1] @ heapfoo\n"),
                  "heap profile: line 1: unknown kind heapfoo");
    require_words(&pp_format_heap,
                  TEXT("heap profile: 1: 1 [1: 1] @ heap_v2/1\n\n0: 7 [0: 0] "
                       "@ 0x1\n"),
                  "heap profile: line 3: 7 bytes in 0 objects");
    require_words(&pp_format_heap,
                  TEXT("heap profile: 1: 1 [1: 1] @ heap_v2/1\n"
                       "1: 1152921504606846976000 [1: 1] @ 0x1\n"),
                  "heap profile: line 2: a number has more than 63 bits");
    require_words(&pp_format_heap,
                  TEXT("heap profile: 1: 1 [1: 1] @ heap_v2/1\nrubbish\n"),
                  "heap profile: line 2: expected \"OBJECTS: BYTES [OBJECTS: "
                  "BYTES] @ 0x...\"");
    require_other(&pp_format_heap, TEXT(""));
    require_other(&pp_format_heap, TEXT("heap_v2/524288\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_in_use_are_read),
        cmocka_unit_test(allocations_come_first),
        cmocka_unit_test(samples_stand_for_what_was_left_out),
        cmocka_unit_test(growth_has_no_allocations),
        cmocka_unit_test(the_allocator_is_dropped),
        cmocka_unit_test(a_line_has_any_length),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
