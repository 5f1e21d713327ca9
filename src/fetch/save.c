/* save: new files that appear whole or not at all. The bytes go into a hidden
 * file beside their place, which then gets its name by link(2): that fails if
 * the name is taken, where rename(2) would overwrite. On file systems without
 * links renameat2(RENAME_NOREPLACE) does the same.
 *
 * Specification: reference section 3.3 (setTmpDir and newTempFile of its
 * driver).
 */
#include "fetch/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"
#include "wire/wire.h"

enum { NUMBER_MAX = 9999, DIRECTORY_MAX = 4096 };

/* ---- under a name that is not taken ------------------------------------- */

/* 0, or -errno; -EEXIST when `path` is taken. */
static int give_name(const char *temporary, const char *path)
{
    if (link(temporary, path) == 0) {
        unlink(temporary);
        return 0;
    }
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
        return -errno;
    return renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) < 0
               ? -errno
               : 0;
}

static int name_first_free(const char *temporary, const char *prefix,
                           const char *suffix, char *path, size_t path_size,
                           struct pp_error *err)
{
    for (int number = 1; number <= NUMBER_MAX; number++) {
        int size =
            snprintf(path, path_size, "%s%03d%s", prefix, number, suffix);
        if ((size_t)size >= path_size)
            return pp_fail_errno(err, ENAMETOOLONG, "open %s", path);
        int status = give_name(temporary, path);
        if (status == 0)
            return 0;
        if (status != -EEXIST)
            return pp_fail_errno(err, -status, "open %s", path);
    }
    return pp_fail(err, PP_E_SYSTEM,
                   "could not create file of the form %s%03d%s", prefix, 1,
                   suffix);
}

/* A hidden name in the same directory that nobody else will choose. */
static int temporary_name(const char *prefix, char *name, size_t size)
{
    struct pp_slice all = pp_slice_of(prefix);
    const char *slash = strrchr(prefix, '/');
    size_t directory = slash ? (size_t)(slash + 1 - prefix) : 0;
    int written = snprintf(name, size, "%.*s.%s%d.%llx", (int)directory,
                           all.data, "pprof-", (int)getpid(),
                           (unsigned long long)pp_os_realtime_ns());
    return (size_t)written < size ? 0 : -ENAMETOOLONG;
}

static int write_new(const char *path, struct pp_slice bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return -errno;
    int status = pp_os_write_all(fd, bytes.data, bytes.size);
    if (close(fd) < 0 && status == 0)
        status = -errno; /* a full quota may be told only now */
    if (status < 0)
        unlink(path);
    return status;
}

int pp_fetch_save_bytes(struct pp_slice bytes, const char *prefix,
                        const char *suffix, char *path, size_t path_size,
                        struct pp_error *err)
{
    char temporary[DIRECTORY_MAX + 256];
    int status = temporary_name(prefix, temporary, sizeof(temporary));
    if (status == 0)
        status = write_new(temporary, bytes);
    if (status < 0)
        return pp_fail_errno(err, -status, "open %s%03d%s", prefix, 1, suffix);
    status = name_first_free(temporary, prefix, suffix, path, path_size, err);
    if (status < 0)
        unlink(temporary);
    return status;
}

/* ---- a profile ---------------------------------------------------------- */

/* mkdir -p, mode 0755. -errno. */
static int make_directories(const char *path)
{
    char part[DIRECTORY_MAX];
    struct stat about;
    size_t size = strlen(path);
    if (size >= sizeof(part))
        return -ENAMETOOLONG;
    for (size_t i = 1; i <= size; i++) {
        if (path[i] != '/' && path[i] != 0)
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0755) < 0 && errno != EEXIST && stat(part, &about) < 0)
            return -errno;
    }
    if (stat(path, &about) < 0)
        return -errno;
    return S_ISDIR(about.st_mode) ? 0 : -ENOTDIR;
}

static bool use_directory(const char *directory,
                          void (*say)(void *, const char *), void *context)
{
    char line[DIRECTORY_MAX + 200], reason[128];
    int status = make_directories(directory);
    if (status < 0 && say) {
        snprintf(line, sizeof(line), "Could not use temp dir %s: mkdir %s: %s",
                 directory, directory,
                 pp_strerror(-status, reason, sizeof(reason)));
        say(context, line);
    }
    return status == 0;
}

static int choose_directory(char *directory, size_t size,
                            void (*say)(void *, const char *), void *context,
                            struct pp_error *err)
{
    const char *chosen = getenv("PPROF_TMPDIR");
    const char *home = getenv("HOME");
    const char *temporary = getenv("TMPDIR");
    if (chosen && chosen[0]) {
        snprintf(directory, size, "%s", chosen);
        if (use_directory(directory, say, context))
            return 0;
    }
    if (home && home[0]) {
        snprintf(directory, size, "%s/pprof", home);
        if (use_directory(directory, say, context))
            return 0;
    }
    snprintf(directory, size, "%s",
             temporary && temporary[0] ? temporary : "/tmp");
    if (use_directory(directory, say, context))
        return 0;
    return pp_fail(err, PP_E_SYSTEM, "failed to identify temp dir");
}

/* A name's part that comes from the profile: no way into other directories. */
static void append_name(struct pp_buffer *out, struct pp_slice name)
{
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        pp_buffer_append_char(
            out, c == '/' || c < 0x20 || c == 0x7f ? '_' : name.data[i]);
    }
    pp_buffer_append_char(out, '.');
}

static void append_prefix(struct pp_buffer *out, const char *directory,
                          const struct pp_profile *profile)
{
    pp_buffer_format(out, "%s/pprof.", directory);
    if (profile->mappings.count) {
        struct pp_slice file =
            pp_profile_text(profile, profile->mappings.items[0].filename);
        if (file.size)
            append_name(out, pp_slice_base_name(file));
    }
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        append_name(
            out, pp_profile_text(profile, profile->sample_types.items[i].type));
}

static int save(const struct pp_profile *profile, const char *directory,
                char *path, size_t path_size, struct pp_error *err)
{
    struct pp_buffer prefix = {0}, bytes = {0};
    append_prefix(&prefix, directory, profile);
    int status = pp_wire_encode_gzip(profile, &bytes, err);
    if (status >= 0 && (prefix.failed || bytes.failed))
        status = pp_fail_memory(err);
    if (status >= 0)
        status = pp_fetch_save_bytes(pp_buffer_slice(&bytes), prefix.data,
                                     ".pb.gz", path, path_size, err);
    pp_buffer_release(&prefix);
    pp_buffer_release(&bytes);
    return status;
}

int pp_fetch_save(const struct pp_profile *profile, char *path,
                  size_t path_size, void (*say)(void *, const char *),
                  void *context, struct pp_error *err)
{
    char directory[DIRECTORY_MAX];
    int status =
        choose_directory(directory, sizeof(directory), say, context, err);
    if (status < 0)
        return status;
    return save(profile, directory, path, path_size, err);
}
