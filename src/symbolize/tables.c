/* Symbol tables of the files mapped into this process. See tables.h.
 *
 * Invariant: a table is only given for a file that has the build id asked for,
 * if both have one; a file that was replaced or deleted since it was mapped is
 * looked for where the kernel still has it. Nothing here calls malloc. */
#include "symbolize/tables.h"

#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* What all tables together may hold of memory between profiles. */
static const size_t memory_max = (size_t)64 << 20;

/* ---- opening ------------------------------------------------------------ */

static bool is_vdso(const char *path)
{
    return strcmp(path, "[vdso]") == 0 || strncmp(path, "linux-vdso.", 11) == 0;
}

/* The vDSO is in memory only; its headers, the kernel's own, tell its size. */
static struct pp_symbols *open_vdso(void)
{
    struct pp_symbols *symbols = NULL;
    const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
    if (!image)
        return NULL;
    const ElfW(Ehdr) *header = (const void *)image;
    const ElfW(Phdr) *segments = (const void *)(image + header->e_phoff);
    size_t size =
        header->e_shoff + (size_t)header->e_shnum * header->e_shentsize;
    for (int i = 0; i < header->e_phnum; i++) {
        size_t end = segments[i].p_offset + segments[i].p_filesz;
        if (segments[i].p_type == PT_LOAD && end > size)
            size = end;
    }
    pp_symbols_open_image(image, size, &symbols, NULL);
    return symbols;
}

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

/* The file where it lies; or the program by the kernel's link to it, which
 * stays when the file goes; or the mapping itself, for those who may. What was
 * not asked for by its path needs a build id to be believed. */
static struct pp_symbols *open_file(const struct pp_mapped_file *wanted)
{
    char path[64];
    struct pp_symbols *symbols = open_if_same(wanted->path, wanted->build_id);
    if (symbols)
        return symbols;
    if (wanted->build_id.size == 0)
        return is_deleted_program(wanted->path)
                   ? open_if_same("/proc/self/exe", wanted->build_id)
                   : NULL;
    symbols = open_if_same("/proc/self/exe", wanted->build_id);
    if (symbols || wanted->limit == 0)
        return symbols;
    snprintf(path, sizeof path, "/proc/self/map_files/%llx-%llx",
             (unsigned long long)wanted->start,
             (unsigned long long)wanted->limit);
    return open_if_same(path, wanted->build_id);
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
    table->symbols = is_vdso(wanted->path) ? open_vdso() : open_file(wanted);
    return table;
}

const struct pp_symbols *pp_tables_get(struct pp_source_names *names,
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
    return table->symbols;
}

static size_t memory_of(const struct pp_kept_table *table)
{
    return table->symbols ? pp_symbols_memory(table->symbols) : 0;
}

/* The table with symbols that was used longest ago, and what all hold. */
static struct pp_kept_table *find_oldest(const struct pp_source_names *names,
                                         size_t *memory)
{
    struct pp_kept_table *oldest = NULL;
    *memory = 0;
    for (uint32_t i = 0; i < names->tables.count; i++) {
        struct pp_kept_table *table = &names->tables.items[i];
        *memory += memory_of(table);
        if (table->symbols && (!oldest || table->used < oldest->used))
            oldest = table;
    }
    return oldest;
}

void pp_tables_trim(struct pp_source_names *names)
{
    size_t memory;
    struct pp_kept_table *oldest;
    while ((oldest = find_oldest(names, &memory)) && memory > memory_max) {
        pp_symbols_free(oldest->symbols);
        oldest->symbols = NULL;
        pp_buffer_release(&oldest->path);
    }
}

struct pp_source_names *pp_source_names_new(void)
{
    struct pp_arena arena = {0};
    struct pp_source_names *names =
        pp_arena_new(&arena, struct pp_source_names);
    if (names)
        names->arena = arena;
    return names;
}

void pp_source_names_free(struct pp_source_names *names)
{
    if (!names)
        return;
    for (uint32_t i = 0; i < names->tables.count; i++) {
        pp_symbols_free(names->tables.items[i].symbols);
        pp_buffer_release(&names->tables.items[i].path);
    }
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = names->arena;
    pp_arena_release(&arena);
}
