/* Functions by name: where several have the same name and file, each is given
 * a number, "work [2/3]" (getDisambiguatedNames of google/pprof's
 * internal/report).
 *
 * Invariant: functions are numbered in the order of the nodes, so they are
 * called the same in every run. */
#include "report/callgrind_names.h"

/* What makes a function another one. */
struct identity {
    uint32_t object, file, name;
    uint32_t caller; /* PP_NONE, unless in a call tree */
    int64_t start_line, column;
};

struct function {
    struct identity identity;
    uint32_t namesake;
    uint32_t ordinal; /* among those, from 1 */
    uint32_t text;    /* of the name it goes by; PP_NONE: not made yet */
};

/* How many functions there are of a name and a file. */
struct namesake {
    uint32_t file, name;
    uint32_t count;
};

struct finder {
    struct pp_callgrind_names *names;
    struct pp_arena *arena;
    const struct pp_graph *graph;
    struct {
        struct function *items;
        uint32_t count, capacity;
    } functions;
    struct {
        struct namesake *items;
        uint32_t count, capacity;
    } namesakes;
    struct pp_table by_identity, by_name;
    struct pp_strings plain; /* names without numbers */
    const uint32_t *callers; /* by place; NULL: no call tree */
    uint32_t *function_of;   /* by place that is shown */
};

static const uint32_t *find_callers(const struct pp_graph *graph,
                                    struct pp_arena *arena)
{
    size_t size =
        ((size_t)graph->node_count + graph->shadow_count) * sizeof(uint32_t);
    uint32_t *callers = pp_arena_alloc(arena, size);
    memset(callers, 0xff, size);
    for (uint32_t i = 0; i < graph->edges.count; i++)
        callers[graph->edges.items[i].target] = graph->edges.items[i].source;
    return callers;
}

/* ---- functions ---------------------------------------------------------- */

static uint32_t find_or_add_namesake(struct finder *finder, uint32_t file,
                                     uint32_t name)
{
    uint64_t hash = pp_hash_u64((uint64_t)file << 32 | name);
    uint32_t at, index;
    pp_table_each (&finder->by_name, hash, at, index) {
        const struct namesake *namesake = &finder->namesakes.items[index];
        if (namesake->file == file && namesake->name == name)
            return index;
    }
    index = finder->namesakes.count;
    *pp_vector_add(finder->arena, &finder->namesakes) =
        (struct namesake){.file = file, .name = name};
    pp_table_insert(&finder->by_name, finder->arena, hash, index);
    return index;
}

/* A node that stands for the whole function, having neither address nor line,
 * may still have a column, and is one of its own then. */
static struct identity identify(struct finder *finder, uint32_t place)
{
    const struct pp_node *node = finder->graph->nodes[place];
    bool is_whole = node->address == 0 && node->line == 0;
    return (struct identity){
        .object = finder->names->places[place].object,
        .file = finder->names->places[place].file,
        .name = pp_strings_add(&finder->plain, finder->arena, node->name),
        .caller = finder->callers ? finder->callers[place] : PP_NONE,
        .start_line = node->start_line,
        .column = is_whole ? node->column : 0,
    };
}

static uint64_t hash_identity(const struct identity *identity)
{
    uint64_t hash =
        pp_hash_u64((uint64_t)identity->file << 32 | identity->name);
    hash =
        pp_hash_add(hash, (uint64_t)identity->caller << 32 | identity->object);
    hash = pp_hash_add(hash, (uint64_t)identity->start_line);
    return pp_hash_add(hash, (uint64_t)identity->column);
}

static bool same_identity(const struct identity *a, const struct identity *b)
{
    return a->object == b->object && a->file == b->file && a->name == b->name &&
           a->caller == b->caller && a->start_line == b->start_line &&
           a->column == b->column;
}

static uint32_t find_or_add_function(struct finder *finder,
                                     const struct identity *identity)
{
    uint64_t hash = hash_identity(identity);
    uint32_t at, index;
    pp_table_each (&finder->by_identity, hash, at, index) {
        if (same_identity(&finder->functions.items[index].identity, identity))
            return index;
    }
    index = finder->functions.count;
    uint32_t namesake =
        find_or_add_namesake(finder, identity->file, identity->name);
    *pp_vector_add(finder->arena, &finder->functions) = (struct function){
        .identity = *identity,
        .namesake = namesake,
        .ordinal = ++finder->namesakes.items[namesake].count,
        .text = PP_NONE,
    };
    pp_table_insert(&finder->by_identity, finder->arena, hash, index);
    return index;
}

/* ---- names -------------------------------------------------------------- */

static uint32_t add_text(struct finder *finder, const struct function *function)
{
    struct pp_slice plain = finder->plain.all.items[function->identity.name];
    uint32_t count = finder->namesakes.items[function->namesake].count;
    struct pp_strings *texts = &finder->names->functions;
    if (count == 1)
        return pp_strings_add(texts, finder->arena, plain);
    char space[512];
    struct pp_buffer name = pp_buffer_in(space);
    pp_buffer_append_slice(&name, plain);
    pp_buffer_format(&name, " [%u/%u]", function->ordinal, count);
    uint32_t text =
        pp_strings_add_copy(texts, finder->arena, pp_buffer_slice(&name));
    pp_buffer_release(&name);
    return text;
}

static void name_places(struct finder *finder)
{
    for (uint32_t i = 0; i < finder->graph->node_count; i++) {
        struct function *function =
            &finder->functions.items[finder->function_of[i]];
        if (function->text == PP_NONE)
            function->text = add_text(finder, function);
        finder->names->places[i].function = function->text;
    }
}

static void find_files(struct finder *finder, uint32_t place_count)
{
    struct pp_callgrind_names *names = finder->names;
    for (uint32_t i = 0; i < place_count; i++) {
        const struct pp_node *node = finder->graph->nodes[i];
        names->places[i] = (struct pp_callgrind_place){
            .object =
                pp_strings_add(&names->objects, finder->arena, node->object),
            .file = pp_strings_add(&names->files, finder->arena, node->file),
        };
    }
}

static void find_functions(struct finder *finder)
{
    for (uint32_t i = 0; i < finder->graph->node_count; i++) {
        struct identity identity = identify(finder, i);
        finder->function_of[i] = find_or_add_function(finder, &identity);
    }
}

void pp_callgrind_names_find(struct pp_callgrind_names *names,
                             struct pp_arena *arena,
                             const struct pp_graph *graph, bool call_tree)
{
    uint32_t place_count = graph->node_count + graph->shadow_count;
    struct finder finder = {
        .names = names,
        .arena = arena,
        .graph = graph,
        .callers = call_tree ? find_callers(graph, arena) : NULL,
        .function_of =
            pp_arena_array(arena, graph->node_count, sizeof(uint32_t)),
    };
    *names = (struct pp_callgrind_names){
        .places = pp_arena_array(arena, place_count,
                                 sizeof(struct pp_callgrind_place)),
    };
    pp_strings_add(&names->objects, arena, pp_slice_literal(""));
    pp_strings_add(&names->files, arena, pp_slice_literal(""));
    pp_strings_add(&names->functions, arena, pp_slice_literal(""));
    find_files(&finder, place_count);
    find_functions(&finder);
    name_places(&finder);
}
