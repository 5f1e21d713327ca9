/* -speedscope, whole. */
#include "print.h"

#define START                                                                  \
    "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\","

static void every_type_is_a_profile(void **state)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    struct pp_options options = pp_options_default;
    (void)state;
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    stacks_add(profile, "main;b<a", 2);
    stacks_add(profile, "main", 3);
    stacks_add(profile, "main;b<a", 4);
    options.sample_index = "cpu";
    options.granularity = PP_GRANULARITY_LINES;
    assert_prints(
        "speedscope", profile, &options,
        START "\"name\":\"\",\"shared\":{\"frames\":["
              "{\"name\":\"main\",\"file\":\"main.c\",\"line\":1},"
              "{\"name\":\"b\",\"file\":\"b.c\",\"line\":1},"
              "{\"name\":\"a\",\"file\":\"a.c\",\"line\":1}]},"
              "\"profiles\":["
              "{\"type\":\"sampled\",\"name\":\"samples\",\"unit\":\"none\","
              "\"startValue\":0,\"samples\":[[0],[0,2,1]],\"weights\":[3,6],"
              "\"endValue\":9},"
              "{\"type\":\"sampled\",\"name\":\"cpu\",\"unit\":\"nanoseconds\","
              "\"startValue\":0,\"samples\":[[0],[0,2,1]],\"weights\":[3,6],"
              "\"endValue\":9}],"
              "\"activeProfileIndex\":1}\n");
}

static void less_is_a_profile_of_its_own(void **state)
{
    struct pp_profile *profile = stacks_new("a\"\xff", "bytes");
    struct pp_options options = pp_options_default;
    (void)state;
    stacks_add(profile, "@7", 2);
    stacks_add(profile, "main", -3);
    options.title = "t";
    assert_prints(
        "speedscope", profile, &options,
        START "\"name\":\"t\",\"shared\":{\"frames\":["
              "{\"name\":\"<unknown>\"},{\"name\":\"main\"}]},"
              "\"profiles\":["
              "{\"type\":\"sampled\",\"name\":\"a\\\"" PP_UTF8_REPLACEMENT
              "\",\"unit\":\"bytes\",\"startValue\":0,\"samples\":[[0]],"
              "\"weights\":[2],\"endValue\":2},"
              "{\"type\":\"sampled\",\"name\":\"a\\\"" PP_UTF8_REPLACEMENT
              " (less)\",\"unit\":\"bytes\",\"startValue\":0,\"samples\":[[1]],"
              "\"weights\":[3],\"endValue\":3}],"
              "\"activeProfileIndex\":0}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_a_profile),
        cmocka_unit_test(less_is_a_profile_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
