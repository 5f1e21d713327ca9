/* The registry of loaded objects, and the tables of their code.
 *
 *   entries   every executable range ever seen, loaded ones and retired ones,
 *             up to a limit: old samples want names
 *   tables    by fingerprint, some more than are in use, so that a program
 *             that loads and unloads one plugin all day compiles it once
 *
 * Everything here happens under one lock, on ordinary threads. Invariants:
 * the published map names the tables of loaded entries only; a table that no
 * loaded entry uses was retired before it is unmapped (publish.h). */
#include "unwind/publish.h"
#include "unwind/scan.h"
#include "unwind/unwind.h"

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"

enum {
    RETIRED_MAX = 4096,   /* entries kept for their names ... */
    RETIRED_KEPT = 2048,  /* ... and how many remain of them after that */
    IDLE_TABLES_MAX = 64, /* tables kept though nothing uses them */
};

struct entry {
    struct pp_unwind_object object;
    uint64_t text_start, text_size;
    uint64_t fingerprint;
    const struct pp_unwind_table *table; /* NULL: none */
    bool program;
};

struct known_table {
    uint64_t fingerprint;
    struct pp_unwind_table *table;
    uint32_t last_used; /* generation */
};

static struct {
    struct pp_arena arena; /* entries, tables' list, paths */
    struct {
        struct entry *items;
        uint32_t count, capacity;
    } entries;
    struct {
        struct known_table *items;
        uint32_t count, capacity;
    } tables;
    struct pp_strings paths;
    uint64_t adds, subs; /* the loader's counts at the last refresh */
    uint64_t build_ns;
    bool scanned;
} registry;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool busy; /* somebody holds the lock; for the child of a fork */
static atomic_uint generation;

/* A handler of the program's that forks, or comes back to us, must not find
 * the lock held by its own thread: signals wait. */
static void enter(sigset_t *signals)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, signals);
    pthread_mutex_lock(&lock);
    atomic_store(&busy, true);
}

static void leave(const sigset_t *signals)
{
    atomic_store(&busy, false);
    pthread_mutex_unlock(&lock);
    pthread_sigmask(SIG_SETMASK, signals, NULL);
}

/* ---- tables ------------------------------------------------------------- */

static struct known_table *find_table(uint64_t fingerprint)
{
    for (uint32_t i = 0; i < registry.tables.count; i++)
        if (registry.tables.items[i].fingerprint == fingerprint)
            return &registry.tables.items[i];
    return NULL;
}

static bool is_known(const void *context, uint64_t fingerprint)
{
    (void)context;
    return find_table(fingerprint) != NULL;
}

static int compile(const struct pp_unwind_found *found, struct pp_error *err)
{
    struct known_table *known =
        pp_vector_add(&registry.arena, &registry.tables);
    if (!known)
        return pp_fail_memory(err);
    int64_t start = pp_os_thread_cpu_ns(pp_os_gettid());
    int status = pp_cfi_compile(&found->eh_frame, found->text_start,
                                found->text_size, &known->table, err);
    registry.build_ns +=
        (uint64_t)(pp_os_thread_cpu_ns(pp_os_gettid()) - start);
    known->fingerprint = found->fingerprint;
    if (status != PP_OK)
        registry.tables.count--;
    return status;
}

/* The table for what was found, compiled now if it is new. NULL when there is
 * none; *status keeps the first failure. */
static const struct pp_unwind_table *table_for(
    const struct pp_unwind_found *found, int *status, struct pp_error *err)
{
    struct known_table *known = find_table(found->fingerprint);
    if (!known && found->eh_frame.bytes) {
        int failed = compile(found, err);
        if (failed != PP_OK) {
            *status = *status ? *status : failed;
            pp_error_prefix(err, PP_SLICE_FORMAT ": ",
                            PP_SLICE_ARGS(found->name));
            return NULL;
        }
        known = find_table(found->fingerprint);
    }
    if (!known)
        return NULL;
    known->last_used = atomic_load(&generation);
    return known->table;
}

static bool is_used(const struct known_table *known)
{
    for (uint32_t i = 0; i < registry.entries.count; i++) {
        const struct entry *entry = &registry.entries.items[i];
        if (entry->table == known->table && entry->object.retired == 0)
            return true;
    }
    return false;
}

/* Unmap the table that has been idle longest, as long as too many are. */
static void drop_idle_tables(void)
{
    for (;;) {
        struct known_table *oldest = NULL;
        uint32_t idle_count = 0;
        for (uint32_t i = 0; i < registry.tables.count; i++) {
            struct known_table *known = &registry.tables.items[i];
            if (is_used(known))
                continue;
            idle_count++;
            if (!oldest || known->last_used < oldest->last_used)
                oldest = known;
        }
        if (idle_count <= IDLE_TABLES_MAX)
            return;
        pp_unwind_retire(oldest->table, oldest->table->size);
        *oldest = registry.tables.items[--registry.tables.count];
    }
}

