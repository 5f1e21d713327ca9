/* libpprof-symbolize.so: object/ and lines/ behind the table of embedded.h.
 *
 * Invariant: what a struct pp_embedded_lines holds stays below the memory that
 * it was opened with, and none of it comes from malloc, which may be what is
 * profiled. Files are copied, not mapped: who truncates one while we read must
 * not end the program. */
#include "symbolize/embedded.h"

#include <libdeflate.h>
#include <sys/mman.h>

/* ---- libdeflate's memory ------------------------------------------------ */

/* What stands in front of its bytes. */
struct mapped {
    _Alignas(64) size_t size; /* of the mapping */
};

static void *map_bytes(size_t size)
{
    size += sizeof(struct mapped);
    struct mapped *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    mapped->size = size;
    return mapped + 1;
}

static void unmap_bytes(void *bytes)
{
    if (!bytes)
        return;
    struct mapped *mapped = (struct mapped *)bytes - 1;
    munmap(mapped, mapped->size);
}

/* The libdeflate that is linked in here is nobody else's. */
__attribute__((constructor)) static void keep_libdeflate_off_the_heap(void)
{
    libdeflate_set_memory_allocator(map_bytes, unmap_bytes);
}

/* ---- the lines of a file ------------------------------------------------ */

struct pp_embedded_lines {
    struct pp_arena arena; /* holds this */
    struct pp_object *object;
    struct pp_object *debug; /* has the DWARF, where the object has not */
    struct pp_lines *lines;  /* of either */
};

static void free_lines(struct pp_embedded_lines *embedded)
{
    if (!embedded)
        return;
    pp_lines_free(embedded->lines);
    pp_object_free(embedded->debug);
    pp_object_free(embedded->object);
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = embedded->arena;
    pp_arena_release(&arena);
}

static size_t memory_of_files(const struct pp_embedded_lines *embedded)
{
    size_t debug = embedded->debug ? pp_object_memory(embedded->debug) : 0;
    return pp_object_memory(embedded->object) + debug;
}

static size_t memory(const struct pp_embedded_lines *embedded)
{
    return memory_of_files(embedded) + pp_lines_memory(embedded->lines);
}

/* Whether all of the DWARF that there is can be kept: lines that are there for
 * some of the code only would be taken for all. */
static bool fits(struct pp_object *object)
{
    static const char *const names[] = {
        ".debug_info",        ".debug_abbrev", ".debug_line",
        ".debug_line_str",    ".debug_str",    ".debug_ranges",
        ".debug_str_offsets", ".debug_addr",   ".debug_rnglists",
    };
    struct pp_slice bytes;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pp_object_has_section(object, names[i]) &&
            !pp_object_section(object, names[i], &bytes, NULL))
            return false;
    return true;
}

/* Open the file and, where it has no DWARF, its debug file. */
static int open_files(struct pp_embedded_lines *embedded, const char *path,
                      struct pp_slice id, size_t memory_max,
                      struct pp_error *err)
{
    struct pp_object_options options = {.copied = true,
                                        .memory_max = memory_max};
    int status = pp_object_open(path, &options, &embedded->object, err);
    if (status < 0)
        return status;
    if (!pp_slice_equal(pp_object_id(embedded->object), id))
        return pp_fail(err, PP_E_NOT_FOUND, "%s: replaced meanwhile", path);
    struct pp_object *source = embedded->object;
    if (!pp_object_has_section(source, ".debug_info") &&
        pp_debug_file_open(source, &pp_debug_search_default, &options,
                           &embedded->debug, NULL) == PP_OK)
        source = embedded->debug;
    return fits(source) && memory_of_files(embedded) < memory_max
               ? PP_OK
               : pp_fail_memory(err);
}

/* What the files leave is for the index: for what stays, for the units that
 * may be forgotten again, and for the one that is being read. */
static int open_index(struct pp_embedded_lines *embedded, size_t memory_max,
                      struct pp_error *err)
{
    size_t part = (memory_max - memory_of_files(embedded)) / 3;
    struct pp_lines_options options = {
        .search = &pp_debug_search_default,
        .object = {.copied = true, .memory_max = part},
        .memory_max = part,
        .one_thread = true, /* it would be taken for one of the program's */
    };
    return pp_lines_open(embedded->debug ? embedded->debug : embedded->object,
                         &options, &embedded->lines, err);
}

/* What lines need has been read. */
static void close_files(struct pp_embedded_lines *embedded)
{
    pp_object_close_file(embedded->object);
    if (embedded->debug)
        pp_object_close_file(embedded->debug);
}

static int open_lines(const char *path, struct pp_slice id, size_t memory_max,
                      struct pp_embedded_lines **lines, struct pp_error *err)
{
    struct pp_arena arena = {0};
    struct pp_embedded_lines *embedded =
        pp_arena_new(&arena, struct pp_embedded_lines);
    *lines = NULL;
    if (!embedded)
        return pp_fail_memory(err);
    embedded->arena = arena;
    int status = open_files(embedded, path, id, memory_max, err);
    if (status == PP_OK)
        status = open_index(embedded, memory_max, err);
    if (status < 0) {
        free_lines(embedded);
        return status;
    }
    close_files(embedded);
    *lines = embedded;
    return PP_OK;
}

static void prepare(struct pp_embedded_lines *embedded,
                    const uint64_t *addresses, uint32_t count)
{
    pp_lines_prepare(embedded->lines, addresses, count);
}

static uint32_t find(struct pp_embedded_lines *embedded, uint64_t address,
                     struct pp_frame *frames, uint32_t frame_max)
{
    return pp_lines_find(embedded->lines, address, frames, frame_max);
}

__attribute__((visibility("default")))
const struct pp_line_reader pprof_line_reader = {
    .version = PP_LINE_READER_VERSION,
    .open = open_lines,
    .prepare = prepare,
    .find = find,
    .memory = memory,
    .free = free_lines,
};
