/* -callgrind and -kcachegrind: costs and calls in the format of valgrind's
 * callgrind (printCallgrind of google/pprof's internal/report).
 *
 * Invariant: a text is written out where it is first met, and by its number
 * from there on; objects, files and functions are numbered apart. Addresses
 * are relative to that of the node before, where this is shorter.
 *
 * There may be tens of millions of calls, so a first walk over them numbers
 * what they name and remembers where each text is met first. Then every node
 * can be written without looking at others: some at a time, on several
 * processors, each call put together from pieces that are made once a callee.
 *
 * The reference tells functions of one name and file apart, "work [1/2]",
 * where they are called, but not where their own cost is written, so that no
 * reader can bring the two together. Here both have the longer name; where
 * names are unique, nothing differs. That it never says in which object a
 * callee is stays, as ordinary reports would differ. */
#include "os/os.h"
#include "report/callgrind_names.h"
#include "report/callgrind_numbers.h"
#include "report/format.h"
#include "report/table.h"

enum {
    PARTS_MAX = 8,
    PART_CALLS = 1 << 15, /* make a megabyte or more */

    /* What most callees need: ids of six digits, lines of nine. */
    NAMES_SIZE = sizeof "cfl=(123456)\ncfn=(123456)\ncalls=0 " - 1,
    LINE_SIZE = sizeof " 123456789\n* * " - 1,
    CALL_SIZE = 128, /* all that a call may take, names left out */
};

/* A table of texts, and the numbers that they are written by. */
struct numbering {
    const struct pp_strings *texts;
    uint32_t *ids;    /* by number of the text; 0: not met yet */
    uint64_t *firsts; /* likewise: where it is met first */
    uint32_t count;
};

/* What is the same wherever a node is called, in 64 bytes. */
struct callee {
    uint64_t address;
    uint32_t first; /* the call of it that comes first, from 1: its
                     * names may be new there */
    uint8_t names_size, line_size; /* 0: it takes more room than there is */
    char names[NAMES_SIZE];        /* "cfl=(3)\ncfn=(4)\ncalls=0 " */
    char line[LINE_SIZE];          /* " 12\n* * " */
};

/* All zero is right, too. */
struct scaled {
    int64_t value, scaled;
};

enum { SCALED_COUNT = 1024 };

struct writer {
    const struct pp_report_job *job;
    const struct pp_graph *graph;
    struct pp_links calls; /* out of each node */
    struct pp_callgrind_names names;
    struct numbering objects, files, functions;
    struct callee *callees; /* by place */
};

/* Writes some nodes. */
struct part {
    const struct writer *writer;
    uint32_t first, end; /* of the nodes */
    struct pp_buffer *out;
    struct pp_buffer own;               /* the first part has none */
    struct scaled scaled[SCALED_COUNT]; /* by hash of the value */
};

static const struct pp_edge *edge_of(const struct writer *writer, uint32_t call)
{
    return &writer->graph->edges.items[writer->calls.edges[call]];
}

/* ---- numbers of texts --------------------------------------------------- */

/* Places where texts are met are numbered in the order of the report: a node,
 * its calls, the next node. */
static uint64_t node_at(const struct writer *writer, uint32_t index)
{
    return (uint64_t)writer->calls.starts[index] + index;
}

static uint64_t call_at(uint32_t caller, uint32_t call)
{
    return (uint64_t)caller + call + 1;
}

static void meet(struct numbering *numbering, uint32_t text, uint64_t at)
{
    if (text == 0 || numbering->ids[text] != 0)
        return;
    numbering->ids[text] = ++numbering->count;
    numbering->firsts[text] = at;
}

/* Does the node stand under the same headings as the one before? */
static bool is_continued(const struct writer *writer, uint32_t index)
{
    const struct pp_callgrind_place *place = &writer->names.places[index];
    return index > 0 && place->object == place[-1].object &&
           place->file == place[-1].file &&
           place->function == place[-1].function;
}

