/* Tables and interned strings, up to many entries and out of memory. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void finds_what_was_put_in(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    struct pp_arena arena = {0};
    struct pp_table table = {0};
    uint32_t at, index;
    for (uint32_t i = 0; i < COUNT; i++)
        assert_int_equal(pp_table_insert(&table, &arena, pp_hash_u64(i * 3), i),
                         PP_OK);
    for (uint32_t i = 0; i < COUNT * 3; i++) {
        uint32_t found = PP_NONE;
        pp_table_each (&table, pp_hash_u64(i), at, index) {
            if (index * 3 == i)
                found = index;
        }
        assert_int_equal(found, i % 3 ? PP_NONE : i / 3);
    }
    pp_arena_release(&arena);
}

/* Entries of one hash are all offered, nothing is offered twice. */
static void offers_each_entry_of_a_hash_once(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    struct pp_table table = {0};
    uint32_t at, index, seen = 0;
    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(pp_table_insert(&table, &arena, i % 2, i), PP_OK);
    pp_table_each (&table, 1, at, index) {
        assert_int_equal(index % 2, 1);
        assert_int_equal(seen & 1u << index, 0);
        seen |= 1u << index;
    }
    assert_int_equal(seen, 0xaaaaa);
    pp_arena_release(&arena);
}

static void an_empty_table_offers_nothing(void **state)
{
    (void)state;
    struct pp_table table = {0};
    uint32_t at, index, count = 0;
    pp_table_each (&table, 5, at, index)
        count++;
    assert_int_equal(count, 0);
}

static void strings_are_kept_once(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    struct pp_strings strings = {0};
    char text[32];
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 5000; i++) {
            snprintf(text, sizeof text, "string %u", i);
            assert_int_equal(
                pp_strings_add_copy(&strings, &arena, pp_slice_of(text)), i);
        }
    assert_int_equal(strings.all.count, 5000);
    assert_int_equal(pp_strings_find(&strings, pp_slice_literal("string 77")),
                     77);
    assert_int_equal(pp_strings_find(&strings, pp_slice_literal("other")),
                     PP_NONE);
    pp_arena_release(&arena);
}

static void out_of_memory_is_told_and_harmless(void **state)
{
    (void)state;
    struct pp_arena arena;
    struct pp_strings strings = {0};
    char text[32];
    uint32_t count = 0;
    pp_arena_init(&arena, 1 << 20);
    for (;; count++) {
        snprintf(text, sizeof text, "string %u", count);
        if (pp_strings_add_copy(&strings, &arena, pp_slice_of(text)) == PP_NONE)
            break;
    }
    assert_true(count > 1000);
    assert_int_equal(strings.all.count, count);
    assert_int_equal(pp_strings_find(&strings, pp_slice_literal("string 9")),
                     9);
    pp_arena_release(&arena);
}

static void hashes_spread(void **state)
{
    (void)state;
    uint32_t buckets[256] = {0};
    char text[16];
    for (int i = 0; i < 25600; i++) {
        snprintf(text, sizeof text, "f%d", i);
        buckets[pp_hash_bytes(text, strlen(text)) & 255]++;
    }
    for (int i = 0; i < 256; i++)
        assert_in_range(buckets[i], 50, 160);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put_in),
        cmocka_unit_test(offers_each_entry_of_a_hash_once),
        cmocka_unit_test(an_empty_table_offers_nothing),
        cmocka_unit_test(strings_are_kept_once),
        cmocka_unit_test(out_of_memory_is_told_and_harmless),
        cmocka_unit_test(hashes_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
