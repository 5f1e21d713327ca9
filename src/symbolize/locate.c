/* Finding the binaries of a profile's mappings on this machine.
 *
 * The directories and the names tried in each are the reference's, in its
 * order (locateBinaries in google/pprof's driver), which knows the layouts of
 * perf's --symfs, of LLVM's build id directories and of GDB's debug files.
 * What is in none of them is looked for when its names are (binaries.c).
 *
 * A file is taken when it is an ELF file with the mapping's build id, if that
 * has one. */
#include "symbolize/desk.h"
#include "symbolize/directories.h"

#include <ctype.h>
#include <glob.h>

/* Room for most paths; longer ones move out of it. */
enum { PATH_SPACE = 512, ID_SPACE = 64 };

/* A search for the binary of one mapping. */
struct search {
    struct pp_profile *profile;
    struct pp_mapping *mapping;
    void (*warn)(const char *line);
    struct pp_slice directory;      /* being searched */
    struct pp_slice file, base, id; /* of the mapping, as the profile has it */
    bool is_found;
    int status; /* PP_E_MEMORY once that was met */
};

/* ---- what a mapping is -------------------------------------------------- */

static bool starts_with(struct pp_slice text, const char *start)
{
    return pp_slice_starts_with(text, pp_slice_of(start));
}

bool pp_mapping_is_unsymbolizable(const struct pp_profile *profile,
                                  const struct pp_mapping *mapping)
{
    struct pp_slice file = pp_profile_text(profile, mapping->filename);
    struct pp_slice base = pp_slice_base_name(file);
    return starts_with(base, "[") || starts_with(base, "linux-vdso") ||
           starts_with(file, "/dev/dri/") || starts_with(file, "/memfd:") ||
           pp_slice_equal(file, pp_slice_literal("//anon"));
}

bool pp_mapping_is_remote(const struct pp_profile *profile,
                          const struct pp_mapping *mapping)
{
    struct pp_slice file = pp_profile_text(profile, mapping->filename);
    return mapping->build_id == 0 &&
           (starts_with(file, "http://") || starts_with(file, "https://") ||
            starts_with(file, "https+insecure://"));
}

bool pp_is_build_id(struct pp_slice id)
{
    for (size_t i = 0; i < id.size; i++)
        if (!isxdigit((unsigned char)id.data[i]))
            return false;
    return id.size > 2;
}

/* ---- one candidate ------------------------------------------------------ */

static void warn_mismatch(const struct search *search, const char *path,
                          struct pp_slice id)
{
    struct pp_buffer line = {0};
    pp_buffer_format(&line,
                     "Ignoring local file %s: build-id mismatch "
                     "(" PP_SLICE_FORMAT " != " PP_SLICE_FORMAT ")",
                     path, PP_SLICE_ARGS(search->id), PP_SLICE_ARGS(id));
    if (!line.failed)
        search->warn(line.data);
    pp_buffer_release(&line);
}

/* Point the mapping to the file at the path. */
static void take(struct search *search, const char *path)
{
    pp_string file = pp_profile_add_string(search->profile, pp_slice_of(path));
    if (file == PP_NONE)
        search->status = PP_E_MEMORY;
    else
        search->mapping->filename = file;
    search->is_found = true;
}

/* Take the file at the path if it is the one. */
static void try_path(struct search *search, const char *path)
{
    char space[ID_SPACE];
    struct pp_buffer id = pp_buffer_in(space);
    if (!search->is_found && pp_object_build_id(path, &id, NULL) == PP_OK) {
        if (search->id.size == 0 ||
            pp_slice_equal(search->id, pp_buffer_slice(&id)))
            take(search, path);
        else
            warn_mismatch(search, path, pp_buffer_slice(&id));
    }
    pp_buffer_release(&id);
}

/* ---- patterns ----------------------------------------------------------- */

/* D: the directory; F, B, P: the mapping's file, its last element, and what
 * stands before that; I, H, T: the build id, its first two digits, and the
 * others. What else stands there stands for itself. */
static const char *const id_patterns[] = {"D/I/B"};
static const char id_glob[] = "D/I/*";
static const char *const more_id_patterns[] = {"D/F/I", "D/H/T.debug"};
static const char *const file_patterns[] = {
    "D/B",
    "D/F",
    "D/F.debug",
    "D/P/.debug/B.debug",
    "D/usr/lib/debug/P/B.debug",
};

static struct pp_slice part_of(const struct search *search, const char *letter)
{
    size_t head = search->id.size < 2 ? search->id.size : 2;
    switch (*letter) {
    case 'D':
        return search->directory;
    case 'F':
        return search->file;
    case 'B':
        return search->base;
    case 'P':
        return (struct pp_slice){search->file.data,
                                 search->file.size - search->base.size};
    case 'I':
        return search->id;
    case 'H':
        return (struct pp_slice){search->id.data, head};
    case 'T':
        return (struct pp_slice){search->id.data + head,
                                 search->id.size - head};
    }
    return (struct pp_slice){letter, 1};
}

/* Remove empty elements and ".", so that paths read well. */
static void clean(struct pp_buffer *path)
{
    char *text = path->data;
    size_t to = 0;
    bool is_absolute = text[0] == '/';
    for (size_t at = 0; at < path->size;) {
        size_t size = strcspn(text + at, "/");
        if (size > 0 && !(size == 1 && text[at] == '.')) {
            if (to > 0 || is_absolute)
                text[to++] = '/';
            memmove(text + to, text + at, size);
            to += size;
        }
        at += size + 1;
    }
    path->size = to;
    text[to] = 0;
}