static void meet_callees(struct writer *writer, uint32_t caller)
{
    const struct pp_links *calls = &writer->calls;
    for (uint32_t i = calls->starts[caller]; i < calls->starts[caller + 1];
         i++) {
        uint32_t target = edge_of(writer, i)->target;
        const struct pp_callgrind_place *place = &writer->names.places[target];
        struct callee *callee = &writer->callees[target];
        if (callee->first != 0)
            continue;
        callee->first = i + 1;
        meet(&writer->files, place->file, call_at(caller, i));
        meet(&writer->functions, place->function, call_at(caller, i));
    }
}

static void meet_all(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->graph->node_count; i++) {
        const struct pp_callgrind_place *place = &writer->names.places[i];
        if (!is_continued(writer, i)) {
            meet(&writer->objects, place->object, node_at(writer, i));
            meet(&writer->files, place->file, node_at(writer, i));
            meet(&writer->functions, place->function, node_at(writer, i));
        }
        meet_callees(writer, i);
    }
}

/* Text 0 is "", which has no number. */
static struct numbering number_texts(struct pp_arena *arena,
                                     const struct pp_strings *texts)
{
    size_t count = texts->all.count;
    return (struct numbering){
        .texts = texts,
        .ids = pp_arena_array(arena, count, sizeof(uint32_t)),
        .firsts = pp_arena_array(arena, count, sizeof(uint64_t)),
    };
}

/* ---- callees ------------------------------------------------------------ */

/* "fl=(3)\n"; what has no name, "fl=\n". */
static char *put_id(char *at, const char *key,
                    const struct numbering *numbering, uint32_t text)
{
    at = stpcpy(at, key);
    if (text != 0) {
        *at++ = '(';
        at = pp_put_decimal(at, numbering->ids[text]);
        *at++ = ')';
    }
    *at++ = '\n';
    return at;
}

/* " 12\n* * " */
static char *put_line(char *at, int64_t line)
{
    *at++ = ' ';
    at = pp_put_decimal(at, line);
    return stpcpy(at, "\n* * ");
}

static void prepare_callee(const struct writer *writer, uint32_t index)
{
    const struct pp_callgrind_place *place = &writer->names.places[index];
    const struct pp_node *node = writer->graph->nodes[index];
    struct callee *callee = &writer->callees[index];
    char names[CALL_SIZE], line[CALL_SIZE];
    char *at = put_id(names, "cfl=", &writer->files, place->file);
    at = put_id(at, "cfn=", &writer->functions, place->function);
    size_t names_size = (size_t)(stpcpy(at, "calls=0 ") - names);
    size_t line_size = (size_t)(put_line(line, node->line) - line);
    callee->address = node->address;
    if (names_size > sizeof callee->names || line_size > sizeof callee->line)
        return;
    callee->names_size = (uint8_t)names_size;
    callee->line_size = (uint8_t)line_size;
    memcpy(callee->names, names, names_size);
    memcpy(callee->line, line, line_size);
}

/* ---- lines -------------------------------------------------------------- */

/* Few weights are unlike all others, and units are found by name: so scaled
 * values are remembered. */
static int64_t scale(struct part *part, int64_t value)
{
    const struct pp_report_job *job = part->writer->job;
    struct scaled *known =
        &part->scaled[pp_hash_u64((uint64_t)value) % SCALED_COUNT];
    if (known->value != value) {
        struct pp_slice unit;
        double exact = pp_unit_scale(value, job->unit, job->out_unit, &unit);
        *known = (struct scaled){value, pp_unit_truncate(exact)};
    }
    return known->scaled;
}

