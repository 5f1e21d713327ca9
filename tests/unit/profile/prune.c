/* drop_frames, prune_from, and the names they look at. */
#include "../stacks.h"

static pp_string_set set_of(struct pp_profile *profile, const char *name)
{
    pp_string string = pp_profile_add_string(profile, pp_slice_of(name));
    uint8_t *set = pp_arena_alloc(&profile->arena, profile->strings.count);
    set[string] = 1;
    return set;
}

static void assert_simplified(const char *name, const char *expected)
{
    struct pp_slice simple = pp_simplify_function(pp_slice_of(name));
    assert_true(pp_slice_equal(simple, pp_slice_of(expected)));
}

static void names_lose_their_arguments(void **state)
{
    (void)state;
    assert_simplified("", "");
    assert_simplified("plain", "plain");
    assert_simplified(".dotted", "dotted");
    assert_simplified("f(int, char)", "f");
    assert_simplified("(anonymous namespace)::f(int)",
                      "(anonymous namespace)::f");
    assert_simplified("A::operator()(int) const", "A::operator()");
    assert_simplified("operator()", "operator()");
    assert_simplified("(anonymous", "");
}

static void prune_from_cuts_beneath_the_leafmost(void **state)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    (void)state;
    stacks_add(profile, "a;b;c;b;d", 1);
    stacks_add(profile, "a;x<b<y;c", 2);
    stacks_add(profile, "a;c", 3);
    assert_int_equal(pp_profile_prune_from(profile, set_of(profile, "b")), 0);
    stacks_assert(profile, "a;b;c;b 1\na;b<y 2\na;c 3\n");
    pp_profile_free(profile);
}

static void drop_frames_cuts_beneath_the_rootmost(void **state)
{
    struct pp_profile *profile = stacks_new("samples", "count");
    (void)state;
    stacks_add(profile, "a;malloc;c;malloc", 1);
    stacks_add(profile, "malloc;a", 2);
    stacks_add(profile, "a;x<malloc<y;c", 3);
    assert_int_equal(pp_profile_drop_frames(profile, set_of(profile, "malloc")),
                     0);
    stacks_assert(profile, "a 1\nmalloc;a 2\na;y 3\n");
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_lose_their_arguments),
        cmocka_unit_test(prune_from_cuts_beneath_the_leafmost),
        cmocka_unit_test(drop_frames_cuts_beneath_the_rootmost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
