/* Symbols and source lines of the files mapped into this process. See tables.h.
 *
 * Invariant: a table is only given for a file that has the build id asked for,
 * if both have one; a file that was replaced or deleted since it was mapped is
 * looked for where the kernel still has it. Nothing here calls malloc, but for
 * the loader when it loads libpprof-symbolize.so. */
#include "symbolize/tables.h"

#include <stdio.h>
#include <unistd.h>

#include "os/os.h"
#include "symbolize/jit.h"
#include "symbolize/vdso.h"

enum { PATH_SIZE = 4096 };

/* ---- opening ------------------------------------------------------------ */

/* The file at a path, if its build id does not say that it is another. */
static struct pp_symbols *open_if_same(const char *path, struct pp_slice wanted)
{
    struct pp_symbols *symbols;
    if (pp_symbols_open(path, &symbols, NULL) < 0)
        return NULL;
    struct pp_slice found = pp_symbols_build_id(symbols);
    if (found.size == 0 || wanted.size == 0 || pp_slice_equal(found, wanted))
        return symbols;
    pp_symbols_free(symbols);
    return NULL;
}

/* Whether the path was the program's before it was deleted. */
static bool is_deleted_program(const char *path)
{
    static const char mark[] = " (deleted)";
    char link[PATH_SIZE];
    size_t size = strlen(path);
    ssize_t got = readlink("/proc/self/exe", link, sizeof link);
    return got > 0 && (size_t)got == size + sizeof mark - 1 &&
           memcmp(link, path, size) == 0 &&
           memcmp(link + size, mark, sizeof mark - 1) == 0;
}

static const char *path_at(enum pp_place place,
                           const struct pp_mapped_file *wanted,
                           char space[static 64])
{
    if (place == PP_PLACE_PATH)
        return wanted->path;
    if (place == PP_PLACE_PROGRAM)
        return "/proc/self/exe";
    snprintf(space, 64, "/proc/self/map_files/%llx-%llx",
             (unsigned long long)wanted->start,
             (unsigned long long)wanted->limit);
    return space;
}

/* Whether a file can be believed in where it was not asked for: by its build
 * id alone, or if it is the program that was. */
static bool may_be_at(enum pp_place place, const struct pp_mapped_file *wanted)
{
    if (place == PP_PLACE_PATH)
        return true;
    if (place == PP_PLACE_PROGRAM)
        return wanted->build_id.size > 0 || is_deleted_program(wanted->path);
    return wanted->build_id.size > 0 && wanted->limit != 0;
}

/* The file where it lies; or the program by the kernel's link to it, which
 * stays when the file goes; or the mapping itself, for those who may. */
static struct pp_symbols *open_file(const struct pp_mapped_file *wanted,
                                    enum pp_place *place)
{
    char space[64];
    struct pp_symbols *symbols = NULL;
    for (*place = PP_PLACE_PATH;; ++*place) {
        if (may_be_at(*place, wanted))
            symbols =
                open_if_same(path_at(*place, wanted, space), wanted->build_id);
        if (symbols || *place == PP_PLACE_MAPPING)
            return symbols;
    }
}

struct pp_symbols *pp_tables_open_jit(void)
{
    char path[PP_JIT_PATH_SIZE];
    struct pp_symbols *symbols;
    pp_jit_path(getpid(), path);
    pp_jit_open(path, &symbols, NULL);
    return symbols;
}

/* ---- the tables --------------------------------------------------------- */

static bool is_of(const struct pp_kept_table *table,
                  const struct pp_mapped_file *wanted)
{
    return pp_slice_equal(pp_buffer_slice(&table->path),
                          pp_slice_of(wanted->path)) &&
           (wanted->build_id.size == 0 ||
            pp_slice_equal(pp_slice_of(table->build_id), wanted->build_id));
}

/* A table that is not in use, or a new one; NULL without memory. */
static struct pp_kept_table *free_table(struct pp_source_names *names)
{
    for (uint32_t i = 0; i < names->tables.count; i++)
        if (names->tables.items[i].path.size == 0)
            return &names->tables.items[i];
    return pp_vector_add(&names->arena, &names->tables);
}

static struct pp_kept_table *add_table(struct pp_source_names *names,
                                       const struct pp_mapped_file *wanted)
{
    struct pp_kept_table *table = free_table(names);
    if (!table || wanted->build_id.size >= sizeof table->build_id)
        return NULL;
    pp_buffer_append_text(&table->path, wanted->path);
    if (table->path.failed)
        return NULL;
    snprintf(table->build_id, sizeof table->build_id, PP_SLICE_FORMAT,
             PP_SLICE_ARGS(wanted->build_id));
    table->symbols = pp_is_vdso(pp_slice_of(wanted->path))
                         ? pp_vdso_open()
                         : open_file(wanted, &table->place);
    return table;
}

