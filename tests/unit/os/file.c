/* Whole files: everything that is there, and a reason for what is not. */
#include "os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/pprof-unit-file-XXXXXX";

static int write_file(void **state)
{
    (void)state;
    char bytes[100000];
    memset(bytes, 'x', sizeof bytes);
    int fd = mkstemp(path);
    int written = pp_os_write_all(fd, bytes, sizeof bytes);
    close(fd);
    return written;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void a_file_is_read_whole(void **state)
{
    (void)state;
    struct pp_buffer out = {0};
    assert_int_equal(pp_os_read_file(path, &out), 0);
    assert_int_equal(out.size, 100000);
    assert_int_equal(out.data[99999], 'x');
    pp_buffer_release(&out);
}

/* Of unknown size: /proc says 0. */
static void so_is_one_without_a_size(void **state)
{
    (void)state;
    struct pp_buffer out = {0};
    assert_int_equal(pp_os_read_file("/proc/self/status", &out), 0);
    assert_true(
        pp_slice_starts_with(pp_buffer_slice(&out), pp_slice_literal("Name:")));
    pp_buffer_release(&out);
}

static void a_ceiling_is_kept_to_the_byte(void **state)
{
    (void)state;
    struct pp_buffer out;
    pp_buffer_init(&out, 100000);
    assert_int_equal(pp_os_read_file(path, &out), 0);
    pp_buffer_release(&out);
    pp_buffer_init(&out, 99999);
    assert_int_equal(pp_os_read_file(path, &out), -EFBIG);
    pp_buffer_release(&out);
    pp_buffer_init(&out, 10);
    assert_int_equal(pp_os_read_file("/proc/self/status", &out), -EFBIG);
    pp_buffer_release(&out);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct pp_buffer out = {0};
    assert_int_equal(pp_os_read_file("/tmp", &out), -EISDIR);
    assert_int_equal(pp_os_read_file("/tmp/not there", &out), -ENOENT);
    assert_int_equal(pp_os_write_all(-1, "x", 1), -EBADF);
    int full = open("/dev/full", O_WRONLY);
    assert_int_equal(pp_os_write_all(full, "x", 1), -ENOSPC);
    close(full);
    pp_buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(so_is_one_without_a_size),
        cmocka_unit_test(a_ceiling_is_kept_to_the_byte),
        cmocka_unit_test(what_is_no_file_is_refused),
    };
    return cmocka_run_group_tests(tests, write_file, remove_file);
}
