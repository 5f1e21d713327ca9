/* Runs our tool and the reference side by side on generated cases, and tells
 * where they differ.
 *
 *   differential PPROF REFERENCE DIRECTORY [FIRST [COUNT]]
 *
 * Compared are standard output, byte for byte (of -proto: what the gzip holds),
 * the exit status, and standard error. The files of cases that differ stay in
 * DIRECTORY, and the command to repeat them is printed. */
#include "differential.h"

#include "wire/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    COUNT_DEFAULT = 1000,
    PARALLEL = 2,
    CASES_PER_PROFILE = 4,
};

struct setup {
    const char *ours, *reference, *directory;
};

/* What came of some cases. */
struct tally {
    uint64_t different;
    uint64_t refused; /* alike, by both tools */
};

/* One run of one tool. */
struct run {
    int status; /* of exit, -1 when it was killed */
    struct pp_buffer out, err;
};

static void die(const char *what)
{
    fprintf(stderr, "differential: %s: %s\n", what, strerror(errno));
    exit(3);
}

/* ---- where we follow newer upstream ------------------------------------- */

static void format_time(struct pp_buffer *out, const char *format,
                        int64_t nanoseconds)
{
    char text[100];
    time_t seconds = (time_t)(nanoseconds / 1000000000);
    struct tm fields;
    gmtime_r(&seconds, &fields);
    size_t size = strftime(text, sizeof text, format, &fields);
    pp_buffer_append(out, text, size);
}

static void replace(struct pp_buffer *text, struct pp_slice old,
                    struct pp_slice new)
{
    char *at = memmem(text->data, text->size, old.data, old.size);
    if (!at)
        return;
    struct pp_buffer result = {0};
    pp_buffer_append(&result, text->data, (size_t)(at - text->data));
    pp_buffer_append_slice(&result, new);
    at += old.size;
    pp_buffer_append(&result, at, text->size - (size_t)(at - text->data));
    pp_buffer_release(text);
    *text = result;
}

/* Go 1.23 carries an older pprof than the one we follow. This is the one place
 * that says where its output differs and still counts as equal: the line
 * "Time: Nov 14, 2023 at 10:13pm (UTC)" of the headers is by now
 * "Time: 2023-11-14 22:13:20 UTC". */
static void as_newer_upstream(struct run *reference, int64_t time_nanos)
{
    struct pp_buffer old = {0}, new = {0};
    if (time_nanos == 0)
        return;
    format_time(&old, "Time: %b %-d, %Y at %-I:%M%P (UTC)\n", time_nanos);
    format_time(&new, "Time: %Y-%m-%d %H:%M:%S UTC\n", time_nanos);
    replace(&reference->out, pp_buffer_slice(&old), pp_buffer_slice(&new));
    pp_buffer_release(&old);
    pp_buffer_release(&new);
}

/* google/pprof puts its name in front of an error, go tool pprof does not. */
static void without_name(struct run *ours)
{
    struct pp_slice name = pp_slice_literal("pprof: ");
    const char *last = ours->err.data;
    if (ours->status == 0 || ours->err.size == 0)
        return;
    for (const char *at = ours->err.data; *at; at++)
        if (at[0] == '\n' && at[1])
            last = at + 1;
    size_t front = (size_t)(last - ours->err.data);
    struct pp_slice line = {last, ours->err.size - front};
    if (!pp_slice_starts_with(line, name))
        return;
    memmove(ours->err.data + front, last + name.size,
            line.size - name.size + 1);
    ours->err.size -= name.size;
}

/* ---- running ------------------------------------------------------------ */

static void read_file(const char *path, struct pp_buffer *out)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (file < 0 || fstat(file, &info) < 0)
        die(path);
    pp_buffer_append_text(out, "");
    char *room = pp_buffer_room(out, (size_t)info.st_size);
    if (!room || read(file, room, (size_t)info.st_size) != info.st_size)
        die(path);
    out->size += (size_t)info.st_size;
    out->data[out->size] = 0;
    close(file);
}

static void write_file(const char *path, const struct pp_buffer *bytes)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 ||
        write(file, bytes->data, bytes->size) != (ssize_t)bytes->size)
        die(path);
    close(file);
}