/* The path that a pattern stands for; NULL without memory. */
static const char *expand(const struct search *search, const char *pattern,
                          struct pp_buffer *path)
{
    pp_buffer_clear(path);
    for (; *pattern; pattern++)
        pp_buffer_append_slice(path, part_of(search, pattern));
    if (path->failed)
        return NULL;
    clean(path);
    return path->data;
}

static void try_patterns(struct search *search, const char *const *patterns,
                         size_t count)
{
    char space[PATH_SPACE];
    struct pp_buffer path = pp_buffer_in(space);
    for (size_t i = 0; i < count && !search->is_found; i++) {
        const char *candidate = expand(search, patterns[i], &path);
        if (candidate)
            try_path(search, candidate);
    }
    pp_buffer_release(&path);
}

/* All files in the build id's directory. */
static void try_glob(struct search *search)
{
    char space[PATH_SPACE];
    struct pp_buffer pattern = pp_buffer_in(space);
    glob_t found;
    if (!search->is_found && expand(search, id_glob, &pattern) &&
        glob(pattern.data, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            try_path(search, found.gl_pathv[i]);
        globfree(&found);
    }
    pp_buffer_release(&pattern);
}

#define TRY(search, patterns)                                                  \
    try_patterns(search, patterns, sizeof(patterns) / sizeof *(patterns))

static void try_directory(struct search *search, struct pp_slice directory)
{
    search->directory = directory;
    /* What is no id no file has; it could name places all over the disk. */
    if (pp_is_build_id(search->id)) {
        TRY(search, id_patterns);
        try_glob(search);
        TRY(search, more_id_patterns);
    }
    if (search->file.size > 0)
        TRY(search, file_patterns);
}

/* ---- one mapping -------------------------------------------------------- */

static int locate(struct pp_profile *profile, struct pp_mapping *mapping,
                  const struct pp_directories *directories,
                  void (*warn)(const char *line))
{
    struct search search = {
        .profile = profile,
        .mapping = mapping,
        .warn = warn,
        .file = pp_profile_text(profile, mapping->filename),
        .id = pp_profile_text(profile, mapping->build_id),
    };
    search.base = pp_slice_base_name(search.file);
    for (uint32_t i = 0; i < directories->count && !search.is_found; i++)
        try_directory(&search, pp_slice_of(directories->items[i]));
    return search.status;
}

/* ---- all mappings ------------------------------------------------------- */

/* Some profiles have no mappings, since their program lies where it was linked
 * to: one of everything serves for them. */
static int add_mapping(struct pp_profile *profile)
{
    uint32_t mapping = pp_profile_add_mapping(
        profile, 0, 0, 0, (struct pp_slice){0}, (struct pp_slice){0});
    if (mapping == PP_NONE)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < profile->locations.count; i++)
        profile->locations.items[i].mapping = mapping;
    return PP_OK;
}

/* Give a string of the profile another text, if there is one. */
static int override(struct pp_profile *profile, pp_string *string,
                    const char *text)
{
    pp_string added =
        text ? pp_profile_add_string(profile, pp_slice_of(text)) : *string;
    if (added == PP_NONE)
        return PP_E_MEMORY;
    *string = added;
    return PP_OK;
}

/* Point all mappings with the build id of the binary that the person named to
 * it. Returns how many there are, or PP_E_MEMORY. */
static int override_by_id(struct pp_profile *profile, const char *executable,
                          struct pp_slice id)
{
    int count = 0;
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        struct pp_mapping *mapping = &profile->mappings.items[i];
        if (!pp_slice_equal(pp_profile_text(profile, mapping->build_id), id))
            continue;
        if (override(profile, &mapping->filename, executable) < 0)
            return PP_E_MEMORY;
        count++;
    }
    return count;
}

/* A binary named by the person is the file of those mappings that have its
 * build id. Where none has, it is the program, which is the first mapping, as
 * the reference takes it always. */
static int override_file(struct pp_profile *profile, const char *executable)
{
    char space[ID_SPACE];
    struct pp_buffer id = pp_buffer_in(space);
    int count = 0;
    if (executable && pp_object_build_id(executable, &id, NULL) == PP_OK &&
        id.size > 0)
        count = override_by_id(profile, executable, pp_buffer_slice(&id));
    pp_buffer_release(&id);
    return count != 0 ? count
                      : override(profile, &profile->mappings.items[0].filename,
                                 executable);
}

/* What the person says of the program overrides what the profile says; but not
 * a build id that it has. */
static int apply_overrides(struct pp_profile *profile,
                           const struct pp_symbolize_options *options)
{
    struct pp_mapping *first = &profile->mappings.items[0];
    const char *build_id = first->build_id == 0 ? options->build_id : NULL;
    if (override(profile, &first->build_id, build_id) < 0)
        return PP_E_MEMORY;
    int status = override_file(profile, options->executable);
    return status < 0 ? status : PP_OK;
}

int pp_locate_binaries(struct pp_profile *profile,
                       const struct pp_symbolize_options *options,
                       void (*warn)(const char *line))
{
    struct pp_directories directories;
    int status = pp_directories_find(&directories, options);
    for (uint32_t i = 0; i < profile->mappings.count && status == PP_OK; i++)
        status =
            locate(profile, &profile->mappings.items[i], &directories, warn);
    pp_directories_release(&directories);
    if (status == PP_OK && profile->mappings.count == 0)
        status = add_mapping(profile);
    return status < 0 ? status : apply_overrides(profile, options);
}
