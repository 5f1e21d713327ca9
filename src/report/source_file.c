/* Source files, found as the reference finds them (openSourceFile and
 * sourceReader of google/pprof's internal/report), but read whole: its lines
 * end at 64 KB.
 *
 * What a name stands for is decided by whoever wrote the profile. Invariant:
 * only regular files of no more than FILE_MAX_BYTES are read, and not much more
 * than KEPT_MAX_BYTES stays in memory. */
#include "report/source_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "graph/graph.h"
#include "os/os.h"
#include "report/format.h"

enum {
    FILE_MAX_BYTES = 64 << 20,
    KEPT_MAX_BYTES = 256 << 20,
};

struct source {
    struct pp_source_file file; /* what others see of it; the first member */
    struct pp_buffer text;
    struct pp_buffer starts; /* of its lines: a uint32_t each */
    bool is_read;
};

struct pp_source_files {
    struct pp_arena *arena;
    const char *trim_path;
    const char *source_path;
    char *directory; /* source_path, where that is the current one */
    struct pp_strings names;
    struct {
        struct source **items; /* by number of the name */
        uint32_t count, capacity;
    } all;
    size_t kept_bytes;
};

struct pp_source_files *pp_source_files_new(struct pp_arena *arena,
                                            const char *source_path,
                                            const char *trim_path,
                                            struct pp_error *err)
{
    struct pp_source_files *files = pp_arena_new(arena, struct pp_source_files);
    files->arena = arena;
    files->trim_path = trim_path;
    files->source_path = source_path;
    if (source_path[0])
        return files;
    /* As Go's os.Getwd it believes $PWD where that is right. */
    files->directory = get_current_dir_name();
    if (!files->directory) {
        pp_fail_errno(err, errno, "could not stat current dir: getwd");
        return NULL;
    }
    files->source_path = files->directory;
    return files;
}

static void forget(struct pp_source_files *files, struct source *source)
{
    files->kept_bytes -= source->text.capacity + source->starts.capacity;
    pp_buffer_release(&source->text);
    pp_buffer_release(&source->starts);
    source->is_read = false;
}

void pp_source_files_free(struct pp_source_files *files)
{
    for (uint32_t i = 0; i < files->all.count; i++)
        forget(files, files->all.items[i]);
    free(files->directory);
}

/* ---- reading ------------------------------------------------------------ */

/* 0 or -errno. */
static int read_path(struct pp_slice path, struct pp_arena *scratch,
                     struct pp_buffer *text)
{
    if (memchr(path.data, 0, path.size))
        return -EINVAL;
    pp_buffer_init(text, FILE_MAX_BYTES);
    int result = pp_os_read_regular_file(pp_slice_copy(scratch, path), text);
    if (result < 0)
        pp_buffer_release(text);
    return result;
}

static struct pp_slice join(struct pp_slice directory, struct pp_slice path,
                            struct pp_arena *scratch)
{
    struct pp_buffer joined = {0};
    pp_buffer_append_slice(&joined, directory);
    if (directory.size && path.size)
        pp_buffer_append_char(&joined, '/');
    pp_buffer_append_slice(&joined, path);
    struct pp_slice copy = {pp_slice_copy(scratch, pp_buffer_slice(&joined)),
                            joined.size};
    pp_buffer_release(&joined);
    return pp_path_clean(copy, scratch);
}

/* Go's filepath.Dir. */
static struct pp_slice parent_of(struct pp_slice directory,
                                 struct pp_arena *scratch)
{
    while (directory.size && directory.data[directory.size - 1] != '/')
        directory.size--;
    if (directory.size == 0)
        return pp_slice_literal(".");
    return pp_path_clean(directory, scratch);
}

static int read_absolute(struct pp_slice path, struct pp_arena *scratch,
                         struct pp_buffer *text, struct pp_error *err)
{
    int result = read_path(path, scratch, text);
    if (result == -EINVAL || result == -EISDIR)
        return pp_fail(err, PP_E_USAGE, "open " PP_SLICE_FORMAT ": %s",
                       PP_SLICE_ARGS(path),
                       result == -EISDIR ? "is a directory"
                                         : "not a regular file");
    if (result < 0)
        return pp_fail_errno(err, -result, "open " PP_SLICE_FORMAT,
                             PP_SLICE_ARGS(path));
    return PP_OK;
}

/* In a directory, and in those above it. What exists but is no file, a
 * directory say, ends the search. PP_E_SYSTEM: it is in none of them. */