/* "fl=(3) main.c" at first, then "fl=(3)". */
static void append_name(struct pp_buffer *out, const char *key,
                        const struct numbering *numbering, uint32_t text,
                        uint64_t at)
{
    char line[32];
    size_t size = (size_t)(put_id(line, key, numbering, text) - line);
    bool is_first = text != 0 && numbering->firsts[text] == at;
    pp_buffer_append(out, line, is_first ? size - 1 : size);
    if (!is_first)
        return;
    pp_buffer_append_char(out, ' ');
    pp_buffer_append_slice(out, numbering->texts->all.items[text]);
    pp_buffer_append_char(out, '\n');
}

static void append_headings(const struct part *part, uint32_t index)
{
    const struct writer *writer = part->writer;
    const struct pp_callgrind_place *place = &writer->names.places[index];
    uint64_t at = node_at(writer, index);
    pp_buffer_append_char(part->out, '\n');
    append_name(part->out, "ob=", &writer->objects, place->object, at);
    append_name(part->out, "fl=", &writer->files, place->file, at);
    append_name(part->out, "fn=", &writer->functions, place->function, at);
}

static void append_cost(struct part *part, const uint64_t *previous,
                        const struct pp_node *node)
{
    char line[PP_ADDRESS_SIZE + 2 * PP_DECIMAL_SIZE + 3];
    char *at = pp_put_address(line, previous, node->address);
    *at++ = ' ';
    at = pp_put_decimal(at, node->line);
    *at++ = ' ';
    at = pp_put_decimal(at, scale(part, pp_node_flat(node)));
    *at++ = '\n';
    pp_buffer_append(part->out, line, (size_t)(at - line));
}

/* A call whose names may be new, or long. */
static void append_names(const struct part *part, uint32_t target, uint64_t at)
{
    const struct writer *writer = part->writer;
    const struct pp_callgrind_place *place = &writer->names.places[target];
    append_name(part->out, "cfl=", &writer->files, place->file, at);
    append_name(part->out, "cfn=", &writer->functions, place->function, at);
    pp_buffer_append_text(part->out, "calls=0 ");
}

/* call: its index in writer->calls. Of a callee's texts as much is copied as
 * there may be: a size that is known takes no function call. */
static void append_call(struct part *part, uint32_t caller,
                        const uint64_t *previous, uint32_t call)
{
    const struct writer *writer = part->writer;
    const struct pp_edge *edge = edge_of(writer, call);
    const struct callee *callee = &writer->callees[edge->target];
    bool is_plain = callee->first != call + 1 && callee->names_size > 0;
    if (!is_plain)
        append_names(part, edge->target, call_at(caller, call));
    char *room = pp_buffer_room(part->out, CALL_SIZE);
    if (!room)
        return;
    char *at = room;
    if (is_plain) {
        memcpy(at, callee->names, sizeof callee->names);
        at += callee->names_size;
    }
    at = pp_put_address(at, previous, callee->address);
    if (is_plain) {
        memcpy(at, callee->line, sizeof callee->line);
        at += callee->line_size;
    } else {
        at = put_line(at, writer->graph->nodes[edge->target]->line);
    }
    at = pp_put_decimal(at, scale(part, edge->weight));
    *at++ = '\n';
    *at = 0;
    part->out->size += (size_t)(at - room);
}

/* Callees lie far apart: this one is to be fetched while others are written.
 * (A function that only fetches does nothing, as compilers see it.) */
static const struct callee *callee_ahead(const struct writer *writer,
                                         uint32_t call)
{
    enum { AHEAD = 12 };
    uint32_t last = writer->graph->edges.count - 1;
    uint32_t ahead = last - call > AHEAD ? call + AHEAD : last;
    return &writer->callees[edge_of(writer, ahead)->target];
}

static void append_node(struct part *part, uint32_t index)
{
    const struct writer *writer = part->writer;
    const struct pp_graph *graph = writer->graph;
    const uint64_t *previous =
        index > 0 ? &graph->nodes[index - 1]->address : NULL;
    uint32_t end = writer->calls.starts[index + 1];
    if (!is_continued(writer, index))
        append_headings(part, index);
    append_cost(part, previous, graph->nodes[index]);
    for (uint32_t i = writer->calls.starts[index]; i < end; i++) {
        const struct callee *ahead = callee_ahead(writer, i);
        __builtin_prefetch(ahead);
        __builtin_prefetch(ahead->line + sizeof ahead->line - 1);
        append_call(part, index, previous, i);
    }
}

