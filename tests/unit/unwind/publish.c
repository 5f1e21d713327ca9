/* What was published stays mapped for whoever may read it, and no longer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "unwind/publish.h"

static bool is_mapped(void *page)
{
    return msync(page, 4096, MS_ASYNC) == 0 || errno != ENOMEM;
}

static struct pp_unwind_map *new_map(uint32_t count)
{
    struct pp_unwind_map *map = pp_unwind_map_new(count);
    assert_non_null(map);
    return map;
}

static void before_anything_is_published(void **state)
{
    (void)state;
    unsigned slot;
    const struct pp_unwind_map *map = pp_unwind_enter(&slot);
    assert_non_null(map);
    assert_int_equal(map->count, 0);
    pp_unwind_leave(slot);
}

static void readers_keep_what_they_see(void **state)
{
    (void)state;
    struct pp_unwind_map *first = new_map(1), *second = new_map(2);
    unsigned outer, inner;
    pp_unwind_publish(first);
    assert_ptr_equal(pp_unwind_enter(&outer), first);
    pp_unwind_publish(second);
    assert_ptr_equal(pp_unwind_enter(&inner), second); /* nested handler */
    pp_unwind_leave(inner);
    for (int i = 0; i < 4; i++)
        pp_unwind_reclaim();
    assert_true(is_mapped(first));
    pp_unwind_leave(outer);
    for (int i = 0; i < 4; i++)
        pp_unwind_reclaim();
    assert_false(is_mapped(first));
    assert_true(is_mapped(second));
}

/* A reader that comes later does not keep what was retired before. */
static void later_readers_do_not_matter(void **state)
{
    (void)state;
    void *page =
        mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pp_unwind_retire(page, 4096);
    pp_unwind_reclaim(); /* begins to wait */
    pp_unwind_reclaim(); /* every slot was seen empty */
    assert_false(is_mapped(page));
}

static void a_fork_forgets_other_readers(void **state)
{
    (void)state;
    unsigned slot;
    struct pp_unwind_map *map = new_map(1), *next = new_map(1);
    pp_unwind_publish(map);
    pp_unwind_enter(&slot); /* by a thread that the child has not got */
    pp_unwind_publish(next);
    pp_unwind_publish_after_fork(false);
    for (int i = 0; i < 4; i++)
        pp_unwind_reclaim();
    assert_false(is_mapped(map));
    assert_true(is_mapped(next));
}

enum { READERS = 4, MAPS = 20000 };
static atomic_bool stop;
static atomic_ulong reads;

/* Each map names itself; one that was unmapped under a reader is a fault or
 * another's name. */
static void *read_maps(void *unused)
{
    (void)unused;
    while (!atomic_load(&stop)) {
        unsigned slot;
        const struct pp_unwind_map *map = pp_unwind_enter(&slot);
        for (int i = 0; i < 20; i++)
            if (map->count && map->ranges[0].start != (uintptr_t)map)
                abort();
        pp_unwind_leave(slot);
        atomic_fetch_add(&reads, 1);
    }
    return NULL;
}

static void many_readers_and_one_writer(void **state)
{
    (void)state;
    pthread_t readers[READERS];
    pp_unwind_publish(new_map(0));
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_maps, NULL), 0);
    for (int i = 0; i < MAPS || atomic_load(&reads) < 1000; i++) {
        struct pp_unwind_map *map = new_map(1);
        struct pp_unwind_range *range = (void *)map->ranges;
        range->start = (uintptr_t)map;
        pp_unwind_publish(map);
        pp_unwind_reclaim();
    }
    atomic_store(&stop, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_anything_is_published),
        cmocka_unit_test(readers_keep_what_they_see),
        cmocka_unit_test(later_readers_do_not_matter),
        cmocka_unit_test(a_fork_forgets_other_readers),
        cmocka_unit_test(many_readers_and_one_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
