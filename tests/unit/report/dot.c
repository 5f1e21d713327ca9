/* -dot: a graph as google/pprof prints it, and what must not break it. */
#include "print.h"

static struct pp_profile *example(const char *binary)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    pp_profile_add_mapping(profile, 1, 2, 0, pp_slice_of(binary),
                           pp_slice_literal(""));
    stacks_add(profile, "main;net::Socket::read;copy<leaf", 30000000);
    stacks_label(profile, "bytes", NULL, 4096, "bytes");
    stacks_label(profile, "thread", "io", 0, "");
    stacks_add(profile, "main;helper;copy<leaf", 60000000);
    stacks_label(profile, "bytes", NULL, 100, "bytes");
    stacks_add(profile, "main;net::Socket::read", 9000000);
    stacks_add(profile, "rare", 10);
    stacks_add(profile, "main;rare;leaf", 900000);
    return profile;
}

/* The way from main to leaf over what is left out goes: there are others. */
static void prints_what_the_reference_prints(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.nodefraction = .05;
    options.compact_labels = true; /* of lists only */
    assert_prints(
        "dot", example("/bin/tool"), &options,
        "digraph \"tool\" {\n"
        "node [style=filled fillcolor=\"#f8f8f8\"]\n"
        "subgraph cluster_L { \"File: tool\" [shape=box fontsize=16 label"
        "=\"File: tool\\lType: cpu\\lShowing nodes accounting for 99.90ms"
        ", 100% of 99.90ms total\\lDropped 1 node (cum <= 5ms)\\l\\lSee h"
        "ttps://git.io/JfYMW for how to read the graph\\l\" tooltip=\"too"
        "l\"] }\n"
        "N1 [label=\"main\\n0 of 99.90ms (100%)\" id=\"node1\" fontsize=8"
        " shape=box tooltip=\"main (99.90ms)\" color=\"#b20000\" fillcolo"
        "r=\"#edd5d5\"]\n"
        "N2 [label=\"copy\\n90ms (90.09%)\" id=\"node2\" fontsize=24 shap"
        "e=box tooltip=\"copy (90ms)\" color=\"#b20500\" fillcolor=\"#edd"
        "6d5\"]\n"
        "N2_0 [label = \"thread:io\" id=\"N2_0\" fontsize=8 shape=box3d t"
        "ooltip=\"30ms\"]\n"
        "N2 -> N2_0 [label=\" 30ms\" weight=100 tooltip=\"30ms\" labeltoo"
        "ltip=\"30ms\"]\n"
        "NN2_0_0 [label = \"4kB\" id=\"NN2_0_0\" fontsize=8 shape=box3d t"
        "ooltip=\"30ms\"]\n"
        "N2_0 -> NN2_0_0 [label=\" 30ms\" weight=100 tooltip=\"30ms\" lab"
        "eltooltip=\"30ms\"]\n"
        "NN2_0 [label = \"100B\" id=\"NN2_0\" fontsize=8 shape=box3d tool"
        "tip=\"60ms\"]\n"
        "N2 -> NN2_0 [label=\" 60ms\" weight=100 tooltip=\"60ms\" labelto"
        "oltip=\"60ms\"]\n"
        "N3 [label=\"leaf\\n0.90ms (0.9%)\\nof 90.90ms (90.99%)\" id=\"no"
        "de3\" fontsize=10 shape=box tooltip=\"leaf (90.90ms)\" color=\"#"
        "b20400\" fillcolor=\"#edd6d5\"]\n"
        "N4 [label=\"Socket\\nread\\n9ms (9.01%)\\nof 39ms (39.04%)\" id="
        "\"node4\" fontsize=14 shape=box tooltip=\"net::Socket::read (39m"
        "s)\" color=\"#b22b00\" fillcolor=\"#eddbd5\"]\n"
        "N5 [label=\"helper\\n0 of 60ms (60.06%)\" id=\"node5\" fontsize="
        "8 shape=box tooltip=\"helper (60ms)\" color=\"#b21900\" fillcolo"
        "r=\"#edd8d5\"]\n"
        "N3 -> N2 [label=\" 90ms\\n (inline)\" weight=91 penwidth=5 color"
        "=\"#b20500\" tooltip=\"leaf -> copy (90ms)\" labeltooltip=\"leaf"
        " -> copy (90ms)\"]\n"
        "N5 -> N3 [label=\" 60ms\" weight=61 penwidth=4 color=\"#b21900"
        "\" tooltip=\"helper -> leaf (60ms)\" labeltooltip=\"helper -> le"
        "af (60ms)\"]\n"
        "N1 -> N5 [label=\" 60ms\" weight=61 penwidth=4 color=\"#b21900"
        "\" tooltip=\"main -> helper (60ms)\" labeltooltip=\"main -> help"
        "er (60ms)\"]\n"
        "N1 -> N4 [label=\" 39ms\" weight=40 penwidth=2 color=\"#b22b00"
        "\" tooltip=\"main -> net::Socket::read (39ms)\" labeltooltip=\"m"
        "ain -> net::Socket::read (39ms)\"]\n"
        "N4 -> N3 [label=\" 30ms\" weight=31 penwidth=2 color=\"#b23600"
        "\" tooltip=\"net::Socket::read -> leaf (30ms)\" labeltooltip=\"n"
        "et::Socket::read -> leaf (30ms)\"]\n"
        "}\n");
}

