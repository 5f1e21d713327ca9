/* Running a tool, and what it left behind. */
#include "differential.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 1200 };

void die(const char *what)
{
    fprintf(stderr, "differential: %s: %s\n", what, strerror(errno));
    exit(3);
}

/* ---- files -------------------------------------------------------------- */

static const char *path_in(char *space, const char *directory, const char *name)
{
    snprintf(space, PATH_SIZE, "%s/%s", directory, name);
    return space;
}

static void read_descriptor(int file, const char *path, struct pp_buffer *out)
{
    struct stat info;
    if (fstat(file, &info) < 0)
        die(path);
    pp_buffer_append_text(out, "");
    char *room = pp_buffer_room(out, (size_t)info.st_size);
    if (!room || read(file, room, (size_t)info.st_size) != info.st_size)
        die(path);
    out->size += (size_t)info.st_size;
    out->data[out->size] = 0;
}

/* Take a file out of the directory. False: it is not there. */
static bool take_file(const char *directory, const char *name,
                      struct pp_buffer *out)
{
    char path[PATH_SIZE];
    path_in(path, directory, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        return false;
    if (file < 0)
        die(path);
    read_descriptor(file, path, out);
    close(file);
    unlink(path);
    return true;
}

void write_file(const char *directory, const char *name,
                const struct pp_buffer *bytes)
{
    char path[PATH_SIZE];
    path_in(path, directory, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0 ||
        write(file, bytes->data, bytes->size) != (ssize_t)bytes->size)
        die(path);
    close(file);
}

void remove_file(const char *directory, const char *name)
{
    char path[PATH_SIZE];
    unlink(path_in(path, directory, name));
}

/* ---- gzip --------------------------------------------------------------- */

/* Replaces a gzip file by what it holds: how it is compressed may differ. */
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

/* ---- runs --------------------------------------------------------------- */

static void redirect(const char *path, int descriptor)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || dup2(file, descriptor) < 0)
        _exit(127);
}

static _Noreturn void become_tool(const char *tool, const char *directory,
                                  const struct arguments *arguments)
{
    const char *argv[ARGUMENTS_MAX + 2] = {tool};
    for (uint32_t i = 0; i < arguments->count; i++)
        argv[i + 1] = arguments->items[i];
    if (chdir(directory) < 0)
        _exit(127);
    redirect("stdout", STDOUT_FILENO);
    redirect("stderr", STDERR_FILENO);
    execv(tool, (char *const *)argv);
    _exit(127);
}

void run_tool(const char *tool, const char *directory,
              const struct arguments *arguments, struct run *run)
{
    int status;
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0)
        become_tool(tool, directory, arguments);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    take_file(directory, "stdout", &run->out);
    take_file(directory, "stderr", &run->err);
    run->to_file = take_file(directory, output_file, &run->out);
    unfold(&run->out);
}

static struct pp_buffer buffer_copy(const struct pp_buffer *buffer)
{
    struct pp_buffer copy = {0};
    pp_buffer_append_slice(&copy, pp_buffer_slice(buffer));
    return copy;
}

struct run run_copy(const struct run *run)
{
    return (struct run){
        .status = run->status,
        .out = buffer_copy(&run->out),
        .err = buffer_copy(&run->err),
        .to_file = run->to_file,
    };
}

void run_free(struct run *run)
{
    pp_buffer_release(&run->out);
    pp_buffer_release(&run->err);
}

static bool same_bytes(const struct pp_buffer *a, const struct pp_buffer *b)
{
    return pp_slice_equal(pp_buffer_slice(a), pp_buffer_slice(b));
}

const char *run_difference(const struct run *a, const struct run *b)
{
    if (a->status != b->status)
        return "exit status";
    if (!same_bytes(&a->out, &b->out))
        return "output";
    if (a->to_file != b->to_file)
        return "file";
    if (!same_bytes(&a->err, &b->err))
        return "messages";
    return NULL;
}