/* ---- entries ------------------------------------------------------------ */

static const char *keep_path(const char *path)
{
    uint32_t number = pp_strings_add_copy(&registry.paths, &registry.arena,
                                          pp_slice_of(path));
    return number == PP_NONE ? "" : registry.paths.all.items[number].data;
}

/* Absolute and free of links, as /proc/self/maps has it, if the file is still
 * there. */
static const char *resolve_path(const struct pp_unwind_found *found)
{
    char space[PATH_MAX];
    if (found->vdso)
        return "[vdso]";
    if (found->program) {
        ssize_t size = readlink("/proc/self/exe", space, sizeof space - 1);
        space[size > 0 ? size : 0] = 0;
        return keep_path(space);
    }
    if (found->name.size == 0)
        return "";
    const char *real = realpath(found->name.data, space);
    return keep_path(real ? real : found->name.data);
}

static bool is_same(const struct entry *entry,
                    const struct pp_unwind_found *found)
{
    return entry->fingerprint == found->fingerprint &&
           entry->object.start == found->start &&
           entry->object.base == found->base;
}

static struct entry *find_entry(const struct pp_unwind_found *found)
{
    for (uint32_t i = 0; i < registry.entries.count; i++)
        if (is_same(&registry.entries.items[i], found))
            return &registry.entries.items[i];
    return NULL;
}

static struct entry *add_entry(const struct pp_unwind_found *found,
                               uint32_t now)
{
    struct entry *entry = pp_vector_add(&registry.arena, &registry.entries);
    if (!entry)
        return NULL;
    *entry = (struct entry){
        .object =
            {
                .start = found->start,
                .end = found->end,
                .offset = found->offset,
                .base = found->base,
                .path = resolve_path(found),
                .build_id_size = found->build_id_size,
                .loaded = now,
            },
        .text_start = found->text_start,
        .text_size = found->text_size,
        .fingerprint = found->fingerprint,
        .program = found->program,
    };
    memcpy(entry->object.build_id, found->build_id, found->build_id_size);
    return entry;
}

/* Too many retired entries: forget the older ones, in a fresh arena. Without
 * memory for that they simply stay. */
static void forget_old_entries(void)
{
    uint32_t retired_count = 0;
    for (uint32_t i = 0; i < registry.entries.count; i++)
        retired_count += registry.entries.items[i].object.retired != 0;
    if (retired_count <= RETIRED_MAX)
        return;
    __typeof__(registry) old = registry;
    memset(&registry.arena, 0, sizeof registry.arena);
    memset(&registry.paths, 0, sizeof registry.paths);
    memset(&registry.entries, 0, sizeof registry.entries);
    memset(&registry.tables, 0, sizeof registry.tables);
    uint32_t too_many = retired_count - RETIRED_KEPT;
    if (pp_vector_reserve(&registry.arena, &registry.entries,
                          old.entries.count) ||
        pp_vector_reserve(&registry.arena, &registry.tables,
                          old.tables.count)) {
        pp_arena_release(&registry.arena);
        registry = old;
        return;
    }
    for (uint32_t i = 0; i < old.entries.count; i++) {
        struct entry *entry = &old.entries.items[i];
        if (entry->object.retired && too_many) {
            too_many--;
            continue;
        }
        entry->object.path = keep_path(entry->object.path);
        registry.entries.items[registry.entries.count++] = *entry;
    }
    for (uint32_t i = 0; i < old.tables.count; i++)
        registry.tables.items[registry.tables.count++] = old.tables.items[i];
    pp_arena_release(&old.arena);
}

/* Every entry that was loaded is retired, then what was found is loaded
 * (again). */
static int merge(const struct pp_unwind_scan *scan, uint32_t now,
                 struct pp_error *err)
{
    int status = PP_OK;
    for (uint32_t i = 0; i < registry.entries.count; i++) {
        struct entry *entry = &registry.entries.items[i];
        if (entry->object.retired == 0)
            entry->object.retired = now;
    }
    for (uint32_t i = 0; i < scan->found.count; i++) {
        const struct pp_unwind_found *found = &scan->found.items[i];
        const struct pp_unwind_table *table = table_for(found, &status, err);
        struct entry *entry = find_entry(found);
        if (!entry)
            entry = add_entry(found, now);
        if (!entry)
            return pp_fail_memory(err);
        entry->object.retired = 0;
        entry->table = table;
    }
    return status;
}

/* ---- the map ------------------------------------------------------------ */