static void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
}

static void quotes_do_not_end_strings(void **state)
{
    struct pp_options options = pp_options_default;
    struct pp_profile *profile = example("/bin/\"x\\");
    (void)state;
    stacks_label(profile, "k\"", "C:\\dir", 0, "");
    struct printed printed = print("dot", profile, &options);
    assert_contains(printed.out.data, "digraph \"\\\"x\\\\\" {\n");
    assert_contains(printed.out.data, " tooltip=\"\\\"x\\\\\"] }\n");
    assert_contains(printed.out.data, "[label = \"k\\\":C:\\\\dir\" ");
    printed_free(&printed);
}

static void a_title_may_be_chosen(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.title = "Tuesday";
    struct printed printed = print("dot", example("/bin/tool"), &options);
    assert_contains(printed.out.data, "digraph \"Tuesday\" {\n");
    printed_free(&printed);
}

/* Six numbers make four boxes, each of the others with the nearest. */
static void numbers_are_grouped(void **state)
{
    static const int64_t numbers[] = {10, 1000, 100000, 10000000, 12, 90000};
    struct pp_options options = pp_options_default;
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    for (int i = 0; i < 6; i++) {
        stacks_add(profile, "f", 100 - i);
        stacks_label(profile, "bytes", NULL, numbers[i], "bytes");
    }
    struct printed printed = print("dot", profile, &options);
    assert_contains(printed.out.data,
                    "NN1_0 [label = \"10B..12B\" id=\"NN1_0\" fontsize=8 "
                    "shape=box3d tooltip=\"196\"]\n");
    assert_contains(printed.out.data, "NN1_1 [label = \"87.89kB..97.66kB\"");
    assert_contains(printed.out.data, "NN1_2 [label = \"1000B\"");
    assert_contains(printed.out.data, "NN1_3 [label = \"9.54MB\"");
    assert_null(strstr(printed.out.data, "NN1_4"));
    printed_free(&printed);
}

static void an_empty_graph_is_a_legend(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    assert_prints("dot", stacks_new("n", "count"), &options,
                  "digraph \"unnamed\" {\n"
                  "node [style=filled fillcolor=\"#f8f8f8\"]\n"
                  "subgraph cluster_L { \"Type: n\" [shape=box fontsize=16 "
                  "label=\"Type: n\\lShowing nodes accounting for 0, 0% of 0 "
                  "total\\l\\lSee https://git.io/JfYMW for how to read the "
                  "graph\\l\"] }\n"
                  "}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_what_the_reference_prints),
        cmocka_unit_test(quotes_do_not_end_strings),
        cmocka_unit_test(a_title_may_be_chosen),
        cmocka_unit_test(numbers_are_grouped),
        cmocka_unit_test(an_empty_graph_is_a_legend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
