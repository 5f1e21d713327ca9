/* The files of mappings, open. See symbolize.h. */
#include "symbolize/symbolize.h"

enum { PATH_SIZE = 4096 };

struct pp_binaries {
    struct pp_arena arena; /* holds this */
    struct pp_symbolize_options options;
    struct pp_buffer path; /* of the one that is open */
    struct pp_binary open;
};

struct pp_binaries *pp_binaries_new(const struct pp_symbolize_options *options)
{
    struct pp_arena arena = {0};
    struct pp_binaries *binaries = pp_arena_new(&arena, struct pp_binaries);
    if (!binaries)
        return NULL;
    binaries->arena = arena;
    binaries->options = *options;
    return binaries;
}

static void close_binary(struct pp_binary *binary)
{
    pp_lines_free(binary->lines);
    pp_symbols_free(binary->symbols);
    pp_object_free(binary->object);
    *binary = (struct pp_binary){0};
}

void pp_binaries_free(struct pp_binaries *binaries)
{
    if (!binaries)
        return;
    close_binary(&binaries->open);
    pp_buffer_release(&binaries->path);
    struct pp_arena arena = binaries->arena;
    pp_arena_release(&arena);
}

static int open_binary(struct pp_binary *binary, const char *path, bool fast,
                       struct pp_error *err)
{
    const struct pp_lines_options options = {.search =
                                                 &pp_debug_search_default};
    if (pp_symbols_open(path, &binary->symbols, err) < 0 ||
        pp_object_open(path, NULL, &binary->object, err) < 0)
        return err->status;
    /* Without DWARF there still are symbols. */
    if (!fast)
        pp_lines_open(binary->object, &options, &binary->lines, NULL);
    return PP_OK;
}

int pp_binaries_open(struct pp_binaries *binaries, struct pp_slice path,
                     const struct pp_binary **binary, struct pp_error *err)
{
    *binary = &binaries->open;
    if (binaries->open.symbols &&
        pp_slice_equal(path, pp_buffer_slice(&binaries->path)))
        return PP_OK;
    close_binary(&binaries->open);
    pp_buffer_clear(&binaries->path);
    pp_buffer_append_slice(&binaries->path, path);
    *binary = NULL;
    if (binaries->path.failed || path.size >= PATH_SIZE)
        return pp_fail(err, PP_E_FORMAT, "path of %zu bytes", path.size);
    if (open_binary(&binaries->open, binaries->path.data,
                    binaries->options.fast, err) < 0) {
        close_binary(&binaries->open);
        return err->status;
    }
    *binary = &binaries->open;
    return PP_OK;
}
