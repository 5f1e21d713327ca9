/* Libraries that most runs do without, loaded when somebody needs them: their
 * relocations cost more than all else that a short run does. See os.h.
 *
 * Invariant: a table of functions has all of them or is as it was. */
#include "os/os.h"

#include <dlfcn.h>

static void *open_first(const char *const *files)
{
    void *library = NULL;
    for (; *files && !library; files++)
        library = dlopen(*files, RTLD_NOW | RTLD_LOCAL);
    return library;
}

static bool has_all(void *library, const struct pp_os_function *functions)
{
    for (; functions->name; functions++)
        if (!dlsym(library, functions->name))
            return false;
    return true;
}

static void take(void *library, const struct pp_os_function *functions,
                 void *table)
{
    for (; functions->name; functions++) {
        void *found = dlsym(library, functions->name);
        memcpy((char *)table + functions->offset, &found, sizeof found);
    }
}

int pp_os_load_library(const char *const *files,
                       const struct pp_os_function *functions, void *table,
                       struct pp_error *err)
{
    dlerror();
    void *library = open_first(files);
    if (!library || !has_all(library, functions)) {
        pp_fail(err, PP_E_NOT_FOUND, "%s", dlerror());
        if (library)
            dlclose(library);
        return PP_E_NOT_FOUND;
    }
    take(library, functions, table);
    return PP_OK;
}
