/* Ranges inside of ranges: the innermost one at each address is found. */
#include "lines/ranges.h"
#include "bytes.h"

static struct pp_arena arena;
static struct pp_ranges ranges;

static void add(uint64_t start, uint64_t end, uint32_t what)
{
    assert_int_equal(pp_ranges_add(&ranges, &arena, start, end, what), PP_OK);
}

static void build(void)
{
    assert_int_equal(pp_ranges_build(&ranges, &arena), PP_OK);
}

static void finish(void)
{
    pp_arena_release(&arena);
    ranges = (struct pp_ranges){0};
}

static void check(uint64_t address, uint32_t what)
{
    assert_int_equal(pp_ranges_find(&ranges, address), what);
}

static void test_empty(void **state)
{
    (void)state;
    check(0, PP_NONE);
    add(7, 7, 1);
    add(9, 8, 2);
    build();
    check(7, PP_NONE);
    check(8, PP_NONE);
    finish();
}

/* As functions and what was inlined into them lie, in any order of starts. */
static void test_nested(void **state)
{
    (void)state;
    add(100, 200, 0);
    add(110, 150, 1);
    add(120, 130, 2);
    add(10, 20, 3);
    add(160, 170, 4);
    add(160, 165, 5); /* starts alike: the later is the inner one */
    build();
    check(9, PP_NONE);
    check(10, 3);
    check(19, 3);
    check(20, PP_NONE);
    check(100, 0);
    check(119, 1);
    check(120, 2);
    check(130, 1);
    check(150, 0);
    check(160, 5);
    check(165, 4);
    check(199, 0);
    check(200, PP_NONE);
    check(UINT64_MAX, PP_NONE);
    finish();
}

/* Damaged input may have them lie across each other. */
static void test_across(void **state)
{
    (void)state;
    add(10, 30, 0);
    add(20, 40, 1);
    add(0, UINT64_MAX, 2);
    build();
    check(15, 0);
    check(25, 1);
    check(35, 1);
    check(45, 2);
    finish();
}

/* Ever deeper ones cost a bounded time each, and the inner ones are right. */
static void test_deep(void **state)
{
    enum { DEPTH = 20000 };
    (void)state;
    for (uint32_t i = 0; i < DEPTH; i++)
        add(i, 3 * DEPTH - i, i);
    build();
    check(DEPTH - 1, DEPTH - 1);
    check(100, 100);
    check(2 * DEPTH, DEPTH - 1);
    finish();
}

static void test_no_memory(void **state)
{
    (void)state;
    pp_arena_init(&arena, 1 << 20);
    int status = PP_OK;
    for (uint64_t i = 0; status == PP_OK && i < 1 << 20; i++)
        status = pp_ranges_add(&ranges, &arena, i, i + 1, 0);
    assert_int_equal(status, PP_E_MEMORY);
    finish();
    pp_arena_init(&arena, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),     cmocka_unit_test(test_nested),
        cmocka_unit_test(test_across),    cmocka_unit_test(test_deep),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
