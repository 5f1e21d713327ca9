/* -callgrind, whole. */
#include "print.h"

static void texts_are_written_once(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "main;a", 6);
    stacks_add(profile, "main", 4);
    profile->locations.items[0].address = 0x401000; /* main */
    profile->locations.items[1].address = 0x401010;
    assert_prints("callgrind", profile, &pp_options_default,
                  "positions: instr line\n"
                  "events: n(count)\n"
                  "\n"
                  "ob=\n"
                  "fl=(1) a.c\n"
                  "fn=(1) a\n"
                  "0x401010 1 6\n"
                  "\n"
                  "ob=\n"
                  "fl=(2) main.c\n"
                  "fn=(2) main\n"
                  "-16 1 4\n"
                  "cfl=(1)\n"
                  "cfn=(1)\n"
                  "calls=0 * 1\n"
                  "* * 6\n");
}

/* The functions "work" of one file, at different first lines. */
static struct pp_profile *namesakes(void)
{
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "main;work", 6);
    stacks_add(profile, "main;other", 4);
    profile->functions.items[2].name = profile->functions.items[1].name;
    profile->functions.items[2].filename = profile->functions.items[1].filename;
    profile->functions.items[2].start_line = 7;
    return profile;
}

static void namesakes_are_numbered_where_they_cost_too(void **state)
{
    (void)state;
    assert_prints("callgrind", namesakes(), &pp_options_default,
                  "positions: instr line\n"
                  "events: n(count)\n"
                  "\n"
                  "ob=\n"
                  "fl=(1) work.c\n"
                  "fn=(1) work [1/2]\n"
                  "0x0 1 6\n"
                  "\n"
                  "ob=\n"
                  "fl=(1)\n"
                  "fn=(2) work [2/2]\n"
                  "* 1 4\n"
                  "\n"
                  "ob=\n"
                  "fl=(2) main.c\n"
                  "fn=(3) main\n"
                  "* 1 0\n"
                  "cfl=(1)\n"
                  "cfn=(1)\n"
                  "calls=0 * 1\n"
                  "* * 6\n"
                  "cfl=(1)\n"
                  "cfn=(2)\n"
                  "calls=0 * 1\n"
                  "* * 4\n");
}

static void a_call_tree_has_a_function_for_each_caller(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_options options = pp_options_default;
    (void)state;
    stacks_add(profile, "a;work", 6);
    stacks_add(profile, "b;work", 4);
    options.call_tree = true;
    assert_prints("callgrind", profile, &options,
                  "positions: instr line\n"
                  "events: n(count)\n"
                  "\n"
                  "ob=\n"
                  "fl=(1) work.c\n"
                  "fn=(1) work [1/2]\n"
                  "0x0 1 6\n"
                  "\n"
                  "ob=\n"
                  "fl=(1)\n"
                  "fn=(2) work [2/2]\n"
                  "* 1 4\n"
                  "\n"
                  "ob=\n"
                  "fl=(2) a.c\n"
                  "fn=(3) a\n"
                  "* 1 0\n"
                  "cfl=(1)\n"
                  "cfn=(1)\n"
                  "calls=0 * 1\n"
                  "* * 6\n"
                  "\n"
                  "ob=\n"
                  "fl=(3) b.c\n"
                  "fn=(4) b\n"
                  "* 1 0\n"
                  "cfl=(1)\n"
                  "cfn=(2)\n"
                  "calls=0 * 1\n"
                  "* * 4\n");
}

static void values_are_whole_numbers_of_one_unit(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    (void)state;
    stacks_add(profile, "main", 2500000);
    stacks_add(profile, "a", 4000000000);
    assert_prints("callgrind", profile, &pp_options_default,
                  "positions: instr line\n"
                  "events: cpu(ms)\n"
                  "\n"
                  "ob=\n"
                  "fl=(1) a.c\n"
                  "fn=(1) a\n"
                  "0x0 1 4000\n"
                  "\n"
                  "ob=\n"
                  "fl=(2) main.c\n"
                  "fn=(2) main\n"
                  "* 1 2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_written_once),
        cmocka_unit_test(namesakes_are_numbered_where_they_cost_too),
        cmocka_unit_test(a_call_tree_has_a_function_for_each_caller),
        cmocka_unit_test(values_are_whole_numbers_of_one_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