static void redirect(const char *path, int descriptor)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || dup2(file, descriptor) < 0)
        _exit(127);
}

static void run_tool(const char *tool, const struct arguments *arguments,
                     const char *profile, const char *front, struct run *run)
{
    char out_path[1024], err_path[1024];
    const char *argv[44] = {tool};
    snprintf(out_path, sizeof out_path, "%s.out", front);
    snprintf(err_path, sizeof err_path, "%s.err", front);
    for (uint32_t i = 0; i < arguments->count; i++)
        argv[i + 1] = arguments->items[i];
    argv[arguments->count + 1] = profile;

    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        redirect(out_path, STDOUT_FILENO);
        redirect(err_path, STDERR_FILENO);
        execv(tool, (char *const *)argv);
        _exit(127);
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    read_file(out_path, &run->out);
    read_file(err_path, &run->err);
    unlink(out_path);
    unlink(err_path);
}

static void run_free(struct run *run)
{
    pp_buffer_release(&run->out);
    pp_buffer_release(&run->err);
}

/* ---- comparing ---------------------------------------------------------- */

/* Replaces a gzip file by what it holds. */
static void unfold(struct pp_buffer *bytes)
{
    static const char magic[] = {0x1f, (char)0x8b};
    uint32_t size;
    if (bytes->size < 18 || memcmp(bytes->data, magic, 2) != 0)
        return;
    memcpy(&size, bytes->data + bytes->size - 4, 4);
    struct libdeflate_decompressor *decompressor =
        libdeflate_alloc_decompressor();
    struct pp_buffer plain = {0};
    char *room = pp_buffer_room(&plain, size);
    if (room &&
        libdeflate_gzip_decompress(decompressor, bytes->data, bytes->size, room,
                                   size, NULL) == LIBDEFLATE_SUCCESS) {
        plain.size = size;
        pp_buffer_release(bytes);
        *bytes = plain;
    }
    libdeflate_free_decompressor(decompressor);
}

static bool same_bytes(const struct pp_buffer *a, const struct pp_buffer *b)
{
    return pp_slice_equal(pp_buffer_slice(a), pp_buffer_slice(b));
}

/* What differs, or NULL. */
static const char *difference(const struct run *ours,
                              const struct run *reference)
{
    if (ours->status != reference->status)
        return "exit status";
    if (!same_bytes(&ours->out, &reference->out))
        return "output";
    if (!same_bytes(&ours->err, &reference->err))
        return "messages";
    return NULL;
}

static void append_quoted(struct pp_buffer *out, const char *word)
{
    pp_buffer_append_text(out, " '");
    for (; *word; word++) {
        if (*word == '\'')
            pp_buffer_append_text(out, "'\\'");
        pp_buffer_append_char(out, *word);
    }
    pp_buffer_append_char(out, '\'');
}

static void save(const char *front, const char *suffix,
                 const struct pp_buffer *bytes)
{
    char path[1024];
    snprintf(path, sizeof path, "%s.%s", front, suffix);
    write_file(path, bytes);
}

static void tell(const struct setup *setup, uint64_t number, const char *what,
                 const struct arguments *arguments, const char *profile,
                 const char *front, const struct run *ours,
                 const struct run *reference)
{
    struct pp_buffer command = {0};
    for (uint32_t i = 0; i < arguments->count; i++)
        append_quoted(&command, arguments->items[i]);
    save(front, "ours.out", &ours->out);
    save(front, "ours.err", &ours->err);
    save(front, "reference.out", &reference->out);
    save(front, "reference.err", &reference->err);
    printf("case %llu: different %s (status %d, reference %d)\n"
           "  %s%s %s\n  diff %s.reference.out %s.ours.out\n",
           (unsigned long long)number, what, ours->status, reference->status,
           setup->ours, command.data, profile, front, front);
    fflush(stdout);
    pp_buffer_release(&command);
}

/* ---- cases
 * -------------------------------------------------------------------- */

