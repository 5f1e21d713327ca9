/* The first of many ranges, against a look at each of them. */
#include "formats/overlap.h"

#include "show.h"

enum { BOUNDS = 37, RANGES = 60, ROUNDS = 200 };

struct range {
    uint64_t start, limit;
};

static uint32_t first_of(const struct range *ranges, uint32_t count,
                         uint64_t address)
{
    for (uint32_t i = 0; i < count; i++)
        if (ranges[i].start <= address && address < ranges[i].limit)
            return i;
    return PP_NONE;
}

static void the_first_range_is_found(void **state)
{
    (void)state;
    srand(1);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct pp_arena arena = {0};
        struct pp_overlap overlap;
        struct range ranges[RANGES];
        uint64_t bounds[BOUNDS];
        uint32_t count = 1 + round % BOUNDS;
        for (uint32_t i = 0; i < count; i++)
            bounds[i] = 10 + 3 * i;
        assert_int_equal(pp_overlap_init(&overlap, &arena, bounds, count), 0);
        for (uint32_t i = RANGES; i-- > 0;) { /* the order does not matter */
            ranges[i].start = bounds[(uint32_t)rand() % count];
            ranges[i].limit =
                i % 7 ? ranges[i].start : bounds[(uint32_t)rand() % count];
            pp_overlap_add(&overlap, ranges[i].start, ranges[i].limit, i);
        }
        for (uint64_t address = 0; address < 10 + 3 * BOUNDS; address++)
            assert_int_equal(pp_overlap_find(&overlap, address),
                             first_of(ranges, RANGES, address));
        pp_arena_release(&arena);
    }
}

static void nothing_holds_nothing(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    struct pp_overlap overlap;
    assert_int_equal(pp_overlap_init(&overlap, &arena, NULL, 0), 0);
    assert_int_equal(pp_overlap_find(&overlap, 5), PP_NONE);
    pp_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_range_is_found),
        cmocka_unit_test(nothing_holds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
