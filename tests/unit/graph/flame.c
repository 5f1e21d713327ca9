/* The merged call tree, whole and pruned: shapes, sums, names, ties. */
#include "graph/graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pp_arena arena; /* of the trees; emptied behind each test */

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

/* ---- profiles from folded text ------------------------------------------ */

static uint32_t location_of(struct pp_profile *profile, const char *name)
{
    uint32_t function = pp_profile_add_function(
        profile, pp_slice_of(name), pp_slice_of(name), pp_slice_of(""), 0);
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    struct pp_line line = {.function = function};
    assert_int_equal(pp_profile_set_lines(profile, location, &line, 1), 0);
    return location;
}

/* "main;work": root first, as people write them. */
static void add_stack(struct pp_profile *profile, const char *folded,
                      int64_t value)
{
    uint32_t stack[64], depth = 0;
    char text[1000];
    snprintf(text, sizeof(text), "%s", folded);
    char *rest = text, *name;
    while ((name = strsep(&rest, ";")) && *name)
        stack[63 - depth++] = location_of(profile, name);
    assert_int_not_equal(
        pp_profile_add_sample(profile, stack + 64 - depth, depth, &value),
        PP_NONE);
}

static struct pp_profile *new_profile(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    return profile;
}

static struct pp_flame *tree_of(const struct pp_profile *profile)
{
    return pp_flame_new(&arena, profile, &(struct pp_node_options){0}, 0);
}

/* Every promise of flame.h that holds for any tree. */
static void check_tree(const struct pp_flame *tree)
{
    assert_int_equal(tree->nodes[0].parent, PP_NONE);
    assert_int_equal(tree->nodes[0].frame, PP_NONE);
    assert_int_equal(tree->nodes[0].end, tree->node_count);
    uint32_t depth_max = 0;
    for (uint32_t i = 0; i < tree->node_count; i++) {
        const struct pp_flame_node *node = &tree->nodes[i];
        int64_t sum = node->self;
        uint32_t before = PP_NONE;
        for (uint32_t c = i + 1; c < node->end; c = tree->nodes[c].end) {
            assert_int_equal(tree->nodes[c].parent, i);
            assert_int_equal(tree->nodes[c].depth, node->depth + 1);
            assert_true(before == PP_NONE || before < tree->nodes[c].frame);
            before = tree->nodes[c].frame;
            sum += tree->nodes[c].total;
        }
        if (tree->left_out_count)
            assert_true(node->total >= sum);
        else
            assert_int_equal(node->total, sum);
        if (node->depth > depth_max)
            depth_max = node->depth;
    }
    assert_int_equal(tree->depth_max, depth_max);
    for (uint32_t i = 1; i < tree->frame_count; i++)
        assert_true(pp_slice_compare(tree->frames[i - 1].name,
                                     tree->frames[i].name) <= 0);
}

/* "main:10/4(parse:6/6)": name:total/self(children). */
static void print_node(const struct pp_flame *tree, uint32_t i,
                       struct pp_buffer *out)
{
    const struct pp_flame_node *node = &tree->nodes[i];
    if (node->frame == PP_NONE)
        pp_buffer_append_text(out, "all");
    else
        pp_buffer_append_slice(out, tree->frames[node->frame].name);
    pp_buffer_format(out, "%s:%lld", node->inlined ? "*" : "",
                     (long long)pp_flame_value(tree, i));
    if (node->self)
        pp_buffer_format(out, "/%lld", (long long)node->self);
    const char *mark = "(";
    for (uint32_t c = i + 1; c < node->end; c = tree->nodes[c].end) {
        pp_buffer_append_text(out, mark);
        print_node(tree, c, out);
        mark = " ";
    }
    if (*mark == ' ')
        pp_buffer_append_char(out, ')');
}

static void assert_tree(const struct pp_flame *tree, const char *expected)
{
    struct pp_buffer out = {0};
    print_node(tree, 0, &out);
    check_tree(tree);
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
}

/* ---- shapes ------------------------------------------------------------- */

static void merges_equal_prefixes(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "main;write", 3);
    add_stack(profile, "main;parse;read", 4);
    add_stack(profile, "main;parse", 2);
    add_stack(profile, "main;parse;read", 1);
    add_stack(profile, "idle", 5);
    struct pp_flame *tree = tree_of(profile);
    assert_tree(tree, "all:15(idle:5/5 main:10(parse:7/2(read:5/5) "
                      "write:3/3))");
    pp_profile_free(profile);
}

static void recursion_is_a_tower(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "fib;fib;fib", 2);
    add_stack(profile, "fib", 1);
    struct pp_flame *tree = tree_of(profile);
    assert_tree(tree, "all:3(fib:3/1(fib:2(fib:2/2)))");
    assert_int_equal(tree->frame_count, 1);
    pp_profile_free(profile);
}

