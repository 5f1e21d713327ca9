/* Objects that belong to libpprof.so and are loaded when somebody needs what
 * they do. They are looked for beside it first: they belong together, and a
 * preloaded libpprof need not be installed. See os.h. */
#include "os/os.h"

#include <dlfcn.h>
#include <unistd.h>

/* The directory of the object that this code is in, without the last '/'. */
static struct pp_slice own_directory(void)
{
    static const char here;
    Dl_info info;
    if (!dladdr(&here, &info) || !info.dli_fname)
        return (struct pp_slice){0};
    const char *slash = strrchr(info.dli_fname, '/');
    if (!slash)
        return (struct pp_slice){0};
    return (struct pp_slice){info.dli_fname, (size_t)(slash - info.dli_fname)};
}

static void *open_at(struct pp_slice directory, const char *file)
{
    struct pp_buffer path = {0};
    if (directory.size == 0)
        return NULL;
    pp_buffer_append_slice(&path, directory);
    pp_buffer_format(&path, "/%s", file);
    void *object = NULL;
    if (!path.failed && access(path.data, F_OK) == 0)
        object = dlopen(path.data, RTLD_NOW | RTLD_LOCAL);
    pp_buffer_release(&path);
    return object;
}

/* Whether the loader's words say that the file itself is what is missing. */
static bool is_about(const char *words, const char *file)
{
    size_t size = strlen(file);
    return strncmp(words, file, size) == 0 && words[size] == ':';
}

/* The object beside us, else wherever the system looks for it. */
static void *open_companion(const char *file, struct pp_error *err)
{
    struct pp_slice directory = own_directory();
    dlerror();
    void *object = open_at(directory, file);
    const char *why_not = dlerror(); /* a file that is there, but broken */
    if (!object && !why_not) {
        object = dlopen(file, RTLD_NOW | RTLD_LOCAL);
        why_not = dlerror();
    }
    if (object)
        return object;
    if (is_about(why_not, file))
        pp_fail(err, PP_E_NOT_FOUND,
                "%s was not found%s" PP_SLICE_FORMAT
                ": it belongs beside libpprof.so",
                file, directory.size > 0 ? " in " : "",
                PP_SLICE_ARGS(directory));
    else
        pp_fail(err, PP_E_NOT_FOUND, "%s", why_not);
    return NULL;
}

static const void *load(const char *file, const char *symbol, uint32_t version,
                        struct pp_error *err)
{
    void *object = open_companion(file, err);
    if (!object)
        return NULL;
    const uint32_t *table = dlsym(object, symbol);
    if (table && *table == version)
        return table;
    dlclose(object);
    pp_fail(err, PP_E_NOT_FOUND, "%s is of another version than libpprof.so",
            file);
    return NULL;
}

const void *pp_os_load_companion(const char *file, const char *symbol,
                                 uint32_t version, struct pp_error *err)
{
    sigset_t signals;
    pp_os_enter_loader(&signals);
    const void *table = load(file, symbol, version, err);
    pp_os_leave_loader(&signals);
    return table;
}