static int read_below(struct pp_slice directory, struct pp_slice path,
                      struct pp_arena *scratch, struct pp_buffer *text,
                      struct pp_error *err)
{
    for (;;) {
        struct pp_error why = {0};
        int status =
            read_absolute(join(directory, path, scratch), scratch, text, &why);
        struct pp_slice parent = parent_of(directory, scratch);
        if (status == PP_E_USAGE)
            return pp_fail(err, status, "%s", why.text);
        if (status == PP_OK || pp_slice_equal(parent, directory))
            return status;
        directory = parent;
    }
}

static int read_source(const struct pp_source_files *files,
                       struct pp_slice name, struct pp_arena *scratch,
                       struct pp_buffer *text, struct pp_error *err)
{
    struct pp_slice path =
        pp_path_trim(name, files->trim_path, files->source_path);
    if (path.size && path.data[0] == '/')
        return read_absolute(path, scratch, text, err);
    const char *at = files->source_path;
    for (const char *end = at; *end; at = end + 1) {
        end = strchrnul(at, ':');
        struct pp_slice directory = {at, (size_t)(end - at)};
        int status = read_below(directory, path, scratch, text, err);
        if (status != PP_E_SYSTEM)
            return status;
    }
    return pp_fail(err, PP_E_NOT_FOUND,
                   "could not find file " PP_SLICE_FORMAT " on path %s",
                   PP_SLICE_ARGS(path), files->source_path);
}

/* ---- lines -------------------------------------------------------------- */

/* What stands behind the last end of line is a line where it is not empty. */
static void find_lines(struct source *source)
{
    const char *text = source->text.data, *end = text + source->text.size;
    for (const char *at = text; at && at < end;) {
        uint32_t start = (uint32_t)(at - text);
        pp_buffer_append(&source->starts, &start, sizeof start);
        at = memchr(at, '\n', (size_t)(end - at));
        at = at ? at + 1 : NULL;
    }
    source->file.line_count =
        (uint32_t)(source->starts.size / sizeof(uint32_t));
}

struct pp_slice pp_source_file_line(const struct pp_source_file *file,
                                    uint32_t line)
{
    const struct source *source = (const struct source *)file;
    const uint32_t *starts = (const uint32_t *)source->starts.data;
    size_t end = line < file->line_count ? starts[line] : source->text.size;
    struct pp_slice text = {source->text.data + starts[line - 1],
                            end - starts[line - 1]};
    if (text.size && text.data[text.size - 1] == '\n')
        text.size--;
    if (text.size && text.data[text.size - 1] == '\r')
        text.size--;
    return text;
}

/* ---- files -------------------------------------------------------------- */

static struct source *source_of(struct pp_source_files *files,
                                struct pp_slice name)
{
    uint32_t number = pp_strings_add(&files->names, files->arena, name);
    if (number == files->all.count) {
        *pp_vector_add(files->arena, &files->all) =
            pp_arena_new(files->arena, struct source);
    }
    return files->all.items[number];
}

static void make_room(struct pp_source_files *files)
{
    if (files->kept_bytes < KEPT_MAX_BYTES)
        return;
    for (uint32_t i = 0; i < files->all.count; i++)
        forget(files, files->all.items[i]);
}

static void read_file(struct pp_source_files *files, struct source *source,
                      struct pp_slice name)
{
    struct pp_error err = {0};
    struct pp_arena scratch;
    pp_arena_init_fatal(&scratch, files->arena->on_exhausted);
    if (read_source(files, name, &scratch, &source->text, &err) == PP_OK)
        find_lines(source);
    if (source->starts.failed)
        pp_fail_memory(&err);
    if (err.status)
        source->file.error = pp_slice_copy(files->arena, pp_slice_of(err.text));
    pp_arena_release(&scratch);
    source->is_read = true;
    files->kept_bytes += source->text.capacity + source->starts.capacity;
}

const struct pp_source_file *pp_source_files_find(struct pp_source_files *files,
                                                  struct pp_slice name,
                                                  bool read)
{
    struct source *source = source_of(files, name);
    if (read && !source->is_read && !source->file.error) {
        make_room(files);
        read_file(files, source, name);
    }
    return &source->file;
}

void pp_source_files_warn(const struct pp_source_files *files,
                          const struct pp_report_output *output)
{
    uint32_t missing = 0;
    for (uint32_t i = 0; i < files->all.count; i++)
        missing += files->all.items[i]->file.error != NULL;
    if (missing)
        pp_report_warn(output,
                       "Source files that were not found: %u. Relative names "
                       "are looked for in %s and the directories above "
                       "(-source_path); -trim_path makes names relative.",
                       missing, files->source_path);
}
