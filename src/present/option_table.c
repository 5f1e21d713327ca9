/* The table of options.
 *
 * Invariant: names are unique, and none is a report's.
 *
 * The texts of variables are those of the reference, whose shell prints them
 * and whose users' scripts and eyes expect them (configHelp in commands.go of
 * its driver); so is which of them end in a newline.
 */
#include "present/option.h"

#include <assert.h>

#define IN_REPORT(member) offsetof(struct pp_settings, report.member)
#define IN_SETTINGS(member) offsetof(struct pp_settings, member)

/* clang-format off */
#define SOURCE(name, kind, member, argument, help)                             \
    {name, PP_OPTION_##kind, PP_SECTION_SOURCE, IN_SETTINGS(member), 0, NULL,  \
     false, argument, help}
#define REPORT(name, kind, member, argument, help)                             \
    {name, PP_OPTION_##kind, PP_SECTION_REPORT, IN_REPORT(member), 0, NULL,    \
     true, argument, help}
#define CHOICE(name, group, choice, help)                                      \
    {name, PP_OPTION_##group, PP_SECTION_##group, 0, choice, NULL,             \
     true, NULL, help}
#define SAMPLE(name, type, help)                                               \
    {name, PP_OPTION_SAMPLE, PP_SECTION_SAMPLE, 0, 0, type, false, NULL, help}
#define BASE(name, help)                                                       \
    {name, PP_OPTION_BASE, PP_SECTION_SOURCE, 0, 0, NULL, false, "source", help}
/* clang-format on */

#define MATCHING "Matching includes the function name, filename or object name."

