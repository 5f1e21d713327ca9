/* -tags, in the layout of newer releases; the first is what their own test
 * data have for the same values. */
#include "print.h"

static void add(struct pp_profile *profile, int64_t value, const char *key1,
                const char *key2, const char *key3)
{
    stacks_add(profile, "main", value);
    stacks_label(profile, "key1", key1, 0, "");
    if (key2)
        stacks_label(profile, "key2", key2, 0, "");
    if (key3)
        stacks_label(profile, "key3", key3, 0, "");
}

static void tells_parts_of_the_profile(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "milliseconds");
    (void)state;
    add(profile, 1000, "tag1", "tag1", NULL);
    add(profile, 100, "tag2", NULL, "tag2");
    add(profile, 10, "tag3", "tag2", NULL);
    add(profile, 10, "tag4", "tag1", NULL);
    assert_prints("tags", profile, &pp_options_default,
                  " key1: Total 1.12s of 1.12s (  100%)\n"
                  "          1s (89.29%): tag1\n"
                  "       100ms ( 8.93%): tag2\n"
                  "        10ms ( 0.89%): tag3\n"
                  "        10ms ( 0.89%): tag4\n"
                  "\n"
                  " key2: Total 1.02s of 1.12s (91.07%)\n"
                  "       1.01s (90.18%): tag1\n"
                  "        10ms ( 0.89%): tag2\n"
                  "\n"
                  " key3: Total 100ms of 1.12s ( 8.93%)\n"
                  "       100ms ( 8.93%): tag2\n"
                  "\n");
}

static void numbers_are_one_tag_when_they_look_alike(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    (void)state;
    stacks_add(profile, "main", 1);
    stacks_label(profile, "size", NULL, 1048576, "bytes");
    stacks_add(profile, "main", 2);
    stacks_label(profile, "size", NULL, 1048577, "bytes");
    stacks_add(profile, "main", 4);
    stacks_label(profile, "size", "1MB", 0, "");
    assert_prints("tags", profile, &pp_options_default,
                  " size: Total 7 of 7 (  100%)\n"
                  "       7 (  100%): 1MB\n"
                  "\n");
}

static void of_nothing_there_are_no_parts(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    (void)state;
    stacks_add(profile, "main", 0);
    stacks_label(profile, "k", "v", 0, "");
    assert_prints("tags", profile, &pp_options_default,
                  " k: Total 0\n"
                  "    0: v\n"
                  "\n");
    assert_prints("tags", stacks_new("cpu", "count"), &pp_options_default, "");
}

static void means_are_means(void **state)
{
    struct pp_profile *profile = stacks_new("contentions", "count");
    struct pp_options options = pp_options_default;
    const int64_t values[2][2] = {{2, 20}, {8, 30}};
    (void)state;
    pp_profile_add_sample_type(profile, "delay", "count");
    for (int i = 0; i < 2; i++) {
        pp_profile_add_sample(profile, NULL, 0, values[i]);
        stacks_label(profile, "k", i ? "b" : "a", 0, "");
    }
    options.mean = true;
    assert_prints("tags", profile, &options,
                  " k: Total 5 of 5 (  100%)\n"
                  "    10 (200.00%): a\n"
                  "      3 (60.00%): b\n"
                  "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_parts_of_the_profile),
        cmocka_unit_test(numbers_are_one_tag_when_they_look_alike),
        cmocka_unit_test(of_nothing_there_are_no_parts),
        cmocka_unit_test(means_are_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
