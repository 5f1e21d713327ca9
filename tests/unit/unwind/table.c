/* Tables hold, at every byte, the rule that was put there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unwind/table.h"

static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static struct pp_unwind_rule rule_number(uint32_t n)
{
    return (struct pp_unwind_rule){
        .cfa = PP_CFA_DEREF,
        .cfa_offset = (int32_t)n,
    };
}

/* Changes every step bytes or so, among so many rules, looked up at every
 * byte. */
static void check(uint32_t text_size, uint32_t step, uint32_t rule_count)
{
    int32_t *expected = test_malloc(text_size * sizeof *expected);
    struct pp_arena arena = {0};
    struct pp_unwind_builder builder;
    pp_unwind_builder_init(&builder, &arena, text_size);
    uint32_t next = draw(step), now = PP_NONE;
    for (uint32_t at = 0; at < text_size; at++) {
        while (at == next) { /* the same byte again: the last counts */
            now = draw(rule_count);
            struct pp_unwind_rule rule = rule_number(now);
            pp_unwind_builder_add(&builder, at, &rule);
            next = at + draw(step);
        }
        expected[at] = (int32_t)now;
    }
    struct pp_unwind_table *table = pp_unwind_builder_finish(&builder);
    assert_non_null(table);
    for (uint32_t at = 0; at < text_size; at++) {
        const struct pp_unwind_rule *rule =
            pp_unwind_find_rule(&table->index, at);
        if (expected[at] == -1)
            assert_int_equal(rule->cfa, PP_CFA_NONE);
        else
            assert_int_equal(rule->cfa_offset, expected[at]);
    }
    pp_unwind_table_free(table);
    pp_arena_release(&arena);
    test_free(expected);
}

static void every_byte_has_its_rule(void **state)
{
    (void)state;
    check(1, 2, 2);
    check(255, 7, 3);
    check(256, 7, 3);
    check(257, 7, 3);
    check(65536, 20, 100);
    check(300000, 2, 40);    /* dense: a row a byte, over several blocks */
    check(300000, 3000, 10); /* sparse: many buckets without a row */
}

static void more_rules_than_a_row_can_number(void **state)
{
    (void)state;
    check(100000, 9, 255);
    check(100000, 9, 5000);
    check(400000, 3, 60000);
}

/* Rules beyond the limit are not confused with others. */
static void too_many_rules(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    struct pp_unwind_builder builder;
    pp_unwind_builder_init(&builder, &arena, 70000);
    for (uint32_t at = 0; at < 70000; at++) {
        struct pp_unwind_rule rule = rule_number(at);
        pp_unwind_builder_add(&builder, at, &rule);
    }
    struct pp_unwind_table *table = pp_unwind_builder_finish(&builder);
    assert_non_null(table);
    for (uint32_t at = 0; at < 70000; at++) {
        const struct pp_unwind_rule *rule =
            pp_unwind_find_rule(&table->index, at);
        if (at < 65534) /* 65536 less the two that are always there */
            assert_int_equal(rule->cfa_offset, at);
        else
            assert_int_equal(rule->cfa, PP_CFA_UNSUPPORTED);
    }
    assert_int_equal(table->rows_unsupported, 1);
    pp_unwind_table_free(table);
    pp_arena_release(&arena);
}

static void equal_neighbours_are_one_row(void **state)
{
    (void)state;
    struct pp_arena arena = {0};
    struct pp_unwind_builder builder;
    struct pp_unwind_rule a = rule_number(8), b = rule_number(16);
    pp_unwind_builder_init(&builder, &arena, 1000);
    pp_unwind_builder_add(&builder, 10, &a);
    pp_unwind_builder_add(&builder, 20, &a);
    pp_unwind_builder_add(&builder, 30, &b);
    pp_unwind_builder_add(&builder, 30, &a); /* taken back */
    pp_unwind_builder_add(&builder, 40, &b);
    pp_unwind_builder_add(&builder, 1000, &a); /* outside */
    struct pp_unwind_table *table = pp_unwind_builder_finish(&builder);
    assert_non_null(table);
    assert_int_equal(table->row_count, 3);
    pp_unwind_table_free(table);
    pp_arena_release(&arena);
}

/* However little memory there is, the answer is a table or none. */
static void out_of_memory(void **state)
{
    (void)state;
    bool finished = false;
    for (size_t ceiling = 4096; !finished; ceiling *= 2) {
        struct pp_arena arena;
        struct pp_unwind_builder builder;
        pp_arena_init(&arena, ceiling);
        pp_unwind_builder_init(&builder, &arena, 100000);
        for (uint32_t at = 0; at < 100000; at++) {
            struct pp_unwind_rule rule = rule_number(at % 999);
            pp_unwind_builder_add(&builder, at, &rule);
        }
        struct pp_unwind_table *table = pp_unwind_builder_finish(&builder);
        assert_int_equal(table == NULL, builder.failed);
        finished = table != NULL;
        pp_unwind_table_free(table);
        pp_arena_release(&arena);
        assert_true(ceiling < 1 << 30);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_has_its_rule),
        cmocka_unit_test(more_rules_than_a_row_can_number),
        cmocka_unit_test(too_many_rules),
        cmocka_unit_test(equal_neighbours_are_one_row),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
