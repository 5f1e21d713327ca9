/* Names of nodes, and which stands first. */
#include "graph/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

#define S(text)                                                                \
    {                                                                          \
        (text), sizeof(text) - 1                                               \
    }

static void names_hold_what_is_known(void **state)
{
    static const struct {
        struct pp_node node;
        const char *name;
    } cases[] = {
        {{.name = S("f")}, "f"},
        {{.name = S("f"), .file = S("a.c")}, "f a.c"},
        {{.name = S("f"), .file = S("a.c"), .line = 3}, "f a.c:3"},
        {{.name = S("f"), .line = 3}, "f :3"},
        {{.name = S("f"), .file = S("a.c"), .line = 3, .column = 4},
         "f a.c:3:4"},
        {{.name = S("f"), .file = S("a.c"), .column = 4}, "f a.c"},
        {{.name = S("f"), .address = 0x1f}, "000000000000001f f"},
        {{.name = S("f"), .object = S("/lib/x")}, "f"},
        {{.file = S("a.c")}, "a.c"},
        {{.object = S("/lib/x.so")}, "[x.so]"},
        {{.object = S("/lib/x.so"), .address = 0x1f},
         "000000000000001f [x.so]"},
        {{.address = 0x1f}, "000000000000001f <unknown>"},
        {{.line = 0}, "<unknown>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pp_slice name = pp_node_name(&cases[i].node, &arena);
        if (!pp_slice_equal(name, pp_slice_of(cases[i].name)))
            fail_msg("\"" PP_SLICE_FORMAT "\" is not \"%s\"",
                     PP_SLICE_ARGS(name), cases[i].name);
    }
}

/* Sorts the nodes and asserts that they come in the order of the array. */
static void assert_sorted(const struct pp_node *nodes, uint32_t count,
                          enum pp_graph_order order)
{
    struct pp_candidate candidates[8];
    for (uint32_t i = 0; i < count; i++)
        candidates[i] = (struct pp_candidate){
            .node = &nodes[count - 1 - i],
            .name = pp_node_name(&nodes[count - 1 - i], &arena),
            .identity = i,
        };
    pp_candidates_sort(candidates, count, order);
    for (uint32_t i = 0; i < count; i++)
        assert_ptr_equal(candidates[i].node, &nodes[i]);
}

static void flat_then_name_then_cum(void **state)
{
    static const struct pp_node nodes[] = {
        {.name = S("z"), .flat = -9, .cum = 1},
        {.name = S("a"), .flat = 5, .cum = 1},
        {.name = S("b"), .flat = -5, .cum = 7},
        {.name = S("b"), .flat = 5, .cum = 6, .object = S("x")},
        {.name = S("c"), .flat = 0, .cum = 100},
    };
    (void)state;
    assert_sorted(nodes, 5, PP_ORDER_FLAT);
}

static void cum_then_name_then_flat(void **state)
{
    static const struct pp_node nodes[] = {
        {.name = S("c"), .flat = 0, .cum = 100},
        {.name = S("b"), .flat = 2, .cum = -7},
        {.name = S("b"), .flat = 1, .cum = 7, .object = S("x")},
        {.name = S("z"), .flat = 9, .cum = 7},
    };
    (void)state;
    assert_sorted(nodes, 4, PP_ORDER_CUM);
}

/* "{b  0 f 10 0 0 }" before "{b  0 f 9 0 0 }": as texts, not as numbers. */
static void identity_is_compared_as_text(void **state)
{
    static const struct pp_node nodes[] = {
        {.file = S("f"), .start_line = 10, .cum = 1},
        {.file = S("f"), .start_line = 9, .cum = 1, .object = S("o")},
        {.file = S("f"), .start_line = 9, .cum = 1},
    };
    (void)state;
    assert_sorted(nodes, 3, PP_ORDER_FLAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(names_hold_what_is_known, release_arena),
        cmocka_unit_test_teardown(flat_then_name_then_cum, release_arena),
        cmocka_unit_test_teardown(cum_then_name_then_flat, release_arena),
        cmocka_unit_test_teardown(identity_is_compared_as_text, release_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