static void fill_range(struct pp_unwind_range *range, const struct entry *entry)
{
    *range = (struct pp_unwind_range){
        .start = entry->text_start,
        .size = entry->text_size,
    };
    if (entry->table)
        range->index = entry->table->index;
}

/* By insertion: the loader's order is nearly that of addresses, backwards or
 * forwards, and objects are few. */
static void insert_range(struct pp_unwind_range *ranges, uint32_t count,
                         const struct entry *entry)
{
    uint32_t at = count;
    while (at > 0 && ranges[at - 1].start > entry->text_start)
        at--;
    memmove(ranges + at + 1, ranges + at, (count - at) * sizeof *ranges);
    fill_range(&ranges[at], entry);
}

static int publish(struct pp_error *err)
{
    struct pp_unwind_map *map = pp_unwind_map_new(registry.entries.count);
    if (!map)
        return pp_fail_memory(err);
    struct pp_unwind_range *ranges = (struct pp_unwind_range *)map->ranges;
    uint32_t count = 0;
    for (uint32_t i = 0; i < registry.entries.count; i++)
        if (registry.entries.items[i].object.retired == 0)
            insert_range(ranges, count++, &registry.entries.items[i]);
    for (uint32_t i = 0; i < count; i++)
        ((uint64_t *)map->starts)[i] = ranges[i].start;
    map->count = count;
    pp_unwind_publish(map);
    return PP_OK;
}

/* ---- fork --------------------------------------------------------------- */

void pp_unwind_before_fork(void)
{
    pthread_mutex_lock(&lock);
}

void pp_unwind_after_fork(bool is_child)
{
    if (!is_child) {
        pthread_mutex_unlock(&lock);
        return;
    }
    bool interrupted = atomic_load(&busy);
    pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    lock = fresh;
    /* A registry that was being changed is abandoned, memory and all. What is
     * published stands. */
    if (interrupted)
        memset(&registry, 0, sizeof registry);
    atomic_store(&busy, false);
    pp_unwind_publish_after_fork(interrupted);
}

/* ---- the front header's functions --------------------------------------- */

static int update(struct pp_unwind_scan *scan, struct pp_error *err)
{
    uint32_t now = atomic_load(&generation) + 1;
    int status = merge(scan, now, err);
    int published = publish(err);
    if (published != PP_OK)
        return published;
    atomic_store(&generation, now);
    registry.adds = scan->adds;
    registry.subs = scan->subs;
    /* The scan's failure came first, and its words were kept. */
    registry.scanned = status != PP_E_MEMORY;
    drop_idle_tables();
    forget_old_entries();
    return scan->status ? scan->status : status;
}

int pp_unwind_refresh(struct pp_error *err)
{
    struct pp_arena arena = {0};
    sigset_t signals;
    int status = PP_OK;
    enter(&signals);
    struct pp_unwind_scan scan = {
        .arena = &arena,
        .is_known = is_known,
        .adds = registry.scanned ? registry.adds : UINT64_MAX,
        .subs = registry.scanned ? registry.subs : UINT64_MAX,
        .err = err,
    };
    pp_unwind_scan(&scan);
    if (!scan.unchanged)
        status = update(&scan, err);
    pp_unwind_reclaim();
    leave(&signals);
    pp_arena_release(&arena);
    return status;
}

uint32_t pp_unwind_generation(void)
{
    return atomic_load(&generation);
}

struct pp_unwind_object *pp_unwind_objects(struct pp_arena *arena,
                                           uint32_t *count)
{
    sigset_t signals;
    enter(&signals);
    uint32_t total = registry.entries.count;
    struct pp_unwind_object *objects =
        pp_arena_array(arena, total, sizeof *objects);
    *count = 0;
    for (uint32_t i = 0; objects && i < total; i++) {
        const struct entry *entry = &registry.entries.items[i];
        struct pp_slice path = pp_slice_of(entry->object.path);
        objects[i] = entry->object;
        objects[i].path = pp_slice_copy(arena, path);
        if (!objects[i].path)
            objects = NULL;
    }
    if (objects)
        *count = total;
    leave(&signals);
    return objects;
}

void pp_unwind_stats(struct pp_unwind_stats *stats)
{
    sigset_t signals;
    *stats = (struct pp_unwind_stats){0};
    enter(&signals);
    for (uint32_t i = 0; i < registry.entries.count; i++) {
        const struct entry *entry = &registry.entries.items[i];
        if (entry->object.retired || !entry->table)
            continue;
        stats->objects++;
        stats->text_bytes += entry->text_size;
        stats->table_bytes += entry->table->size;
        stats->rows += entry->table->row_count;
        stats->rows_unsupported += entry->table->rows_unsupported;
    }
    stats->build_ns = registry.build_ns;
    leave(&signals);
}
