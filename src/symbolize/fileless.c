/* Code of no file: see fileless.h. Wrong names are worse than none, so each
 * kind is believed only with a proof that it is what was profiled:
 *
 *   kernel   has its build id, and lies where it lies now: kernels are loaded
 *            to another place at every boot
 *   vDSO     has its build id
 *   JIT      the map that its compiler writes for perf (jit.h), of the PID that
 *            the profile tells: as the mapping's file, as perf does, or by a
 *            label that is the same in all samples
 */
#include "symbolize/fileless.h"

#include <stdio.h>

#include "os/os.h"
#include "symbolize/jit.h"
#include "symbolize/vdso.h"

/* ---- what was opened ---------------------------------------------------- */

typedef int opener(const char *path, struct pp_symbols **symbols,
                   struct pp_error *err);

static int open_vdso(const char *path, struct pp_symbols **symbols,
                     struct pp_error *err)
{
    *symbols = pp_vdso_open();
    return *symbols ? PP_OK : pp_fail(err, PP_E_NOT_FOUND, "no %s", path);
}

/* The symbols at a path: a profile's mappings mostly ask for the same. */
static const struct pp_symbols *open_once(struct pp_fileless *fileless,
                                          const char *path, opener *open)
{
    if (strcmp(fileless->source, path) == 0)
        return fileless->symbols;
    pp_symbols_free(fileless->symbols);
    fileless->symbols = NULL;
    snprintf(fileless->source, sizeof fileless->source, "%s", path);
    open(path, &fileless->symbols, NULL);
    return fileless->symbols;
}

void pp_fileless_release(struct pp_fileless *fileless)
{
    pp_symbols_free(fileless->symbols);
    fileless->symbols = NULL;
    fileless->source[0] = 0;
}

/* ---- the kernel --------------------------------------------------------- */

enum { NOTES_MAX = 1 << 16 };

static bool is_running_kernel(struct pp_slice build_id)
{
    struct pp_buffer notes, id = {0};
    pp_buffer_init(&notes, NOTES_MAX);
    if (pp_os_read_file("/sys/kernel/notes", &notes) >= 0)
        pp_object_build_id_of_notes(pp_buffer_slice(&notes), &id);
    bool is_it = id.size > 0 && pp_slice_equal(pp_buffer_slice(&id), build_id);
    pp_buffer_release(&id);
    pp_buffer_release(&notes);
    return is_it;
}

/* Whether the kernel's first function starts where the mapping does. */
static bool starts_with_kernel(const struct pp_symbols *symbols,
                               const struct pp_mapping *mapping)
{
    struct pp_slice name;
    uint64_t start;
    return mapping->start > 0 &&
           pp_symbols_find(symbols, mapping->start, &name, &start) &&
           start == mapping->start &&
           !pp_symbols_find(symbols, start - 1, &name, NULL);
}

static const struct pp_symbols *find_kernel(struct pp_fileless *fileless,
                                            const struct pp_mapping *mapping,
                                            uint64_t *base)
{
    *base = 0;
    if (!is_running_kernel(
            pp_profile_text(fileless->profile, mapping->build_id)))
        return NULL;
    const struct pp_symbols *symbols =
        open_once(fileless, "/proc/kallsyms", pp_symbols_open_kallsyms);
    return symbols && starts_with_kernel(symbols, mapping) ? symbols : NULL;
}

/* ---- the vDSO ----------------------------------------------------------- */

static const struct pp_symbols *find_vdso(struct pp_fileless *fileless,
                                          const struct pp_mapping *mapping,
                                          uint64_t *base)
{
    struct pp_slice wanted =
        pp_profile_text(fileless->profile, mapping->build_id);
    const struct pp_symbols *symbols = open_once(fileless, "[vdso]", open_vdso);
    return symbols && wanted.size > 0 &&
                   pp_slice_equal(pp_symbols_build_id(symbols), wanted) &&
                   pp_symbols_base(symbols, mapping->start, mapping->limit,
                                   mapping->offset, mapping->start, base,
                                   NULL) == PP_OK
               ? symbols
               : NULL;
}

/* ---- JIT compilers ------------------------------------------------------ */

/* The PID of a path as perf names such maps; 0: it is none. */
static int64_t pid_of_map(struct pp_slice path)
{
    char text[64];
    int pid = 0, end = 0;
    if (path.size >= sizeof text)
        return 0;
    snprintf(text, sizeof text, PP_SLICE_FORMAT, PP_SLICE_ARGS(path));
    sscanf(text, "/tmp/perf-%9d.map%n", &pid, &end);
    return end > 0 && (size_t)end == path.size ? pid : 0;
}

/* The only PID that labels tell; 0: none does, or several. */
static int64_t only_pid(const struct pp_profile *profile)
{
    int64_t pid = 0;
    for (uint32_t i = 0; i < profile->labels.count; i++) {
        const struct pp_label *label = &profile->labels.items[i];
        if (label->string != 0 ||
            !pp_slice_equal(pp_profile_text(profile, label->key),
                            pp_slice_literal("pid")))
            continue;
        if (pid != 0 && label->number != pid)
            return 0;
        pid = label->number;
    }
    return pid;
}

static int64_t profiled_pid(struct pp_fileless *fileless)
{
    if (!fileless->is_pid_known)
        fileless->pid = only_pid(fileless->profile);
    fileless->is_pid_known = true;
    return fileless->pid;
}

static const struct pp_symbols *find_jit(struct pp_fileless *fileless,
                                         const struct pp_mapping *mapping,
                                         uint64_t *base)
{
    char path[PP_JIT_PATH_SIZE];
    int64_t pid =
        pid_of_map(pp_profile_text(fileless->profile, mapping->filename));
    *base = 0;
    if (pid == 0)
        pid = profiled_pid(fileless);
    if (pid <= 0)
        return NULL;
    pp_jit_path(pid, path);
    return open_once(fileless, path, pp_jit_open);
}

/* ---- all ---------------------------------------------------------------- */

const struct pp_symbols *pp_fileless_find(struct pp_fileless *fileless,
                                          const struct pp_mapping *mapping,
                                          uint64_t *base)
{
    static const char *const jit[] = {"//anon", "[anon",
                                      "/memfd:", "/tmp/perf-"};
    struct pp_slice file =
        pp_profile_text(fileless->profile, mapping->filename);
    if (pp_is_vdso(file))
        return find_vdso(fileless, mapping, base);
    if (pp_slice_starts_with(file, pp_slice_literal("[kernel.kallsyms]")))
        return find_kernel(fileless, mapping, base);
    for (size_t i = 0; i < sizeof jit / sizeof *jit; i++)
        if (pp_slice_starts_with(file, pp_slice_of(jit[i])))
            return find_jit(fileless, mapping, base);
    return NULL;
}
