/* -callgrind and -kcachegrind: costs and calls in the format of valgrind's
 * callgrind (printCallgrind of google/pprof's internal/report).
 *
 * Invariant: a text is written out where it is first met, and by its number
 * from there on; objects, files and functions are numbered apart. Addresses
 * are relative to that of the node before, where this is shorter.
 *
 * The reference tells functions of one name and file apart, "work [1/2]",
 * where they are called, but not where their own cost is written, so that no
 * reader can bring the two together. Here both have the longer name; where
 * names are unique, nothing differs. That it never says in which object a
 * callee is stays, as ordinary reports would differ. */
#include "report/callgrind_names.h"
#include "report/format.h"
#include "report/table.h"

/* A table of texts, and which of them were written already. */
struct numbering {
    const struct pp_strings *texts;
    uint32_t *ids; /* by number of the text; 0: not written yet */
    uint32_t count;
};

/* All zero is right, too. */
struct scaled {
    int64_t value, scaled;
};

enum { SCALED_COUNT = 1024 };

struct writer {
    const struct pp_report_job *job;
    struct pp_buffer *out;
    const struct pp_graph *graph;
    struct pp_callgrind_names names;
    struct numbering objects, files, functions;
    struct scaled scaled[SCALED_COUNT]; /* by hash of the value */
};

/* ---- pieces of lines ---------------------------------------------------- */

