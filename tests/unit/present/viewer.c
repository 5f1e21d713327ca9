/* Programs in the background. Those that are waited for: tests/e2e/viewers.sh.
 */
#include "present/viewer.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"

static char directory[] = "/tmp/viewer-XXXXXX";

/* A program "eog" that says in the file "pid" which process it is, and stays
 * for a minute. */
static void write_program(void)
{
    FILE *file = fopen("eog", "w");
    assert_non_null(file);
    fputs("#!/bin/sh\necho $$ >pid.new\nmv pid.new pid\nexec sleep 60\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod("eog", 0700), 0);
}

/* Wait until the program runs. */
static pid_t read_pid(void)
{
    for (int i = 0; i < 1000 && access("pid", F_OK) < 0; i++)
        usleep(10000);
    struct pp_buffer text = {0};
    assert_int_equal(pp_os_read_file("pid", &text), 0);
    pid_t pid = atoi(text.data);
    pp_buffer_release(&text);
    unlink("pid");
    return pid;
}

static void it_is_left_running(void **state)
{
    (void)state;
    struct pp_error err = {0};
    write_program();
    int64_t start = pp_os_now_ns();
    assert_int_equal(
        pp_viewer_show("eog", pp_slice_literal("one"), "svg", true, &err), 0);
    pid_t first = read_pid();
    assert_int_equal(
        pp_viewer_show("eog", pp_slice_literal("two"), "svg", true, &err), 0);
    pid_t second = read_pid();
    assert_string_equal(err.text, "");
    assert_int_equal(access("pprof001.svg", F_OK), 0);
    assert_int_equal(access("pprof002.svg", F_OK), 0);

    pp_viewer_clean_up();
    assert_true(pp_os_now_ns() - start > INT64_C(900000000));
    assert_int_equal(access("pprof001.svg", F_OK), -1);
    assert_int_equal(access("pprof002.svg", F_OK), -1);
    assert_int_equal(kill(first, SIGKILL), 0);
    assert_int_equal(kill(second, SIGKILL), 0);
}

/* Ctrl-C in the shell is not for them. */
static void it_is_apart(void **state)
{
    (void)state;
    struct pp_error err = {0};
    write_program();
    assert_int_equal(
        pp_viewer_show("eog", pp_slice_literal("x"), "svg", true, &err), 0);
    pid_t pid = read_pid();
    assert_int_equal(getpgid(pid), pid);
    assert_int_not_equal(getpgid(pid), getpgrp());
    assert_int_equal(kill(pid, SIGKILL), 0);
    pp_viewer_clean_up();
}

static void where_there_is_none_it_is_said(void **state)
{
    (void)state;
    struct pp_error err = {0};
    setenv("PATH", directory, 1);
    assert_int_equal(
        pp_viewer_show("gv", pp_slice_literal("x"), "ps", true, &err),
        PP_E_NOT_FOUND);
    assert_string_equal(err.text,
                        "no program to show it was found: tried gv "
                        "--noantialias; -ps -output FILE writes it into a "
                        "file");
    pp_viewer_clean_up();
    assert_int_equal(access("pprof001.ps", F_OK), -1);
}

/* ---- a directory of their own ------------------------------------------- */

static int enter(void **state)
{
    (void)state;
    if (!mkdtemp(directory) || chdir(directory) < 0)
        return -1;
    setenv("TMPDIR", directory, 1);
    char path[sizeof(directory) + 20];
    snprintf(path, sizeof(path), "%s:/usr/bin:/bin", directory);
    return setenv("PATH", path, 1);
}

static int leave(void **state)
{
    (void)state;
    unlink("eog");
    return chdir("/") == 0 ? rmdir(directory) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_left_running),
        cmocka_unit_test(it_is_apart),
        cmocka_unit_test(where_there_is_none_it_is_said),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