static void nothing_is_a_root(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    struct pp_flame *tree = tree_of(profile);
    assert_tree(tree, "all:0");
    add_stack(profile, "main", 0); /* no weight, no node */
    add_stack(profile, "", 7);     /* no frames: the root's own */
    tree = tree_of(profile);
    assert_tree(tree, "all:7/7");
    pp_profile_free(profile);
}

static void chooses_the_sample_type(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    pp_profile_add_sample_type(profile, "samples", "count");
    uint32_t location = location_of(profile, "main");
    pp_profile_add_sample(profile, &location, 1, (int64_t[]){1000, 3});
    struct pp_flame *tree =
        pp_flame_new(&arena, profile, &(struct pp_node_options){0}, 1);
    assert_tree(tree, "all:3(main:3/3)");
    pp_profile_free(profile);
}

/* ---- inlining ----------------------------------------------------------- */

static void inlined_frames_are_nodes(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    uint32_t callee = pp_profile_add_function(
        profile, pp_slice_of("callee"), pp_slice_of(""), pp_slice_of(""), 0);
    uint32_t caller = pp_profile_add_function(
        profile, pp_slice_of("caller"), pp_slice_of(""), pp_slice_of(""), 0);
    uint32_t both = pp_profile_add_location(profile, PP_NONE, 0);
    struct pp_line lines[] = {{.function = callee}, {.function = caller}};
    pp_profile_set_lines(profile, both, lines, 2);
    pp_profile_add_sample(profile, &both, 1, (int64_t[]){5});

    struct pp_flame *tree = tree_of(profile);
    assert_tree(tree, "all:5(caller:5(callee*:5/5))");

    /* Called as well from the same place: no longer "inlined". */
    add_stack(profile, "caller;callee", 1);
    tree = tree_of(profile);
    assert_tree(tree, "all:6(caller:6(callee:6/6))");
    pp_profile_free(profile);
}

/* ---- names and kinds ---------------------------------------------------- */

static uint32_t bare_location(struct pp_profile *profile, const char *mapping,
                              uint64_t address)
{
    uint32_t number =
        mapping ? pp_profile_add_mapping(profile, 0x1000, 0x2000, 0,
                                         pp_slice_of(mapping), pp_slice_of(""))
                : PP_NONE;
    return pp_profile_add_location(profile, number, address);
}

static void names_what_has_no_name(void **state)
{
    (void)state;
    static const struct {
        const char *mapping;
        uint64_t address;
        const char *name;
        enum pp_flame_kind kind;
    } cases[] = {
        {"/usr/lib/libfoo.so", 0, "[libfoo.so]", PP_FLAME_SYNTHETIC},
        {"/usr/lib/libfoo.so", 0x1234, "0000000000001234 [libfoo.so]",
         PP_FLAME_CODE},
        {"[vdso]", 0, "[[vdso]]", PP_FLAME_SYNTHETIC},
        {"[kernel.kallsyms]", 0, "[[kernel.kallsyms]]", PP_FLAME_KERNEL},
        {"/tmp/perf-77.map", 0, "[perf-77.map]", PP_FLAME_JIT},
        {NULL, 0, "<unknown>", PP_FLAME_SYNTHETIC},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pp_profile *profile = new_profile();
        uint32_t location =
            bare_location(profile, cases[i].mapping, cases[i].address);
        pp_profile_add_sample(profile, &location, 1, (int64_t[]){1});
        struct pp_flame *tree = tree_of(profile);
        check_tree(tree);
        assert_int_equal(tree->frame_count, 1);
        assert_true(
            pp_slice_equal(tree->frames[0].name, pp_slice_of(cases[i].name)));
        assert_int_equal(tree->frames[0].kind, cases[i].kind);
        pp_profile_free(profile);
    }
}

static void names_positions(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    uint32_t function = pp_profile_add_function(profile, pp_slice_of("main"),
                                                pp_slice_of("main"),
                                                pp_slice_of("/src/a.c"), 1);
    uint32_t stack[2];
    for (int i = 0; i < 2; i++) {
        stack[i] = pp_profile_add_location(profile, PP_NONE, 0);
        struct pp_line line = {.function = function, .line = 7 + i};
        pp_profile_set_lines(profile, stack[i], &line, 1);
    }
    pp_profile_add_sample(profile, stack, 2, (int64_t[]){1});
    struct pp_flame *tree = tree_of(profile);
    assert_tree(tree, "all:1(main /src/a.c:8:1(main /src/a.c:7:1/1))");
    pp_profile_free(profile);
}

/* ---- signs and sums ----------------------------------------------------- */

static void differences_keep_their_signs(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "main;more", 5);
    add_stack(profile, "main;less", -3);
    struct pp_flame *tree = tree_of(profile);
    assert_non_null(tree->net);
    assert_tree(tree, "all:2(main:2(less:-3/3 more:5/5))");
    assert_int_equal(tree->nodes[0].total, 8);
    pp_profile_free(profile);
}

