/* Which of the directories for binaries there are. A profile may have very many
 * mappings, and most machines none of the directories: so it is found out once.
 * The list and its default are the reference's. See directories.h. */
#include "symbolize/directories.h"

#include <unistd.h>

/* One of them, if it is there. */
static int add_directory(struct pp_directories *directories,
                         struct pp_slice path)
{
    char *copy = pp_slice_copy(&directories->arena, path);
    if (!copy)
        return PP_E_MEMORY;
    if (path.size == 0 || access(copy, F_OK) < 0)
        return PP_OK;
    const char **directory = pp_vector_add(&directories->arena, directories);
    if (!directory)
        return PP_E_MEMORY;
    *directory = copy;
    return PP_OK;
}

/* Each element of a ':'-separated list. */
static int add_list(struct pp_directories *directories, const char *list)
{
    for (;;) {
        size_t size = strcspn(list, ":");
        if (add_directory(directories, (struct pp_slice){list, size}) < 0)
            return PP_E_MEMORY;
        if (list[size] == 0)
            return PP_OK;
        list += size + 1;
    }
}

static int add_home(struct pp_directories *directories, const char *home)
{
    struct pp_buffer path = {0};
    pp_buffer_format(&path, "%s/pprof/binaries", home);
    int status = path.failed
                     ? PP_E_MEMORY
                     : add_directory(directories, pp_buffer_slice(&path));
    pp_buffer_release(&path);
    return status;
}

int pp_directories_find(struct pp_directories *directories,
                        const struct pp_symbolize_options *options)
{
    *directories = (struct pp_directories){0};
    if (options->binary_path)
        return add_list(directories, options->binary_path);
    return options->home ? add_home(directories, options->home) : PP_OK;
}

void pp_directories_release(struct pp_directories *directories)
{
    pp_arena_release(&directories->arena);
}
