/* Arenas: alignment, zeroes, growing in place and elsewhere, ceilings. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static bool all_zero(const void *bytes, size_t size)
{
    const char *at = bytes;
    for (size_t i = 0; i < size; i++)
        if (at[i])
            return false;
    return true;
}

static void objects_are_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    char *last = NULL;
    for (size_t size = 0; size < 3000; size += 7) {
        char *object = pp_arena_alloc(&arena, size);
        assert_non_null(object);
        assert_int_equal((uintptr_t)object % 16, 0);
        assert_true(object != last);
        assert_true(all_zero(object, size));
        memset(object, 0xee, size);
        last = object;
    }
    pp_arena_release(&arena);
    assert_int_equal(arena.used, 0);
}

/* Small, past the size of a chunk's share, large, and large again. */
static void growing_keeps_content_and_zeroes_the_rest(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    size_t size = 1;
    char *object = pp_arena_alloc(&arena, size);
    object[0] = 'x';
    for (size_t bigger = 3; bigger < 3000000; bigger = bigger * 3 + 1) {
        if (bigger % 2)
            pp_arena_alloc(&arena, 24); /* somebody in the way */
        object = pp_arena_grow(&arena, object, size, bigger);
        assert_non_null(object);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(object[i], 'x');
        assert_true(all_zero(object + size, bigger - size));
        memset(object, 'x', bigger);
        size = bigger;
    }
    pp_arena_release(&arena);
}

static void growing_after_shrunken_use_is_zeroed(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    char *first = pp_arena_alloc(&arena, 10);
    memset(first, 1, 10);
    char *grown = pp_arena_grow(&arena, first, 10, 40);
    assert_ptr_equal(first, grown); /* it was the last one */
    assert_true(all_zero(grown + 10, 30));
    pp_arena_release(&arena);
}

static void a_soft_arena_stops_at_its_ceiling(void **state)
{
    (void)state;
    struct pp_arena arena;
    pp_arena_init(&arena, 1 << 20);
    size_t objects = 0;
    while (pp_arena_alloc(&arena, 1000))
        objects++;
    assert_in_range(objects, 700, 1048);
    assert_true(arena.used <= 1 << 20);
    assert_null(pp_arena_alloc(&arena, SIZE_MAX - 3));
    assert_null(pp_arena_array(&arena, SIZE_MAX / 8, 16));
    pp_arena_release(&arena);
    assert_non_null(pp_arena_alloc(&arena, 1000));
    pp_arena_release(&arena);
}

static jmp_buf escape;

static void leave(void)
{
    longjmp(escape, 1);
}

static void a_fatal_arena_calls_its_handler(void **state)
{
    (void)state;
    struct pp_arena arena;
    pp_arena_init_fatal(&arena, leave);
    if (setjmp(escape) == 0) {
        pp_arena_alloc(&arena, SIZE_MAX / 2 + 1);
        fail_msg("the handler was not called");
    }
    pp_arena_release(&arena);
}

static void vectors_grow_and_keep(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    struct {
        uint64_t *items;
        uint32_t count, capacity;
    } numbers = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        uint64_t *number = pp_vector_add(&arena, &numbers);
        assert_non_null(number);
        assert_int_equal(*number, 0);
        *number = i;
    }
    assert_int_equal(numbers.count, 100000);
    for (uint64_t i = 0; i < 100000; i++)
        assert_int_equal(numbers.items[i], i);
    assert_int_equal(pp_vector_reserve(&arena, &numbers, SIZE_MAX),
                     PP_E_MEMORY);
    pp_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_aligned_zeroed_and_apart),
        cmocka_unit_test(growing_keeps_content_and_zeroes_the_rest),
        cmocka_unit_test(growing_after_shrunken_use_is_zeroed),
        cmocka_unit_test(a_soft_arena_stops_at_its_ceiling),
        cmocka_unit_test(a_fatal_arena_calls_its_handler),
        cmocka_unit_test(vectors_grow_and_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
