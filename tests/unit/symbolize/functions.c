/* Functions added to a profile: each once, and found by their frames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "symbolize/functions.h"

static uint32_t add(struct pp_function_adder *adder, const char *name,
                    int64_t start_line)
{
    return pp_function_add(adder, pp_slice_of(name), pp_slice_of(name),
                           pp_slice_literal("a.c"), start_line);
}

static void test_added_once(void **state)
{
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_function_adder adder;
    (void)state;
    assert_non_null(profile);
    pp_function_adder_init(&adder, profile);
    uint32_t f = add(&adder, "f", 1);
    assert_int_equal(add(&adder, "f", 1), f);
    assert_int_not_equal(add(&adder, "f", 2), f);
    assert_int_not_equal(add(&adder, "g", 1), f);
    assert_int_equal(profile->functions.count, 3);
    pp_function_adder_release(&adder);
    pp_profile_free(profile);
}

/* Ids go on behind a gap. */
static void test_ids(void **state)
{
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_function_adder adder;
    (void)state;
    assert_non_null(profile);
    pp_function_adder_init(&adder, profile);
    uint32_t f = add(&adder, "f", 1);
    pp_function_adder_release(&adder);
    profile->functions.items[f].id = 7;
    pp_function_adder_init(&adder, profile);
    assert_int_equal(profile->functions.items[add(&adder, "g", 1)].id, 8);
    pp_function_adder_release(&adder);
    pp_profile_free(profile);
}

/* It is the place of the texts that counts, and each member. */
static void test_by_frame(void **state)
{
    static char first[] = "f", second[] = "f", file[] = "a.c";
    struct pp_frame_functions functions = {0};
    struct pp_frame frame = {
        .function = {first, 1}, .file = {file, 3}, .line = 9, .start_line = 5};
    (void)state;
    assert_int_equal(pp_frame_functions_find(&functions, &frame), PP_NONE);
    pp_frame_functions_add(&functions, &frame, 3);
    assert_int_equal(pp_frame_functions_find(&functions, &frame), 3);
    struct pp_frame elsewhere = frame, shorter = frame, later = frame;
    elsewhere.function.data = second;
    shorter.file.size = 2;
    later.start_line = 6;
    assert_int_equal(pp_frame_functions_find(&functions, &elsewhere), PP_NONE);
    assert_int_equal(pp_frame_functions_find(&functions, &shorter), PP_NONE);
    assert_int_equal(pp_frame_functions_find(&functions, &later), PP_NONE);
    frame.line = 10; /* another place of the same function */
    assert_int_equal(pp_frame_functions_find(&functions, &frame), 3);
    pp_frame_functions_release(&functions);
    assert_int_equal(pp_frame_functions_find(&functions, &frame), PP_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_added_once),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_by_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
