/* jemalloc's heap profiles: which numbers count, what they stand for, and what
 * is refused. */
#include "show.h"

#define MAP                                                                    \
    "\nMAPPED_LIBRARIES:\n"                                                    \
    "1000-2000 r--p 00000000 fe:00 10961168                   /bin/work\n"     \
    "2000-3000 r-xp 00001000 fe:00 10961168                   /bin/work\n"     \
    "9000-a000 r-xp 00000000 fe:00 333430 /lib/libjemalloc.so.2\n"

static void test_all_of_the_program_counts(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_jemalloc,
                     pp_slice_literal("heap_v2/1\n"
                                      "  t*: 6: 800 [0: 0]\n"
                                      "  t0: 4: 600 [0: 0]\n"
                                      "  t3: 2: 200 [0: 0] worker\n"
                                      "@ 0x9501 0x2101\n"
                                      "  t*: 4: 600 [0: 0]\n"
                                      "  t0: 4: 600 [0: 0]\n"
                                      "@ 0x9501 0x2201 0x2101\n"
                                      "  t*: 2: 200 [0: 0]\n"
                                      "  t3: 2: 200 [0: 0] worker\n" MAP),
                     "inuse_objects/count inuse_space/bytes\n"
                     "@9500[/lib/libjemalloc.so.2] | @2100[/bin/work] 4 600 "
                     "{bytes=150}\n"
                     "@9500[/lib/libjemalloc.so.2] | @2200[/bin/work] | "
                     "@2100[/bin/work] 2 200 {bytes=100}\n");
    assert_int_equal(profile->period, 1);
    assert_int_equal(profile->locations.count, 3);
    assert_true(
        pp_slice_contains(pp_profile_text(profile, profile->drop_frames),
                          pp_slice_literal("|malloc|")));
    assert_true(
        pp_slice_contains(pp_profile_text(profile, profile->drop_frames),
                          pp_slice_literal("|(je_|_rjem_).*")));
    pp_profile_free(profile);
}

static void test_what_ever_was_is_told_where_it_is_counted(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_jemalloc,
                     pp_slice_literal("heap_v2/1\r\n"
                                      "  t*: 1: 8 [3: 24]\r\n"
                                      "@ 0x2101\r\n"
                                      "  t*: 1: 8 [2: 16]\r\n"
                                      "@ 0x2201\r\n"
                                      "  t*: 0: 0 [1: 9]\r\n" MAP),
                     "alloc_objects/count alloc_space/bytes "
                     "inuse_objects/count inuse_space/bytes\n"
                     "@2100[/bin/work] 2 16 1 8 {bytes=8}\n"
                     "@2200[/bin/work] 1 9 0 0 {bytes=9}\n");
    pp_profile_free(profile);
}

/* 2 objects of 262144 bytes at a rate of 524288: each was sampled with the
 * probability 1 - exp(-0.5) = 0.39346934. */
static void test_samples_stand_for_more(void **state)
{
    (void)state;
    struct pp_profile *profile =
        require_read(&pp_format_jemalloc,
                     pp_slice_literal("heap_v2/524288\n"
                                      "  t*: 2: 524288 [0: 0]\n"
                                      "@ 0x2101\n"
                                      "  t*: 2: 524288 [0: 0]\n" MAP),
                     "inuse_objects/count inuse_space/bytes\n"
                     "@2100[/bin/work] 5 1332474 {bytes=262144}\n");
    assert_int_equal(profile->period, 524288);
    pp_profile_free(profile);
}

static void test_there_may_be_no_samples(void **state)
{
    (void)state;
    pp_profile_free(require_read(
        &pp_format_jemalloc,
        pp_slice_literal("heap_v2/524288\n  t*: 0: 0 [0: 0]\n" MAP),
        "inuse_objects/count inuse_space/bytes\n"));
}

#define START "heap_v2/1\n  t*: 1: 8 [0: 0]\n"

static void test_broken_lines_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"heap_v2/x\n", "jemalloc heap profile: line 1: \"x\" is no rate"},
        {"heap_v2/0\n", "jemalloc heap profile: line 1: \"0\" is no rate"},
        {"heap_v2/1\n@ 0x1\n", "jemalloc heap profile: line 2: expected \"t*: "
                               "...\" in front of the stack"},
        {START "@ 0x1\n@ 0x2\n", "jemalloc heap profile: line 4: expected "
                                 "\"t*: ...\" in front of the stack"},
        {START "@ 0x1\n\nMAPPED_LIBRARIES:\n",
         "jemalloc heap profile: line 5: expected \"t*: ...\" in front of it"},
        {"heap_v2/1\n",
         "jemalloc heap profile: line 1: expected \"t*: ...\" in front of it"},
        {START "  t*: 1: 8 [0: 0]\n",
         "jemalloc heap profile: line 3: these numbers have no stack"},
        {START "@ 0x1\n  t*: 1: 8 [0 0]\n",
         "jemalloc heap profile: line 4: expected \"t*: OBJECTS: BYTES "
         "[OBJECTS: BYTES]\""},
        {START "1: 8 [0: 0] @ 0x1\n",
         "jemalloc heap profile: line 3: expected \"@ 0x...\", \"t*: ...\" or "
         "a thread"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        require_words(&pp_format_jemalloc, pp_slice_of(cases[i].text),
                      cases[i].words);
}

static void test_other_heap_profiles_are_not_swallowed(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "heap profile: 1: 8 [1: 8] @ heap_v2/524288\n",
        "Error 404",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        require_other(&pp_format_jemalloc, pp_slice_of(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_the_program_counts),
        cmocka_unit_test(test_what_ever_was_is_told_where_it_is_counted),
        cmocka_unit_test(test_samples_stand_for_more),
        cmocka_unit_test(test_there_may_be_no_samples),
        cmocka_unit_test(test_broken_lines_are_told),
        cmocka_unit_test(test_other_heap_profiles_are_not_swallowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
