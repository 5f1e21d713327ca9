/* -raw, whole. */
#include "print.h"

static void prints_everything(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    pp_profile_add_sample_type(profile, "t", "ns");
    profile->default_sample_type = profile->sample_types.items[1].type;
    pp_profile_add_comment(profile, pp_slice_literal("hello"));
    profile->period_type = profile->sample_types.items[1];
    profile->period = 100;
    profile->time_nanos = 1700000000120000000;
    profile->duration_nanos = 6019923456789;
    uint32_t mapping = pp_profile_add_mapping(profile, 0x1000, 0x2000, 0,
                                              pp_slice_literal("/bin/x"),
                                              pp_slice_literal("id"));
    profile->mappings.items[mapping].has_functions = true;
    profile->mappings.items[mapping].has_inline_frames = true;
    stacks_add(profile, "main;in<out;@7", 5);
    profile->locations.items[0].mapping = mapping;
    profile->locations.items[2].is_folded = true;
    profile->functions.items[1].system_name =
        pp_profile_add_string(profile, pp_slice_literal("_Zin"));
    stacks_label(profile, "k", "v", 0, "");
    stacks_label(profile, "j", "w", 0, "");
    stacks_label(profile, "k", "u", 0, "");
    stacks_label(profile, "b", NULL, 5, "");
    stacks_label(profile, "b", NULL, 6, "bytes");
    stacks_label(profile, "c", NULL, 7, "");
    setenv("TZ", "UTC", 1);
    assert_prints("raw", profile, &pp_options_default,
                  "Comment: hello\n"
                  "PeriodType: t ns\n"
                  "Period: 100\n"
                  "Time: 2023-11-14 22:13:20.12 +0000 UTC\n"
                  "Duration: 1h40\n"
                  "Samples:\n"
                  "n/count t/ns[dflt]\n"
                  "          5          5: 3 2 1 \n"
                  "                j:[w] k:[v u]\n"
                  "                b:[5  6 bytes] c:[7]\n"
                  "Locations\n"
                  "     1: 0x0 M=1 main main.c:1:0 s=0\n"
                  "     2: 0x0 in in.c:1:0 s=0(_Zin)\n"
                  "             out out.c:1:0 s=0\n"
                  "     3: 0x7 [F] \n"
                  "Mappings\n"
                  "1: 0x1000/0x2000/0x0 /bin/x id [FN][IN]\n");
}

static void characters_beyond_ascii_are_whole(void **state)
{
    struct pp_profile *profile = stacks_new("\u00a0\xff", "\xc2\u3000");
    (void)state;
    profile->duration_nanos = 12500; /* 12.5µs */
    assert_prints("raw", profile, &pp_options_default,
                  "PeriodType:  \n"
                  "Period: 0\n"
                  "Duration: 12.5\n"
                  "Samples:\n"
                  "\xff/\xc2\n"
                  "Locations\n"
                  "Mappings\n");
    profile = stacks_new("n", "count");
    profile->duration_nanos = 12000;
    assert_prints("raw", profile, &pp_options_default,
                  "PeriodType:  \n"
                  "Period: 0\n"
                  "Duration: 12µs\n"
                  "Samples:\n"
                  "n/count\n"
                  "Locations\n"
                  "Mappings\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_everything),
        cmocka_unit_test(characters_beyond_ascii_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
