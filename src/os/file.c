/* Whole files in, whole buffers out. See os.h. */
#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, struct pp_buffer *out)
{
    enum { STEP = 64 * 1024 };
    for (;;) {
        char *room = pp_buffer_room(out, STEP);
        /* Near the ceiling less than a step is left: a file that ends exactly
         * there is as good as any. */
        size_t wanted = STEP;
        if (!room && out->ceiling && out->size < out->ceiling) {
            out->failed = false;
            wanted = out->ceiling - out->size;
            room = pp_buffer_room(out, wanted);
        }
        char past_ceiling;
        ssize_t got =
            room ? read(fd, room, wanted) : read(fd, &past_ceiling, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0) {
            out->failed = false;
            return 0;
        }
        if (!room)
            return out->ceiling ? -EFBIG : -ENOMEM;
        out->size += (size_t)got;
        out->data[out->size] = 0;
    }
}

static int read_and_close(int fd, struct pp_buffer *out)
{
    struct stat about;
    int result = fstat(fd, &about) < 0    ? -errno
                 : S_ISDIR(about.st_mode) ? -EISDIR
                                          : 0;
    if (result == 0 && S_ISREG(about.st_mode) && out->ceiling &&
        (uint64_t)about.st_size > out->ceiling)
        result = -EFBIG;
    if (result == 0)
        result = read_all(fd, out);
    close(fd);
    return result;
}

int pp_os_read_file(const char *path, struct pp_buffer *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return fd < 0 ? -errno : read_and_close(fd, out);
}

int pp_os_read_regular_file(const char *path, struct pp_buffer *out)
{
    struct stat about;
    if (stat(path, &about) < 0)
        return -errno;
    if (!S_ISREG(about.st_mode))
        return S_ISDIR(about.st_mode) ? -EISDIR : -EINVAL;
    /* Should it be something else by now, opening does not wait for it. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    return fd < 0 ? -errno : read_and_close(fd, out);
}

int pp_os_write_all(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        at += written;
        size -= (size_t)written;
    }
    return 0;
}
