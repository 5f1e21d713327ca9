/* Tags of nodes: labels joined, numbers of bytes, light ones left out. */
#include "../stacks.h"

#include "graph/graph.h"

static struct pp_arena arena;

static int release_arena(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static struct pp_graph *picture_of(struct pp_profile *profile,
                                   struct pp_graph_options options)
{
    struct pp_detail detail = {.inlines = true, .functions = true};
    options.order = PP_ORDER_PICTURE;
    options.edges = PP_EDGES_ALL;
    options.tags.wanted = true;
    options.tags.unit = pp_slice_literal("minimum");
    pp_profile_aggregate(profile, &detail);
    return pp_graph_new(&arena, profile, &options);
}

/* "name=flat/cum" of each; numbers with "#" and the labels they belong to. */
static void assert_tags(const struct pp_graph *graph, const char *name,
                        const char *expected)
{
    struct pp_buffer text = {0};
    for (uint32_t i = 0; i < graph->node_count; i++)
        for (uint32_t k = 0;
             pp_slice_equal(graph->names[i], pp_slice_of(name)) &&
             k < graph->tags[i].count;
             k++) {
            const struct pp_tag *tag = &graph->tags[i].items[k];
            pp_buffer_append_slice(&text, tag->name);
            if (tag->is_number)
                pp_buffer_format(&text, "#%u:%lld", tag->labels,
                                 (long long)tag->number);
            pp_buffer_format(&text, "=%lld/%lld ", (long long)tag->flat,
                             (long long)tag->cum);
        }
    assert_string_equal(text.data ? text.data : "", expected);
    pp_buffer_release(&text);
}

static struct pp_profile *labelled(void)
{
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "a;b;a;b", 5);
    stacks_label(profile, "z", "1", 0, "");
    stacks_label(profile, "k", "v", 0, "");
    stacks_label(profile, "pprof::base", "true", 0, "");
    stacks_add(profile, "a", 20);
    stacks_label(profile, "bytes", NULL, 1024, "bytes");
    stacks_label(profile, "request", NULL, 7, "bytes");
    stacks_add(profile, "a;b", 2);
    stacks_label(profile, "k", "v", 0, "");
    stacks_label(profile, "bytes", NULL, 1025, "bytes");
    stacks_label(profile, "z", "1", 0, "");
    stacks_label(profile, "bytes", NULL, 1025, "bytes");
    return profile;
}

static void labels_are_sorted_and_joined(void **state)
{
    struct pp_profile *profile = labelled();
    (void)state;
    struct pp_graph *graph = picture_of(profile, (struct pp_graph_options){0});
    assert_tags(graph, "a", "k:v\\nz:1=0/7 1kB#0:1024=20/20 1kB#1:1025=0/4 ");
    assert_tags(graph, "b", "k:v\\nz:1=7/7 1kB#1:1025=4/4 ");
    pp_profile_free(profile);
}

static void paths_have_tags_too(void **state)
{
    struct pp_profile *profile = labelled();
    (void)state;
    struct pp_graph *graph =
        picture_of(profile, (struct pp_graph_options){.call_tree = true,
                                                      .node_fraction = .26});
    /* a;b, but neither a;b;a nor a;b;a;b. */
    assert_int_equal(graph->node_count, 2);
    assert_tags(graph, "b", "k:v\\nz:1=2/7 ");
    pp_profile_free(profile);
}

static void light_tags_are_left_out(void **state)
{
    struct pp_profile *profile = labelled();
    (void)state;
    struct pp_graph *graph =
        picture_of(profile, (struct pp_graph_options){.node_fraction = .2});
    assert_tags(graph, "a", "k:v\\nz:1=0/7 1kB#0:1024=20/20 ");
    assert_tags(graph, "b", "k:v\\nz:1=7/7 ");
    pp_profile_free(profile);
}

/* With as many tags as that the second node is one too many. */
static void tags_count_as_nodes(void **state)
{
    struct pp_profile *profile = labelled();
    (void)state;
    struct pp_graph *graph =
        picture_of(profile, (struct pp_graph_options){.node_count = 2});
    assert_int_equal(graph->node_count, 1);
    graph = picture_of(profile, (struct pp_graph_options){.node_count = 4});
    assert_int_equal(graph->node_count, 2);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_sorted_and_joined),
        cmocka_unit_test(paths_have_tags_too),
        cmocka_unit_test(light_tags_are_left_out),
        cmocka_unit_test(tags_count_as_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, release_arena);
}
