/* The files of mappings, open: see symbolize.h.
 *
 *     asked for            slots, OPEN_MAX            a file
 *     path, build id  -->  object, symbols, lines --> /usr/bin/prog
 *     path, build id  --'
 *     path, build id  -->  no slot, but an error
 *
 * Two paths of one build id share a slot. Of what is open the one used longest
 * ago goes when a further one needs its slot or its memory. Invariant: an
 * entry's slot is still its own if both tell the same turn.
 *
 * Asking twice costs one look into a table, so a mapping may be asked for as
 * often as somebody likes. */
#include <stdio.h>

#include "symbolize/debuginfod.h"
#include "symbolize/demangled.h"
#include "symbolize/desk.h"
#include "symbolize/directories.h"

enum {
    PATH_SIZE = 4096,
    OPEN_MAX = 64, /* files open at the same time */
};

/* What the open ones together may hold, but for the one used last. */
static const size_t memory_max = (size_t)512 << 20;

/* What one file may hold uncompressed. */
static const size_t file_memory_max = (size_t)4 << 30;

struct slot {
    struct pp_binary binary;
    uint64_t used; /* when, as told by the turns; 0: never */
    uint64_t turn; /* when it was filled */
};

/* A mapping's file as it was asked for. */
struct entry {
    struct pp_slice path, build_id;
    int status;      /* of opening it: below 0, and */
    const char *why; /* why; in the arena */
    bool may_fetch;  /* it was looked for everywhere */
    uint32_t slot;
    uint64_t turn;
};

struct pp_binaries {
    struct pp_arena arena; /* holds this, and all but what is in the slots */
    struct pp_symbolize_options options;
    struct pp_directories directories;
    /* In all of them, in the system's, and, the second one, at servers. */
    struct pp_debug_search search, search_and_fetch;
    struct pp_debuginfod debuginfod;
    struct pp_demangled demangled; /* names of profiles before */
    uint64_t turn;                 /* counts askings */
    struct slot slots[OPEN_MAX];
    struct {
        struct entry *items;
        uint32_t count, capacity;
    } entries;
    struct pp_table by_path;
};

/* ---- life --------------------------------------------------------------- */

static bool fetch_debuginfo(void *context, struct pp_slice build_id,
                            struct pp_buffer *path)
{
    struct pp_binaries *binaries = context;
    return pp_debuginfod_find(&binaries->debuginfod, PP_DEBUGINFOD_DEBUGINFO,
                              build_id, path);
}

/* The person's directories, and behind them the system's. */
static int set_up_search(struct pp_binaries *binaries)
{
    const char *const *system = pp_debug_search_default.directories;
    uint32_t count = binaries->directories.count, system_count = 0;
    while (system[system_count])
        system_count++;
    const char **all = pp_arena_array(
        &binaries->arena, (size_t)count + system_count + 1, sizeof *all);
    if (!all)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < count; i++)
        all[i] = binaries->directories.items[i];
    for (uint32_t i = 0; i < system_count; i++)
        all[count + i] = system[i];
    binaries->search = binaries->search_and_fetch =
        (struct pp_debug_search){.directories = all};
    binaries->search_and_fetch.fetch = fetch_debuginfo;
    binaries->search_and_fetch.context = binaries;
    return PP_OK;
}

struct pp_binaries *pp_binaries_new(const struct pp_symbolize_options *options)
{
    struct pp_arena arena = {0};
    struct pp_binaries *binaries = pp_arena_new(&arena, struct pp_binaries);
    if (!binaries)
        return NULL;
    binaries->arena = arena;
    binaries->options = *options;
    binaries->debuginfod.options = &binaries->options;
    if (pp_directories_find(&binaries->directories, options) < 0 ||
        set_up_search(binaries) < 0) {
        pp_binaries_free(binaries);
        return NULL;
    }
    return binaries;
}

static void close_slot(struct slot *slot)
{
    pp_lines_free(slot->binary.lines);
    pp_symbols_free(slot->binary.symbols);
    pp_object_free(slot->binary.object);
    *slot = (struct slot){0};
}

void pp_binaries_free(struct pp_binaries *binaries)
{
    if (!binaries)
        return;
    for (uint32_t i = 0; i < OPEN_MAX; i++)
        close_slot(&binaries->slots[i]);
    pp_debuginfod_release(&binaries->debuginfod);
    pp_demangled_release(&binaries->demangled);
    pp_directories_release(&binaries->directories);
    struct pp_arena arena = binaries->arena;
    pp_arena_release(&arena);
}

struct pp_demangled *pp_binaries_demangled(struct pp_binaries *binaries)
{
    return &binaries->demangled;
}

/* ---- slots -------------------------------------------------------------- */

static size_t slot_memory(const struct slot *slot)
{
    if (slot->used == 0)
        return 0;
    return pp_object_memory(slot->binary.object) +
           pp_symbols_memory(slot->binary.symbols) +
           (slot->binary.lines ? pp_lines_memory(slot->binary.lines) : 0);
}

