/* From locations to nodes: every line of every location is given the number of
 * the node that it belongs to, so that walking samples is adding to arrays.
 *
 * Invariant: two lines have the same node exactly when name, cleaned file,
 * line, column and address are equal, and, where no name is known, the mapped
 * file and the function's first line too (nodeInfo of google/pprof's
 * internal/graph). Texts are compared by the number they got when interned. */
#include "graph/graph.h"

#include <assert.h>

/* A node's identity with its texts as numbers. */
struct key {
    uint64_t address;
    int64_t start_line, line, column;
    uint32_t name, file, object; /* in finder->texts */
};

struct finder {
    struct pp_nodes *nodes;
    struct pp_arena *arena;
    const struct pp_profile *profile;
    const struct pp_node_options *options;
    struct pp_strings texts;
    struct {
        struct key *items; /* of each node */
        uint32_t count, capacity;
    } keys;
    struct pp_table table; /* from keys to nodes */
    uint32_t *text_of;     /* by pp_string: its number in texts */
    uint32_t *path_of;     /* by pp_string: that of the cleaned path */
};

static uint32_t *unknown_texts(struct finder *finder)
{
    size_t size = finder->profile->strings.count * sizeof(uint32_t);
    uint32_t *texts = pp_arena_alloc(finder->arena, size);
    memset(texts, 0xff, size);
    return texts;
}

static uint32_t text(struct finder *finder, pp_string string)
{
    uint32_t *number = &finder->text_of[string];
    if (*number == PP_NONE)
        *number = pp_strings_add(&finder->texts, finder->arena,
                                 pp_profile_text(finder->profile, string));
    return *number;
}

static uint32_t path(struct finder *finder, pp_string string)
{
    uint32_t *number = &finder->path_of[string];
    if (*number == PP_NONE) {
        struct pp_slice name = pp_profile_text(finder->profile, string);
        if (!finder->options->whole_paths)
            name = pp_path_trim(name, finder->options->trim_path,
                                finder->options->source_path);
        *number = pp_strings_add(&finder->texts, finder->arena,
                                 pp_path_clean(name, finder->arena));
    }
    return *number;
}

static struct key key_of_line(struct finder *finder,
                              const struct pp_location *location,
                              const struct pp_line *line, uint32_t object)
{
    if (line->function == PP_NONE)
        return (struct key){.address = location->address, .object = object};
    const struct pp_function *function =
        &finder->profile->functions.items[line->function];
    struct key key = {
        .address = location->address,
        .line = line->line,
        .column = line->column,
        .name = text(finder, function->name),
        .file = path(finder, function->filename),
    };
    if (finder->options->object_names || key.name == 0) {
        key.object = object;
        key.start_line = function->start_line;
    }
    return key;
}

static uint64_t hash_key(const struct key *key)
{
    uint64_t hash =
        pp_hash_add(key->name, (uint64_t)key->file << 32 | key->object);
    hash = pp_hash_add(hash, key->address);
    if (key->line || key->column || key->start_line) {
        hash = pp_hash_add(hash, (uint64_t)key->line);
        hash = pp_hash_add(hash, (uint64_t)key->column);
        hash = pp_hash_add(hash, (uint64_t)key->start_line);
    }
    return hash;
}

static bool same_key(const struct key *a, const struct key *b)
{
    return a->name == b->name && a->file == b->file && a->object == b->object &&
           a->address == b->address && a->line == b->line &&
           a->column == b->column && a->start_line == b->start_line;
}

static uint32_t add_node(struct finder *finder, const struct key *key)
{
    const struct pp_slice *texts = finder->texts.all.items;
    *pp_vector_add(finder->arena, &finder->keys) = *key;
    *pp_vector_add(finder->arena, &finder->nodes->all) = (struct pp_node){
        .name = texts[key->name],
        .file = texts[key->file],
        .object = texts[key->object],
        .address = key->address,
        .start_line = key->start_line,
        .line = key->line,
        .column = key->column,
    };
    return finder->nodes->all.count - 1;
}

static uint32_t find_or_add_node(struct finder *finder, const struct key *key)
{
    uint64_t hash = hash_key(key);
    uint32_t at, index;
    pp_table_each (&finder->table, hash, at, index) {
        if (same_key(&finder->keys.items[index], key))
            return index;
    }
    index = add_node(finder, key);
    pp_table_insert(&finder->table, finder->arena, hash, index);
    return index;
}

/* A location without lines counts as one that has a line of no function. */
static uint32_t frame_count(const struct pp_location *location)
{
    return location->line_count ? location->line_count : 1;
}

static void find_frames(struct finder *finder,
                        const struct pp_location *location, uint32_t *frames)
{
    static const struct pp_line unknown = {.function = PP_NONE};
    const struct pp_profile *profile = finder->profile;
    const struct pp_line *lines =
        location->line_count ? profile->lines.items + location->line_start
                             : &unknown;
    uint32_t object = 0;
    if (location->mapping != PP_NONE)
        object =
            text(finder, profile->mappings.items[location->mapping].filename);
    for (uint32_t i = 0; i < frame_count(location); i++) {
        struct key key = key_of_line(finder, location, &lines[i], object);
        frames[i] = find_or_add_node(finder, &key);
    }
}

/* Fills in starts and makes room for the frames. */
static void count_frames(struct pp_nodes *nodes, struct pp_arena *arena,
                         const struct pp_profile *profile)
{
    uint32_t count = profile->locations.count;
    uint32_t total = 0;
    nodes->starts = pp_arena_array(arena, (size_t)count + 1, sizeof(uint32_t));
    for (uint32_t i = 0; i < count; i++) {
        nodes->starts[i] = total;
        total += frame_count(&profile->locations.items[i]);
    }
    nodes->starts[count] = total;
    nodes->has_inlines = total > count;
    nodes->frames = pp_arena_array(arena, total, sizeof(uint32_t));
}

void pp_nodes_find(struct pp_nodes *nodes, struct pp_arena *arena,
                   const struct pp_profile *profile,
                   const struct pp_node_options *options)
{
    struct finder finder = {
        .nodes = nodes,
        .arena = arena,
        .profile = profile,
        .options = options,
    };
    *nodes = (struct pp_nodes){0};
    finder.text_of = unknown_texts(&finder);
    finder.path_of = unknown_texts(&finder);
    uint32_t empty = pp_strings_add(&finder.texts, arena, pp_slice_literal(""));
    assert(empty == 0);
    (void)empty;
    count_frames(nodes, arena, profile);
    for (uint32_t i = 0; i < profile->locations.count; i++)
        find_frames(&finder, &profile->locations.items[i],
                    nodes->frames + nodes->starts[i]);
}