const struct pp_option pp_options_table[] = {
    SOURCE("seconds", INT, seconds, "n",
           "collect for n seconds (puts seconds=n into the URL)"),
    SOURCE("timeout", INT, timeout, "n",
           "give a server n seconds (default: 1.5 x the duration, or 60)"),
    BASE("base", "subtract this profile; may be given several times"),
    BASE("diff_base", "the same, and 100% is what the base comes to"),
    SOURCE("symbolize", TEXT, symbolize, "how",
           "where names come from: none, local, fastlocal, remote, with\n"
           ":force to name all anew, :demangle=none|templates|full"),
    SOURCE("buildid", TEXT, build_id, "id",
           "build id of the main binary, where the profile has none"),
    SOURCE("all_frames", BOOL, all_frames, NULL,
           "show the frames, too, that the profile asks to drop"),
    SOURCE("add_comment", TEXT, comment, "text",
           "a comment to put into the profile"),
    SOURCE("tls_cert", TEXT, tls_cert, "file",
           "certificate to show to the server (PEM)"),
    SOURCE("tls_key", TEXT, tls_key, "file", "its private key (PEM)"),
    SOURCE("tls_ca", TEXT, tls_ca, "file",
           "believe the certificates that these sign (PEM)"),
    SOURCE("tools", TEXT, tools, "path",
           "accepted for compatibility: no outside tools are needed"),
    SOURCE("no_browser", BOOL, no_browser, NULL,
           "open no browser (makes sense with -http alone)"),

    {"output", PP_OPTION_TEXT, PP_SECTION_REPORT, IN_SETTINGS(output), 0, NULL,
     true, "file", "Output filename for file-based outputs\n"},
    REPORT("nodecount", INT, nodecount, "n",
           "Max number of nodes to show\n"
           "Uses heuristics to limit the number of locations to be displayed.\n"
           "On graphs, dotted edges represent paths through nodes that have "
           "been removed.\n"),
    REPORT("nodefraction", FLOAT, nodefraction, "f",
           "Hide nodes below <f>*total"),
    REPORT("edgefraction", FLOAT, edgefraction, "f",
           "Hide edges below <f>*total"),
    REPORT("trim", BOOL, trim, NULL,
           "Honor nodefraction/edgefraction/nodecount defaults\n"
           "Set to false to get the full profile, without any trimming.\n"),
    REPORT("sample_index", TEXT, sample_index, "type",
           "Sample value to report (0-based index or name)\n"
           "Profiles contain multiple values per sample.\n"
           "Use sample_index=i to select the ith value (starting at 0).\n"),
    REPORT("mean", BOOL, mean, NULL,
           "Average sample value over first value (count)\n"
           "For memory profiles, report average memory per allocation.\n"
           "For time-based profiles, report average time per event.\n"),
    REPORT("normalize", BOOL, normalize, NULL,
           "Scales profile based on the base profile.\n"),
    REPORT("unit", TEXT, unit, "unit",
           "Measurement units to display\n"
           "Scale the sample values to this unit.\n"
           "For time-based profiles, use seconds, milliseconds, nanoseconds, "
           "etc.\n"
           "For memory profiles, use megabytes, kilobytes, bytes, etc.\n"
           "Using auto will scale each value independently to the most natural "
           "unit.\n"),
    REPORT("divide_by", FLOAT, divide_by, "x",
           "Ratio to divide all samples before visualization\n"
           "Divide all samples values by a constant, eg the number of "
           "processors or jobs.\n"),
    REPORT("drop_negative", BOOL, drop_negative, NULL,
           "Ignore negative differences\n"
           "Do not show any locations with values <0.\n"),
    REPORT("call_tree", BOOL, call_tree, NULL,
           "Create a context-sensitive call tree\n"
           "Treat locations reached through different paths as separate.\n"),
    REPORT("relative_percentages", BOOL, relative_percentages, NULL,
           "Show percentages relative to focused subgraph\n"
           "If unset, percentages are relative to full graph before focusing\n"
           "to facilitate comparison with original graph.\n"),
    REPORT("compact_labels", BOOL, compact_labels, NULL,
           "Show minimal headers"),
    REPORT("focus", TEXT, focus, "regexp",
           "Restricts to samples going through a node matching regexp\n"
           "Discard samples that do not include a node matching this "
           "regexp.\n" MATCHING "\n"),
    REPORT("ignore", TEXT, ignore, "regexp",
           "Skips paths going through any nodes matching regexp\n"
           "If set, discard samples that include a node matching this "
           "regexp.\n" MATCHING "\n"),
    REPORT("show", TEXT, show, "regexp",
           "Only show nodes matching regexp\n"
           "If set, only show nodes that match this location.\n" MATCHING "\n"),
    REPORT("hide", TEXT, hide, "regexp",
           "Skips nodes matching regexp\n"
           "Discard nodes that match this location.\n"
           "Other nodes from samples that include this location will be "
           "shown.\n" MATCHING "\n"),
    REPORT("show_from", TEXT, show_from, "regexp",
           "Drops functions above the highest matched frame.\n"
           "If set, all frames above the highest match are dropped from every "
           "sample.\n" MATCHING "\n"),
    REPORT("prune_from", TEXT, prune_from, "regexp",
           "Drops any functions below the matched frame.\n"
           "If set, any frames matching the specified regexp and any frames\n"
           "below it will be dropped from each sample.\n"),
    REPORT("tagfocus", TEXT, tagfocus, "filter",
           "Restricts to samples with tags in range or matched by regexp\n"
           "Use name=value syntax to limit the matching to a specific tag.\n"
           "Numeric tag filter examples: 1kb, 1kb:10kb, memory=32mb:\n"
           "String tag filter examples: foo, foo.*bar, mytag=foo.*bar\n"),
    REPORT("tagignore", TEXT, tagignore, "filter",
           "Discard samples with tags in range or matched by regexp\n"
           "Use name=value syntax to limit the matching to a specific tag.\n"
           "Numeric tag filter examples: 1kb, 1kb:10kb, memory=32mb:\n"
           "String tag filter examples: foo, foo.*bar, mytag=foo.*bar\n"),
    REPORT("tagshow", TEXT, tagshow, "regexp",
           "Only consider tags matching this regexp\n"
           "Discard tags that do not match this regexp\n"),
    REPORT("taghide", TEXT, taghide, "regexp",
           "Skip tags matching this regexp\n"
           "Discard tags that match this regexp\n"),
    REPORT("tagroot", TEXT, tagroot, "keys",
           "Adds pseudo stack frames for labels key/value pairs at the "
           "callstack root.\n"
           "A comma-separated list of label keys.\n"
           "The first key creates frames at the new root.\n"),
    REPORT("tagleaf", TEXT, tagleaf, "keys",
           "Adds pseudo stack frames for labels key/value pairs at the "
           "callstack leaf.\n"
           "A comma-separated list of label keys.\n"
           "The last key creates frames at the new leaf.\n"),
    REPORT("noinlines", BOOL, noinlines, NULL,
           "Ignore inlines.\n"
           "Attributes inlined functions to their first out-of-line "
           "caller.\n"),
    REPORT("showcolumns", BOOL, showcolumns, NULL,
           "Show column numbers at the source code line level.\n"),
    REPORT("intel_syntax", BOOL, intel_syntax, NULL,
           "Show assembly in Intel syntax\n"
           "Only applicable to commands `disasm` and `weblist`\n"),
    REPORT("source_path", TEXT, source_path, "path",
           "Search path for source files"),
    REPORT("trim_path", TEXT, trim_path, "path",
           "Path to trim from source paths before search"),
    REPORT("title", TEXT, title, "text", "Heading of a picture\n"),

    CHOICE("functions", GRANULARITY, PP_GRANULARITY_FUNCTIONS,
           "Aggregate at the function level.\n"
           "Ignores the filename where the function was defined.\n"),
    CHOICE("filefunctions", GRANULARITY, PP_GRANULARITY_FILEFUNCTIONS,
           "Aggregate at the function level.\n"
           "Takes into account the filename where the function was "
           "defined.\n"),
    CHOICE("files", GRANULARITY, PP_GRANULARITY_FILES,
           "Aggregate at the file level."),
    CHOICE("lines", GRANULARITY, PP_GRANULARITY_LINES,
           "Aggregate at the source code line level."),
    CHOICE("addresses", GRANULARITY, PP_GRANULARITY_ADDRESSES,
           "Aggregate at the address level.\n"
           "Includes functions' addresses in the output.\n"),

    CHOICE("cum", SORT, true, "Sort entries based on cumulative weight\n"),
    CHOICE("flat", SORT, false, "Sort entries based on own weight\n"),

    SAMPLE("total_delay", "delay", "-sample_index=delay"),
    SAMPLE("mean_delay", "delay", "-sample_index=delay -mean"),
    SAMPLE("contentions", "contentions", "-sample_index=contentions"),
    SAMPLE("inuse_space", "inuse_space", "-sample_index=inuse_space"),
    SAMPLE("inuse_objects", "inuse_objects", "-sample_index=inuse_objects"),
    SAMPLE("alloc_space", "alloc_space", "-sample_index=alloc_space"),
    SAMPLE("alloc_objects", "alloc_objects", "-sample_index=alloc_objects"),
    {NULL},
};

static_assert(sizeof(pp_options_table) / sizeof(*pp_options_table) <=
                  PP_OPTION_MAX,
              "pp_settings.chosen is too small");