/* There may be tens of millions: no format strings. */
static size_t format_decimal(char *digits, int64_t value)
{
    char reversed[20]; /* INT64_MIN has 19, and a sign */
    size_t size = 0, at = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        reversed[size++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        reversed[size++] = '-';
    while (size > 0)
        digits[at++] = reversed[--size];
    return at;
}

static size_t format_hexadecimal(char *digits, uint64_t value)
{
    int shift = value ? (63 - __builtin_clzll(value)) / 4 * 4 : 0;
    size_t at = 0;
    digits[at++] = '0';
    digits[at++] = 'x';
    for (; shift >= 0; shift -= 4)
        digits[at++] = "0123456789abcdef"[value >> shift & 15];
    return at;
}

/* previous: the address of the node before; NULL where there is none. */
static size_t format_address(char *text, const uint64_t *previous,
                             uint64_t address)
{
    char relative[21] = "+";
    size_t absolute_size = format_hexadecimal(text, address);
    if (!previous)
        return absolute_size;
    if (*previous == address) {
        text[0] = '*';
        return 1;
    }
    int64_t distance = (int64_t)(address - *previous);
    size_t sign = distance > 0;
    size_t size = sign + format_decimal(relative + sign, distance);
    if (size >= absolute_size)
        return absolute_size;
    memcpy(text, relative, size);
    return size;
}

/* Few weights are unlike all others, and units are found by name: so scaled
 * values are remembered. */
static int64_t scale(struct writer *writer, int64_t value)
{
    struct scaled *known =
        &writer->scaled[pp_hash_u64((uint64_t)value) % SCALED_COUNT];
    if (known->value != value) {
        struct pp_slice unit;
        double exact = pp_unit_scale(value, writer->job->unit,
                                     writer->job->out_unit, &unit);
        *known = (struct scaled){value, pp_unit_truncate(exact)};
    }
    return known->scaled;
}

/* "fl=(3) main.c" at first, then "fl=(3)"; what has no name, "fl=". */
static void append_name(struct pp_buffer *out, const char *key,
                        struct numbering *numbering, uint32_t text)
{
    char id[32] = "(";
    pp_buffer_append_text(out, key);
    if (text != 0) {
        bool is_new = numbering->ids[text] == 0;
        if (is_new)
            numbering->ids[text] = ++numbering->count;
        size_t size = 1 + format_decimal(id + 1, numbering->ids[text]);
        id[size++] = ')';
        if (is_new)
            id[size++] = ' ';
        pp_buffer_append(out, id, size);
        if (is_new)
            pp_buffer_append_slice(out, numbering->texts->all.items[text]);
    }
    pp_buffer_append_char(out, '\n');
}

/* ---- nodes and calls ---------------------------------------------------- */

static bool same_place(const struct pp_callgrind_place *a,
                       const struct pp_callgrind_place *b)
{
    return a->object == b->object && a->file == b->file &&
           a->function == b->function;
}

static void append_headings(struct writer *writer, uint32_t index)
{
    const struct pp_callgrind_place *place = &writer->names.places[index];
    if (index > 0 && same_place(place, place - 1))
        return;
    pp_buffer_append_char(writer->out, '\n');
    append_name(writer->out, "ob=", &writer->objects, place->object);
    append_name(writer->out, "fl=", &writer->files, place->file);
    append_name(writer->out, "fn=", &writer->functions, place->function);
}

/* front, where a node is, and what it costs. */
static void append_cost(struct writer *writer, const char *front,
                        const uint64_t *previous, const struct pp_node *node)
{
    char line[64];
    size_t size = format_address(line, previous, node->address);
    pp_buffer_append_text(writer->out, front);
    line[size++] = ' ';
    size += format_decimal(line + size, node->line);
    pp_buffer_append(writer->out, line, size);
}

static void append_value(struct writer *writer, const char *front,
                         int64_t value)
{
    char line[32];
    size_t size = format_decimal(line, scale(writer, value));
    line[size++] = '\n';
    pp_buffer_append_text(writer->out, front);
    pp_buffer_append(writer->out, line, size);
}

static void append_call(struct writer *writer, const uint64_t *previous,
                        const struct pp_edge *edge)
{
    const struct pp_callgrind_place *place =
        &writer->names.places[edge->target];
    append_name(writer->out, "cfl=", &writer->files, place->file);
    append_name(writer->out, "cfn=", &writer->functions, place->function);
    append_cost(writer, "calls=0 ", previous,
                writer->graph->nodes[edge->target]);
    append_value(writer, "\n* * ", edge->weight);
}

static void append_node(struct writer *writer, const struct pp_links *callees,
                        uint32_t index)
{
    const struct pp_graph *graph = writer->graph;
    const struct pp_node *node = graph->nodes[index];
    const uint64_t *previous =
        index > 0 ? &graph->nodes[index - 1]->address : NULL;
    append_headings(writer, index);
    append_cost(writer, "", previous, node);
    append_value(writer, " ", pp_node_flat(node));
    for (uint32_t i = callees->starts[index]; i < callees->starts[index + 1];
         i++)
        append_call(writer, previous, &graph->edges.items[callees->edges[i]]);
}

/* ---- the whole ---------------------------------------------------------- */

static struct numbering number_texts(struct pp_arena *arena,
                                     const struct pp_strings *texts)
{
    return (struct numbering){
        .texts = texts,
        .ids = pp_arena_array(arena, texts->all.count, sizeof(uint32_t)),
    };
}

static struct pp_graph *build_graph(const struct pp_report_job *job)
{
    struct pp_graph_options options =
        pp_report_graph_options(job, PP_EDGES_ALL);
    options.nodes.object_names = true;
    options.call_tree = job->options->call_tree;
    return pp_graph_new(job->arena, job->profile, &options);
}

static void append_preamble(const struct pp_report_job *job,
                            struct pp_buffer *out)
{
    pp_buffer_append_text(out, "positions: instr line\nevents: ");
    pp_buffer_append_slice(out, job->type);
    pp_buffer_append_char(out, '(');
    pp_buffer_append_slice(out, job->out_unit);
    pp_buffer_append_text(out, ")\n");
}

int pp_report_print_callgrind(struct pp_report_job *job, struct pp_error *err)
{
    struct pp_graph *graph = build_graph(job);
    struct writer writer = {
        .job = job, .out = job->output->out, .graph = graph};
    struct pp_links callees;
    pp_graph_sort_edges(graph, job->arena, NULL, &callees);
    pp_callgrind_names_find(&writer.names, job->arena, graph,
                            job->options->call_tree);
    writer.objects = number_texts(job->arena, &writer.names.objects);
    writer.files = number_texts(job->arena, &writer.names.files);
    writer.functions = number_texts(job->arena, &writer.names.functions);

    pp_report_choose_integer_unit(job, graph);
    append_preamble(job, writer.out);
    for (uint32_t i = 0; i < graph->node_count; i++)
        append_node(&writer, &callees, i);
    return writer.out->failed ? pp_fail_memory(err) : PP_OK;
}

const struct pp_report pp_report_callgrind = {
    .name = "callgrind",
    .description = "Outputs a graph in callgrind format",
    .suffix = "callgraph.out",
    .binary = true,
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .print = pp_report_print_callgrind,
};

const struct pp_report pp_report_kcachegrind = {
    .name = "kcachegrind",
    .description = "Visualize report in KCachegrind",
    .suffix = "grind",
    .viewer = "kcachegrind",
    .untrimmed = true,
    .granularity = PP_GRANULARITY_ADDRESSES,
    .print = pp_report_print_callgrind,
};
