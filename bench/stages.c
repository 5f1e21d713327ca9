/* Where the time of a report goes: unpacking, decoding, the graph, and each
 * report as a whole once the profile is there.
 *
 *     stages FILE [ROUNDS]
 *
 * Milliseconds, the fastest of ROUNDS. The file is a profile in gzip. */
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>

#include "graph/graph.h"
#include "os/os.h"
#include "profile/profile.h"
#include "report/report.h"
#include "wire/wire.h"

struct bench {
    struct pp_buffer packed, plain;
    const struct pp_profile *profile;
    const struct pp_report *report; /* of measure_report */
    enum pp_graph_edges edges;      /* of measure_graph */
    uint32_t rounds;
};

static void die(const char *what)
{
    fprintf(stderr, "stages: %s\n", what);
    exit(1);
}

static void run_out_of_memory(void)
{
    die("no memory");
}

/* ---- what is measured --------------------------------------------------- */

static void unpack(struct bench *bench)
{
    struct libdeflate_decompressor *unpacker = libdeflate_alloc_decompressor();
    uint32_t size;
    memcpy(&size, bench->packed.data + bench->packed.size - 4, 4);
    pp_buffer_clear(&bench->plain);
    char *room = pp_buffer_room(&bench->plain, size);
    if (!room || libdeflate_gzip_decompress(unpacker, bench->packed.data,
                                            bench->packed.size, room, size,
                                            NULL) != LIBDEFLATE_SUCCESS)
        die("not one gzip member");
    bench->plain.size = size;
    libdeflate_free_decompressor(unpacker);
}

static struct pp_profile *decode(const struct pp_buffer *bytes)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    if (pp_wire_decode(bytes->data, bytes->size, 0, &profile, &err) < 0)
        die(err.text);
    return profile;
}

static void decode_plain(struct bench *bench)
{
    pp_profile_free(decode(&bench->plain));
}

static void build_graph(struct bench *bench)
{
    struct pp_arena arena;
    struct pp_graph_options options = {
        .edges = bench->edges,
        .value_index = bench->profile->sample_types.count - 1,
        .node_fraction = pp_options_default.nodefraction,
        .edge_fraction = pp_options_default.edgefraction,
    };
    pp_arena_init_fatal(&arena, run_out_of_memory);
    pp_graph_new(&arena, bench->profile, &options);
    pp_arena_release(&arena);
}

static void print_report(struct bench *bench)
{
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    struct pp_options options = pp_options_default;
    const struct pp_report_output output = {
        .out = &out,
        .exhausted = run_out_of_memory,
    };
    struct pp_profile *copy = pp_profile_copy(bench->profile);
    options.pattern = "Class7";
    if (!copy ||
        pp_report_print(bench->report, copy, &options, &output, &err) < 0)
        die(err.text);
    pp_profile_free(copy);
    pp_buffer_release(&out);
}

/* ---- measuring ---------------------------------------------------------- */

static void measure(struct bench *bench, const char *name,
                    void (*stage)(struct bench *bench))
{
    int64_t best = INT64_MAX;
    for (uint32_t i = 0; i < bench->rounds; i++) {
        int64_t start = pp_os_now_ns();
        stage(bench);
        int64_t taken = pp_os_now_ns() - start;
        best = taken < best ? taken : best;
    }
    printf("  %-28s %9.2f ms\n", name, (double)best / 1e6);
    fflush(stdout);
}

static void measure_reports(struct bench *bench)
{
    static const char *const names[] = {
        "top", "tree", "peek", "dot", "traces", "tags", "callgrind", "proto",
    };
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++) {
        char title[40];
        bench->report = pp_report_find(pp_slice_of(names[i]));
        snprintf(title, sizeof title, "report -%s", names[i]);
        measure(bench, title, print_report);
    }
}

int main(int argc, char **argv)
{
    struct bench bench = {
        .rounds = argc > 2 ? (uint32_t)atoi(argv[2]) : 5,
    };
    if (argc < 2)
        die("usage: stages FILE [ROUNDS]");
    if (pp_os_read_file(argv[1], &bench.packed) < 0 || bench.packed.size < 18)
        die(argv[1]);
    measure(&bench, "unpack (one thread)", unpack);
    measure(&bench, "decode what is unpacked", decode_plain);
    bench.profile = decode(&bench.plain);
    measure(&bench, "graph without edges", build_graph);
    bench.edges = PP_EDGES_ALL;
    measure(&bench, "graph with edges", build_graph);
    measure_reports(&bench);
    return 0;
}
