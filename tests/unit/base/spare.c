/* Spare memory: what is kept comes back clean, what does not fit does not, and
 * nothing is kept unless somebody asked. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SIZE = 1 << 20 };

static char *take(size_t size, size_t *got)
{
    *got = size;
    char *mapping = pp_spare_take(got);
    assert_non_null(mapping);
    assert_true(*got >= size);
    return mapping;
}

static void what_is_kept_comes_back_clean(void **state)
{
    (void)state;
    size_t size;
    pp_spare_keep(4 * (size_t)SIZE);
    char *first = take(SIZE, &size);
    memset(first, 'x', 5000);
    pp_spare_give(first, size, 5000);
    char *second = take(SIZE - 4096, &size);
    assert_ptr_equal(second, first);
    assert_int_equal(size, SIZE);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(second[i], 0);
    pp_spare_give(second, size, 0);
    pp_spare_keep(0);
}

static void the_best_fit_is_taken(void **state)
{
    (void)state;
    size_t size;
    pp_spare_keep(8 * (size_t)SIZE);
    assert_int_equal(pp_spare_size_max(), 8 * (size_t)SIZE);
    char *large = take(3 * SIZE, &size);
    char *small = take(2 * SIZE, &size);
    pp_spare_give(large, 3 * SIZE, 0);
    pp_spare_give(small, 2 * SIZE, 0);
    char *found = take(2 * SIZE - 4096, &size);
    assert_ptr_equal(found, small);
    char *tiny = take(SIZE, &size); /* the other one is too good for that */
    assert_int_equal(size, SIZE);
    pp_spare_give(found, 2 * SIZE, 0);
    pp_spare_give(tiny, SIZE, 0);
    pp_spare_keep(0);
}

static void no_more_is_kept_than_was_asked_for(void **state)
{
    (void)state;
    size_t size;
    pp_spare_keep(3 * (size_t)SIZE);
    char *one = take(2 * SIZE, &size);
    char *two = take(2 * SIZE, &size);
    pp_spare_give(one, 2 * SIZE, 0);
    pp_spare_give(two, 2 * SIZE, 0); /* goes */
    assert_ptr_equal(take(2 * SIZE, &size), one);
    assert_ptr_not_equal(take(2 * SIZE, &size), one);
    pp_spare_keep(0);
}

static void arenas_and_buffers_use_it(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    struct pp_buffer buffer = {0};
    pp_spare_keep(4 * (size_t)SIZE);
    unsigned char *old = pp_arena_alloc(&arena, SIZE - 4096);
    memset(old, 0xff, SIZE - 4096);
    pp_arena_release(&arena);
    unsigned char *again = pp_arena_alloc(&arena, SIZE - 4096);
    assert_ptr_equal(again, old);
    for (size_t i = 0; i < SIZE - 4096; i++)
        assert_int_equal(again[i], 0);
    pp_arena_release(&arena);
    char *room = pp_buffer_room(&buffer, SIZE - 4097);
    assert_true((unsigned char *)room < old &&
                (unsigned char *)room + 4096 > old);
    assert_int_equal(room[100], 0);
    pp_buffer_release(&buffer);
    pp_spare_keep(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_comes_back_clean),
        cmocka_unit_test(the_best_fit_is_taken),
        cmocka_unit_test(no_more_is_kept_than_was_asked_for),
        cmocka_unit_test(arenas_and_buffers_use_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