struct pp_kept_table *pp_tables_get(struct pp_source_names *names,
                                    const struct pp_mapped_file *wanted)
{
    struct pp_kept_table *table = NULL;
    if (!wanted->path[0])
        return NULL;
    for (uint32_t i = 0; i < names->tables.count && !table; i++)
        if (is_of(&names->tables.items[i], wanted))
            table = &names->tables.items[i];
    if (!table)
        table = add_table(names, wanted);
    if (!table)
        return NULL;
    table->used = ++names->clock;
    return table->symbols ? table : NULL;
}

/* ---- giving memory back ------------------------------------------------- */

static size_t memory_of(const struct pp_source_names *names,
                        const struct pp_kept_table *table)
{
    size_t memory = table->symbols ? pp_symbols_memory(table->symbols) : 0;
    return table->lines ? memory + names->reader->memory(table->lines) : memory;
}

static size_t memory_of_all(const struct pp_source_names *names)
{
    size_t memory = 0;
    for (uint32_t i = 0; i < names->tables.count; i++)
        memory += memory_of(names, &names->tables.items[i]);
    return memory;
}

static void close_table(const struct pp_source_names *names,
                        struct pp_kept_table *table)
{
    if (table->lines)
        names->reader->free(table->lines);
    pp_symbols_free(table->symbols);
    pp_buffer_release(&table->path);
    *table = (struct pp_kept_table){0};
}

/* Close the table that was used longest ago, if that is before `before`. */
static bool close_oldest(struct pp_source_names *names, uint64_t before)
{
    struct pp_kept_table *oldest = NULL;
    for (uint32_t i = 0; i < names->tables.count; i++) {
        struct pp_kept_table *table = &names->tables.items[i];
        if (table->symbols && table->used < before &&
            (!oldest || table->used < oldest->used))
            oldest = table;
    }
    if (oldest)
        close_table(names, oldest);
    return oldest != NULL;
}

/* What could not be opened is tried again another time: descriptors may have
 * run out, and a program may have any number of files that are gone. */
void pp_source_trim(struct pp_source_names *names)
{
    for (uint32_t i = 0; i < names->tables.count; i++)
        if (!names->tables.items[i].symbols)
            close_table(names, &names->tables.items[i]);
    while (memory_of_all(names) > names->memory_max &&
           close_oldest(names, UINT64_MAX))
        ;
}

/* ---- source lines ------------------------------------------------------- */

int pp_source_load_lines(struct pp_source_names *names, struct pp_error *err)
{
    const struct pp_error *why_not = &names->reader_error;
    if (!names->reader && why_not->status == PP_OK)
        names->reader =
            pp_os_load_companion(PP_LINE_READER_FILE, PP_LINE_READER_SYMBOL,
                                 PP_LINE_READER_VERSION, &names->reader_error);
    if (names->reader)
        return PP_OK;
    return pp_fail(err, why_not->status, "%s", why_not->text);
}

/* What this profile has no use for makes room for what it has. */
static int open_lines(struct pp_source_names *names,
                      struct pp_kept_table *table, const char *path)
{
    int status;
    do {
        size_t held = memory_of_all(names);
        status = PP_E_MEMORY;
        if (held < names->memory_max)
            status = names->reader->open(
                path, pp_symbols_build_id(table->symbols),
                names->memory_max - held, &table->lines, NULL);
    } while (status == PP_E_MEMORY && close_oldest(names, names->begun));
    return status;
}

struct pp_embedded_lines *pp_tables_get_lines(
    struct pp_source_names *names, struct pp_kept_table *table,
    const struct pp_mapped_file *wanted)
{
    char space[64];
    if (!table->lines && table->lines_status == PP_OK &&
        !pp_is_vdso(pp_slice_of(wanted->path)) &&
        pp_source_load_lines(names, NULL) == PP_OK)
        table->lines_status =
            open_lines(names, table, path_at(table->place, wanted, space));
    return table->lines;
}

void pp_tables_check_lines(struct pp_source_names *names,
                           struct pp_kept_table *table)
{
    while (memory_of_all(names) > names->memory_max &&
           close_oldest(names, names->begun))
        ;
    if (!table->lines || memory_of_all(names) <= names->memory_max)
        return;
    names->reader->free(table->lines);
    table->lines = NULL;
    table->lines_status = PP_E_MEMORY;
}

/* ---- all of it ---------------------------------------------------------- */

struct pp_source_names *pp_source_names_new(size_t memory_max)
{
    struct pp_arena arena = {0};
    struct pp_source_names *names =
        pp_arena_new(&arena, struct pp_source_names);
    if (!names)
        return NULL;
    names->arena = arena;
    names->memory_max = memory_max;
    return names;
}

void pp_source_names_free(struct pp_source_names *names)
{
    if (!names)
        return;
    for (uint32_t i = 0; i < names->tables.count; i++)
        close_table(names, &names->tables.items[i]);
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = names->arena;
    pp_arena_release(&arena);
}
