/* Source paths as reports show them. Invariant: both functions are pure, and
 * what they give equals what the reference makes of the same path
 * (filepath.Clean of Go; trimPath of google/pprof's internal/report). */
#include "graph/graph.h"

/* ---- cleaning ----------------------------------------------------------- */

/* Most paths are clean already, and need no copy. */
static bool is_clean(struct pp_slice path)
{
    if (path.size > 1 && path.data[path.size - 1] == '/')
        return false;
    for (size_t i = 0; i < path.size; i++) {
        bool starts_part = i == 0 || path.data[i - 1] == '/';
        if (starts_part && path.data[i] == '.')
            return false;
        if (i > 0 && starts_part && path.data[i] == '/')
            return false;
    }
    return true;
}

struct cleaner {
    char *out;
    size_t size;
    size_t floor; /* ".." cannot go back beyond this */
    bool rooted;
};

static void append_part(struct cleaner *cleaner, const char *part, size_t size)
{
    if (cleaner->size > (cleaner->rooted ? 1 : 0))
        cleaner->out[cleaner->size++] = '/';
    memcpy(cleaner->out + cleaner->size, part, size);
    cleaner->size += size;
}

static void go_up(struct cleaner *cleaner)
{
    if (cleaner->size > cleaner->floor) {
        do
            cleaner->size--;
        while (cleaner->size > cleaner->floor &&
               cleaner->out[cleaner->size] != '/');
    } else if (!cleaner->rooted) {
        append_part(cleaner, "..", 2);
        cleaner->floor = cleaner->size;
    }
}

struct pp_slice pp_path_clean(struct pp_slice path, struct pp_arena *arena)
{
    if (path.size == 0 || is_clean(path))
        return path;
    struct cleaner cleaner = {.out = pp_arena_alloc(arena, path.size + 1)};
    const char *at = path.data;
    const char *end = at + path.size;
    if (*at == '/') {
        cleaner.rooted = true;
        cleaner.out[cleaner.size++] = '/';
        cleaner.floor = 1;
    }
    while (at < end) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        const char *part_end = slash ? slash : end;
        size_t size = (size_t)(part_end - at);
        if (size == 2 && memcmp(at, "..", 2) == 0)
            go_up(&cleaner);
        else if (size > 0 && !(size == 1 && *at == '.'))
            append_part(&cleaner, at, size);
        at = slash ? slash + 1 : end;
    }
    if (cleaner.size == 0)
        cleaner.out[cleaner.size++] = '.';
    return (struct pp_slice){cleaner.out, cleaner.size};
}

/* ---- trimming ----------------------------------------------------------- */

/* Cut the next entry off a list that is separated by colons. False at its
 * end. */
static bool next_entry(struct pp_slice *list, struct pp_slice *entry)
{
    if (!list->data)
        return false;
    const char *colon = list->size ? memchr(list->data, ':', list->size) : NULL;
    size_t size = colon ? (size_t)(colon - list->data) : list->size;
    *entry = (struct pp_slice){list->data, size};
    if (colon)
        *list = (struct pp_slice){colon + 1, list->size - size - 1};
    else
        *list = (struct pp_slice){0};
    return true;
}

/* An empty list has no entries, not one that is empty. */
static struct pp_slice list_of(const char *text)
{
    return text && text[0] ? pp_slice_of(text) : (struct pp_slice){0};
}

static struct pp_slice skip(struct pp_slice path, size_t size)
{
    return (struct pp_slice){path.data + size, path.size - size};
}

/* "/some/remote/project/foo/bar.c" is "foo/bar.c" when sources are looked for
 * in "/my/local/project". */
static bool trim_before_base(struct pp_slice *path, struct pp_slice directory)
{
    struct pp_slice base = pp_slice_base_name(directory);
    if (base.size == 0)
        base = pp_slice_literal(".");
    for (size_t i = 0; i + base.size + 2 <= path->size; i++) {
        struct pp_slice part = {path->data + i + 1, base.size};
        if (path->data[i] == '/' && path->data[i + 1 + base.size] == '/' &&
            pp_slice_equal(part, base)) {
            *path = skip(*path, i + base.size + 2);
            return true;
        }
    }
    return false;
}

static bool trim_prefix(struct pp_slice *path, struct pp_slice prefix)
{
    bool closed = prefix.size && prefix.data[prefix.size - 1] == '/';
    size_t size = prefix.size + (closed ? 0 : 1);
    if (!pp_slice_starts_with(*path, prefix) || path->size < size ||
        path->data[size - 1] != '/')
        return false;
    *path = skip(*path, size);
    return true;
}

struct pp_slice pp_path_trim(struct pp_slice path, const char *trim_path,
                             const char *source_path)
{
    struct pp_slice entry;
    struct pp_slice prefixes = list_of(trim_path);
    struct pp_slice directories = list_of(source_path);
    if (!prefixes.data)
        while (next_entry(&directories, &entry))
            if (trim_before_base(&path, entry))
                return path;
    while (next_entry(&prefixes, &entry))
        if (trim_prefix(&path, entry))
            return path;
    if (!trim_prefix(&path, pp_slice_literal("/proc/self/cwd/./")))
        trim_prefix(&path, pp_slice_literal("/proc/self/cwd/"));
    return path;
}