/* ---- some nodes at a time ----------------------------------------------- */

static void write_part(void *context, uint32_t index)
{
    struct part *part = (struct part *)context + index;
    for (uint32_t i = part->first; i < part->end; i++)
        append_node(part, i);
}

/* The node before which enough is written for one part that starts with
 * `first`. */
static uint32_t end_of_part(const struct writer *writer, uint32_t first)
{
    uint32_t end = first;
    uint64_t enough = node_at(writer, first) + PART_CALLS;
    while (end < writer->graph->node_count && node_at(writer, end) < enough)
        end++;
    return end;
}

/* Give away what the parts have written, in their order. */
static int join_parts(struct part *parts, uint32_t part_count,
                      struct pp_error *err)
{
    struct pp_buffer *out = parts[0].out;
    for (uint32_t i = 1; i < part_count; i++) {
        pp_buffer_append_slice(out, pp_buffer_slice(&parts[i].own));
        out->failed |= parts[i].own.failed;
        pp_buffer_clear(&parts[i].own);
    }
    return pp_report_drain(parts[0].writer->job, err);
}

static int write_nodes(const struct writer *writer, struct pp_error *err)
{
    const struct pp_report_job *job = writer->job;
    uint32_t node_count = writer->graph->node_count;
    uint32_t part_count =
        pp_os_part_count(writer->graph->edges.count, (uint64_t)PART_CALLS);
    struct part *parts = pp_arena_array(job->arena, part_count, sizeof *parts);
    int status = PP_OK;
    for (uint32_t i = 0; i < part_count; i++) {
        parts[i].writer = writer;
        parts[i].out = i > 0 ? &parts[i].own : job->output->out;
    }
    for (uint32_t end = 0; end < node_count && status >= 0;) {
        for (uint32_t i = 0; i < part_count; i++) {
            parts[i].first = end;
            parts[i].end = end = end_of_part(writer, end);
        }
        pp_os_run_parts(part_count, write_part, parts);
        status = join_parts(parts, part_count, err);
    }
    for (uint32_t i = 1; i < part_count; i++)
        pp_buffer_release(&parts[i].own);
    return status;
}

/* ---- the whole ---------------------------------------------------------- */

static struct pp_graph *build_graph(const struct pp_report_job *job)
{
    struct pp_graph_options options =
        pp_report_graph_options(job, PP_EDGES_ALL);
    options.nodes.object_names = true;
    options.call_tree = job->options->call_tree;
    return pp_graph_new(job->arena, job->profile, &options);
}

static void name_all(struct writer *writer)
{
    const struct pp_graph *graph = writer->graph;
    struct pp_arena *arena = writer->job->arena;
    uint32_t place_count = graph->node_count + graph->shadow_count;
    pp_callgrind_names_find(&writer->names, arena, graph,
                            writer->job->options->call_tree);
    writer->objects = number_texts(arena, &writer->names.objects);
    writer->files = number_texts(arena, &writer->names.files);
    writer->functions = number_texts(arena, &writer->names.functions);
    writer->callees =
        pp_arena_array(arena, place_count, sizeof *writer->callees);
    meet_all(writer);
    for (uint32_t i = 0; i < place_count; i++)
        prepare_callee(writer, i);
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
    struct writer writer = {.job = job, .graph = build_graph(job)};
    pp_graph_sort_callees(writer.graph, job->arena, &writer.calls);
    name_all(&writer);
    pp_report_choose_integer_unit(job, writer.graph);
    append_preamble(job, job->output->out);
    int status = write_nodes(&writer, err);
    if (status >= 0 && job->output->out->failed)
        return pp_fail_memory(err);
    return status;
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