static int64_t write_profile(uint64_t seed, const char *path)
{
    struct pp_profile *profile = make_profile(seed);
    struct pp_buffer bytes = {0};
    struct pp_error err = {0};
    if (pp_wire_encode_gzip(profile, &bytes, &err) < 0)
        die(err.text);
    write_file(path, &bytes);
    int64_t time_nanos = profile->time_nanos;
    pp_buffer_release(&bytes);
    pp_profile_free(profile);
    return time_nanos;
}

static void run_case(const struct setup *setup, uint64_t number,
                     struct tally *tally)
{
    char front[900], profile[1000];
    snprintf(front, sizeof front, "%s/case-%llu", setup->directory,
             (unsigned long long)number);
    snprintf(profile, sizeof profile, "%s.pb.gz", front);
    int64_t time_nanos = write_profile(number / CASES_PER_PROFILE, profile);
    struct arguments arguments = make_case(number);
    struct run ours = {0}, reference = {0};
    run_tool(setup->ours, &arguments, profile, front, &ours);
    run_tool(setup->reference, &arguments, profile, front, &reference);
    unfold(&ours.out);
    unfold(&reference.out);
    as_newer_upstream(&reference, time_nanos);
    without_name(&ours);

    const char *what = difference(&ours, &reference);
    if (what)
        tell(setup, number, what, &arguments, profile, front, &ours,
             &reference);
    else
        unlink(profile);
    tally->different += what != NULL;
    tally->refused += !what && ours.status != 0;
    run_free(&ours);
    run_free(&reference);
    arguments_free(&arguments);
}

/* Every PARALLEL-th case; the tally comes through the pipe. */
static pid_t start_worker(const struct setup *setup, uint64_t first,
                          uint64_t end, int write_to)
{
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child > 0)
        return child;
    struct tally tally = {0};
    for (uint64_t number = first; number < end; number += PARALLEL)
        run_case(setup, number, &tally);
    if (write(write_to, &tally, sizeof tally) != sizeof tally)
        die("pipe");
    _exit(0);
}

static struct tally run_all(const struct setup *setup, uint64_t first,
                            uint64_t count)
{
    int ends[2];
    struct tally total = {0}, tally;
    if (pipe(ends) < 0)
        die("pipe");
    for (uint64_t i = 0; i < PARALLEL; i++)
        start_worker(setup, first + i, first + count, ends[1]);
    close(ends[1]);
    for (uint64_t i = 0; i < PARALLEL; i++) {
        if (read(ends[0], &tally, sizeof tally) != sizeof tally)
            die("a worker died");
        total.different += tally.different;
        total.refused += tally.refused;
    }
    while (wait(NULL) > 0)
        continue;
    return total;
}

/* Nothing of the person's own shall reach the tools. */
static void set_environment(const char *directory)
{
    char path[1100];
    const char *old_path = getenv("PATH");
    snprintf(path, sizeof path, "%s", old_path ? old_path : "/usr/bin:/bin");
    clearenv();
    setenv("PATH", path, 1);
    setenv("HOME", directory, 1);
    setenv("PPROF_TMPDIR", directory, 1);
    setenv("PPROF_BINARY_PATH", directory, 1);
    setenv("TZ", "UTC", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: differential PPROF REFERENCE DIRECTORY "
                        "[FIRST [COUNT]]\n");
        return 3;
    }
    struct setup setup = {argv[1], argv[2], argv[3]};
    uint64_t first = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    uint64_t count = argc > 5   ? strtoull(argv[5], NULL, 10)
                     : argc > 4 ? 1
                                : COUNT_DEFAULT;
    if (mkdir(setup.directory, 0755) < 0 && errno != EEXIST)
        die(setup.directory);
    if (access(setup.ours, X_OK) < 0)
        die(setup.ours);
    if (access(setup.reference, X_OK) < 0)
        die(setup.reference);
    set_environment(setup.directory);
    struct tally tally = run_all(&setup, first, count);
    printf("%llu cases, %llu equal (%llu of them refused alike), "
           "%llu different\n",
           (unsigned long long)count,
           (unsigned long long)(count - tally.different),
           (unsigned long long)tally.refused,
           (unsigned long long)tally.different);
    return tally.different ? 1 : 0;
}