/* One that is not in use, or else the one used longest ago. */
static struct slot *oldest_slot(struct pp_binaries *binaries)
{
    struct slot *oldest = &binaries->slots[0];
    for (uint32_t i = 1; i < OPEN_MAX; i++)
        if (binaries->slots[i].used < oldest->used)
            oldest = &binaries->slots[i];
    return oldest;
}

/* Of those in use, but not the one used last. */
static struct slot *oldest_in_use(struct pp_binaries *binaries)
{
    struct slot *oldest = NULL;
    for (uint32_t i = 0; i < OPEN_MAX; i++) {
        struct slot *slot = &binaries->slots[i];
        if (slot->used > 0 && slot->used < binaries->turn &&
            (!oldest || slot->used < oldest->used))
            oldest = slot;
    }
    return oldest;
}

/* Close files until the ceiling is kept. */
static void trim(struct pp_binaries *binaries)
{
    size_t held = 0;
    struct slot *oldest;
    for (uint32_t i = 0; i < OPEN_MAX; i++)
        held += slot_memory(&binaries->slots[i]);
    while (held > memory_max && (oldest = oldest_in_use(binaries))) {
        held -= slot_memory(oldest);
        close_slot(oldest);
    }
}

static struct slot *slot_with_id(struct pp_binaries *binaries,
                                 struct pp_slice id)
{
    for (uint32_t i = 0; i < OPEN_MAX && id.size > 0; i++) {
        struct slot *slot = &binaries->slots[i];
        if (slot->used > 0 &&
            pp_slice_equal(pp_object_id(slot->binary.object), id))
            return slot;
    }
    return NULL;
}

/* ---- opening ------------------------------------------------------------ */

static int fill(struct pp_binary *binary, const char *path,
                const struct pp_debug_search *search, bool has_lines,
                struct pp_error *err)
{
    const struct pp_object_options object_options = {.memory_max =
                                                         file_memory_max};
    const struct pp_lines_options options = {
        .search = search,
        .object = object_options,
        .memory_max = memory_max,
    };
    if (pp_object_open(path, &object_options, &binary->object, err) < 0 ||
        pp_symbols_open_object(binary->object, search, &binary->symbols, err) <
            0 ||
        pp_lines_complete_symbols(binary->object, &binary->symbols, err) < 0)
        return err->status;
    /* Without lines there still are symbols. */
    if (has_lines)
        pp_lines_open(binary->object, &options, &binary->lines, NULL);
    return PP_OK;
}

/* Open the file at a path, of which the build id is known. */
static int open_path(struct pp_binaries *binaries, const struct entry *entry,
                     const char *path, struct pp_slice id, struct slot **slot,
                     struct pp_error *err)
{
    const struct pp_debug_search *search =
        entry->may_fetch ? &binaries->search_and_fetch : &binaries->search;
    *slot = slot_with_id(binaries, id);
    if (*slot)
        return PP_OK;
    *slot = oldest_slot(binaries);
    close_slot(*slot);
    (*slot)->turn = binaries->turn;
    int status =
        fill(&(*slot)->binary, path, search, !binaries->options.fast, err);
    if (status < 0)
        close_slot(*slot);
    return status;
}

/* ---- which file --------------------------------------------------------- */

/* Whether the file at the path is the one asked for; its id is appended. */
static int check_path(const struct entry *entry, const char *path,
                      struct pp_buffer *id, struct pp_error *err)
{
    pp_buffer_clear(id);
    int status = pp_object_build_id(path, id, err);
    if (status < 0)
        return status;
    struct pp_slice found = pp_buffer_slice(id);
    if (entry->build_id.size == 0 || found.size == 0 ||
        pp_slice_equal(entry->build_id, found))
        return PP_OK;
    return pp_fail(err, PP_E_FORMAT,
                   "build ID mismatch: %s has " PP_SLICE_FORMAT, path,
                   PP_SLICE_ARGS(found));
}

/* What is found by a build id alone has to tell it. */
static bool has_id(const struct entry *entry, const char *path,
                   struct pp_buffer *id)
{
    return check_path(entry, path, id, NULL) == PP_OK && id->size > 0;
}

/* The places of files by build id below a directory. */
static bool find_in_directory(const struct entry *entry, const char *directory,
                              struct pp_buffer *path, struct pp_buffer *id)
{
    static const char *const ends[] = {"", ".debug"};
    struct pp_slice wanted = entry->build_id;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        pp_buffer_clear(path);
        pp_buffer_format(path, "%s/.build-id/%.2s/" PP_SLICE_FORMAT "%s",
                         directory, wanted.data, (int)wanted.size - 2,
                         wanted.data + 2, ends[i]);
        if (!path->failed && has_id(entry, path->data, id))
            return true;
    }
    return false;
}

