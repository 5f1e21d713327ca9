/* Opening the file with a file's debug information, as GDB finds it: by build
 * id, or by the name in .gnu_debuglink. See object.h. */
#include <stdio.h>

#include "object/object.h"

enum { PATH_SIZE = 4096 };

static const char *const system_directories[] = {"/usr/lib/debug", NULL};

const struct pp_debug_search pp_debug_search_default = {
    .directories = system_directories,
};

/* Open the file at the path if it has the build id of `object`. */
static bool try_path(const struct pp_object *object, const char *path,
                     const struct pp_object_options *options,
                     struct pp_object **debug)
{
    if (pp_object_open(path, options, debug, NULL) < 0)
        return false;
    if (pp_slice_equal(pp_object_id(*debug), pp_object_id(object)))
        return true;
    pp_object_free(*debug);
    *debug = NULL;
    return false;
}

static bool try_build_id(const struct pp_object *object, const char *directory,
                         const struct pp_object_options *options,
                         struct pp_object **debug)
{
    char path[PATH_SIZE];
    struct pp_slice id = pp_object_id(object);
    int size = snprintf(path, sizeof path, "%s/.build-id/%.2s/%s.debug",
                        directory, id.data, id.data + 2);
    return size < PATH_SIZE && try_path(object, path, options, debug);
}

int pp_debug_file_open(struct pp_object *object,
                       const struct pp_debug_search *search,
                       const struct pp_object_options *options,
                       struct pp_object **debug, struct pp_error *err)
{
    *debug = NULL;
    for (const char *const *directory = search->directories;
         *directory && pp_object_id(object).size > 2; directory++)
        if (try_build_id(object, *directory, options, debug))
            return PP_OK;
    return pp_fail(err, PP_E_NOT_FOUND, "%s: no debug file",
                   pp_object_path(object));
}