static void sums_stay_at_the_largest_number(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "a", INT64_MAX);
    add_stack(profile, "b", INT64_MAX);
    add_stack(profile, "c", INT64_MIN);
    struct pp_flame *tree = tree_of(profile);
    assert_int_equal(tree->nodes[0].total, INT64_MAX);
    for (uint32_t i = 1; i < tree->node_count; i++)
        assert_int_equal(tree->nodes[i].total, INT64_MAX);
    struct pp_flame *pruned = pp_flame_prune(&arena, tree, 2);
    assert_int_equal(pruned->left_out_total, INT64_MAX);
    pp_profile_free(profile);
}

/* ---- pruning ------------------------------------------------------------ */

static void keeps_the_heaviest(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "a;b;c", 100);
    add_stack(profile, "a;b;d", 1);
    add_stack(profile, "a;e", 300);
    add_stack(profile, "f;g", 2);
    struct pp_flame *whole = tree_of(profile), *tree = NULL;
    tree = pp_flame_prune(&arena, whole, 5);
    assert_tree(tree, "all:403(a:401(b:101(c:100/100) e:300/300))");
    assert_int_equal(tree->left_out_count, 3);
    assert_int_equal(tree->left_out_total, 1 + 2);

    tree = pp_flame_prune(&arena, whole, 0);
    assert_tree(tree, "all:403");
    assert_int_equal(tree->left_out_total, 403);

    tree = pp_flame_prune(&arena, whole, 1000);
    assert_int_equal(tree->left_out_count, 0);
    check_tree(tree);
    pp_profile_free(profile);
}

static void ties_never_lose_a_parent(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "x;y;z", 1);
    add_stack(profile, "a;b;c", 1);
    struct pp_flame *whole = tree_of(profile), *tree = NULL;
    tree = pp_flame_prune(&arena, whole, 3);
    assert_tree(tree, "all:2(a:1(b:1))");
    assert_int_equal(tree->left_out_total, 2);
    pp_profile_free(profile);
}

/* Random trees: the sums hold, and pruning to n keeps n of the heaviest. */
static void random_trees_hold_their_promises(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < 50; round++) {
        struct pp_profile *profile = new_profile();
        uint32_t functions[8], stack[12];
        for (int i = 0; i < 8; i++)
            functions[i] = location_of(profile, (char[]){'a' + i, 0});
        for (int i = 0; i < 200; i++) {
            uint32_t depth = (uint32_t)rand() % 12;
            for (uint32_t k = 0; k < depth; k++)
                stack[k] = functions[rand() % 8];
            int64_t value = (int64_t)1 << rand() % 40;
            pp_profile_add_sample(profile, stack, depth, &value);
        }
        struct pp_flame *whole = tree_of(profile), *tree = NULL;
        check_tree(whole);
        uint32_t wanted = 1 + (uint32_t)rand() % whole->node_count;
        tree = pp_flame_prune(&arena, whole, wanted);
        check_tree(tree);
        assert_int_equal(tree->node_count, wanted);
        assert_int_equal(tree->left_out_count, whole->node_count - wanted);
        int64_t least = INT64_MAX, kept_self = 0;
        for (uint32_t i = 0; i < wanted; i++) {
            kept_self += tree->nodes[i].self;
            if (tree->nodes[i].total < least)
                least = tree->nodes[i].total;
        }
        assert_int_equal(kept_self + tree->left_out_total,
                         whole->nodes[0].total);
        uint32_t heavier = 0;
        for (uint32_t i = 0; i < whole->node_count; i++)
            heavier += whole->nodes[i].total > least;
        assert_true(heavier < wanted);
        pp_profile_free(profile);
    }
}

int main(void)
{
    pp_arena_init_fatal(&arena, abort);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(merges_equal_prefixes, release_arena),
        cmocka_unit_test_teardown(recursion_is_a_tower, release_arena),
        cmocka_unit_test_teardown(nothing_is_a_root, release_arena),
        cmocka_unit_test_teardown(chooses_the_sample_type, release_arena),
        cmocka_unit_test_teardown(inlined_frames_are_nodes, release_arena),
        cmocka_unit_test_teardown(names_what_has_no_name, release_arena),
        cmocka_unit_test_teardown(names_positions, release_arena),
        cmocka_unit_test_teardown(differences_keep_their_signs, release_arena),
        cmocka_unit_test_teardown(sums_stay_at_the_largest_number,
                                  release_arena),
        cmocka_unit_test_teardown(keeps_the_heaviest, release_arena),
        cmocka_unit_test_teardown(ties_never_lose_a_parent, release_arena),
        cmocka_unit_test_teardown(random_trees_hold_their_promises,
                                  release_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