static bool fetch(struct pp_binaries *binaries, const struct entry *entry,
                  struct pp_buffer *path, struct pp_buffer *id)
{
    static const enum pp_debuginfod_kind kinds[] = {PP_DEBUGINFOD_EXECUTABLE,
                                                    PP_DEBUGINFOD_DEBUGINFO};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        pp_buffer_clear(path);
        if (pp_debuginfod_find(&binaries->debuginfod, kinds[i], entry->build_id,
                               path) &&
            has_id(entry, path->data, id))
            return true;
    }
    return false;
}

/* Where else than at its path the file is. */
static bool find_elsewhere(struct pp_binaries *binaries,
                           const struct entry *entry, struct pp_buffer *path,
                           struct pp_buffer *id)
{
    const char *const *directories = binaries->search.directories;
    if (!pp_is_build_id(entry->build_id))
        return false;
    for (uint32_t i = 0; directories[i]; i++)
        if (find_in_directory(entry, directories[i], path, id))
            return true;
    return entry->may_fetch && fetch(binaries, entry, path, id);
}

/* Find the file of an entry and open it. */
static int open_entry(struct pp_binaries *binaries, const struct entry *entry,
                      struct slot **slot, struct pp_error *err)
{
    char path_space[PATH_SIZE], id_space[64];
    struct pp_buffer path = pp_buffer_in(path_space);
    struct pp_buffer id = pp_buffer_in(id_space);
    pp_buffer_append_slice(&path, entry->path);
    int status = path.failed ? pp_fail_memory(err)
                             : check_path(entry, path.data, &id, err);
    if (status < 0 && find_elsewhere(binaries, entry, &path, &id)) {
        *err = (struct pp_error){0};
        status = PP_OK;
    }
    if (status == PP_OK)
        status = open_path(binaries, entry, path.data, pp_buffer_slice(&id),
                           slot, err);
    pp_buffer_release(&path);
    pp_buffer_release(&id);
    return status;
}

/* ---- asking ------------------------------------------------------------- */

static struct entry *find_entry(const struct pp_binaries *binaries,
                                struct pp_slice path, struct pp_slice build_id)
{
    uint32_t at, index;
    pp_table_each (&binaries->by_path, pp_hash_bytes(path.data, path.size), at,
                   index) {
        struct entry *entry = &binaries->entries.items[index];
        if (pp_slice_equal(entry->path, path) &&
            (build_id.size == 0 || pp_slice_equal(entry->build_id, build_id)))
            return entry;
    }
    return NULL;
}

static struct entry *add_entry(struct pp_binaries *binaries,
                               struct pp_slice path, struct pp_slice build_id)
{
    const char *path_copy = pp_slice_copy(&binaries->arena, path);
    const char *id_copy = pp_slice_copy(&binaries->arena, build_id);
    struct entry *entry = pp_vector_add(&binaries->arena, &binaries->entries);
    if (!path_copy || !id_copy || !entry)
        return NULL;
    *entry = (struct entry){
        .path = {path_copy, path.size},
        .build_id = {id_copy, build_id.size},
    };
    return pp_table_insert(&binaries->by_path, &binaries->arena,
                           pp_hash_bytes(path.data, path.size),
                           binaries->entries.count - 1) < 0
               ? NULL
               : entry;
}

/* The slot of an entry; NULL when it has not been opened, or closed since. */
static struct slot *slot_of(struct pp_binaries *binaries,
                            const struct entry *entry)
{
    struct slot *slot = &binaries->slots[entry->slot];
    return entry->turn > 0 && slot->turn == entry->turn ? slot : NULL;
}

/* Open an entry's file, or remember why that cannot be. */
static int try_entry(struct pp_binaries *binaries, struct entry *entry,
                     struct slot **slot)
{
    struct pp_error err = {0};
    entry->status = open_entry(binaries, entry, slot, &err);
    if (entry->status == PP_OK) {
        entry->slot = (uint32_t)(*slot - binaries->slots);
        entry->turn = (*slot)->turn;
        return PP_OK;
    }
    entry->why = pp_slice_copy(&binaries->arena, pp_slice_of(err.text));
    return entry->why ? PP_OK : PP_E_MEMORY;
}

int pp_binaries_find(struct pp_binaries *binaries, struct pp_slice path,
                     struct pp_slice build_id, bool may_fetch,
                     const struct pp_binary **binary, struct pp_error *err)
{
    *binary = NULL;
    binaries->turn++;
    struct entry *entry = find_entry(binaries, path, build_id);
    if (!entry && !(entry = add_entry(binaries, path, build_id)))
        return pp_fail_memory(err);
    bool is_worth_trying =
        entry->status == PP_OK || (may_fetch && !entry->may_fetch);
    entry->may_fetch |= may_fetch;
    struct slot *slot = slot_of(binaries, entry);
    if (!slot && is_worth_trying && try_entry(binaries, entry, &slot) < 0)
        return pp_fail_memory(err);
    if (entry->status < 0)
        return pp_fail(err, entry->status, "%s", entry->why);
    slot->used = binaries->turn;
    *binary = &slot->binary;
    trim(binaries);
    return PP_OK;
}
