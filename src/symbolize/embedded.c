/* libpprof-symbolize.so: object/ and lines/ behind the table of embedded.h.
 *
 * Invariant: what a struct pp_embedded_lines holds stays below the memory that
 * it was opened with. Files are copied, not mapped: who truncates one while we
 * read must not end the program. */
#include "symbolize/embedded.h"

struct pp_embedded_lines {
    struct pp_arena arena; /* holds this */
    struct pp_object *object;
    struct pp_lines *lines;
};

static void free_lines(struct pp_embedded_lines *embedded)
{
    if (!embedded)
        return;
    pp_lines_free(embedded->lines);
    pp_object_free(embedded->object);
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = embedded->arena;
    pp_arena_release(&arena);
}

static size_t memory(const struct pp_embedded_lines *embedded)
{
    return pp_object_memory(embedded->object) +
           pp_lines_memory(embedded->lines);
}

/* Most of the memory is for the file's sections; the index needs less, and
 * lets go what was used longest ago. */
static struct pp_lines_options share_out(size_t memory_max)
{
    return (struct pp_lines_options){
        .search = &pp_debug_search_default,
        .object = {.copied = true, .memory_max = memory_max / 4 * 3},
        .memory_max = memory_max / 4,
        .one_thread = true, /* it would be taken for one of the program's */
    };
}

static int open_both(struct pp_embedded_lines *embedded, const char *path,
                     struct pp_slice id, size_t memory_max,
                     struct pp_error *err)
{
    struct pp_lines_options options = share_out(memory_max);
    int status = pp_object_open(path, &options.object, &embedded->object, err);
    if (status < 0)
        return status;
    if (!pp_slice_equal(pp_object_id(embedded->object), id))
        return pp_fail(err, PP_E_NOT_FOUND, "%s: replaced meanwhile", path);
    status = pp_lines_open(embedded->object, &options, &embedded->lines, err);
    if (status == PP_OK && memory(embedded) > memory_max)
        return pp_fail_memory(err);
    return status;
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
    int status = open_both(embedded, path, id, memory_max, err);
    if (status < 0)
        free_lines(embedded);
    else
        *lines = embedded;
    return status;
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
