/* Where a report goes. */
#include "present/output.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"

static char directory[] = "output-XXXXXX";

static const struct pp_report text = {.name = "top", .suffix = "txt"};
static const struct pp_report bytes = {
    .name = "proto", .suffix = "pb.gz", .binary = true};
static const struct pp_report picture = {
    .name = "svg", .suffix = "svg", .picture = "svg"};

/* ---- what came out ------------------------------------------------------ */

static struct pp_buffer content(const char *path)
{
    struct pp_buffer out = {0};
    assert_int_equal(pp_os_read_file(path, &out), 0);
    unlink(path);
    return out;
}

static void assert_content(const char *path, const char *expected)
{
    struct pp_buffer out = content(path);
    assert_int_equal(out.size, strlen(expected));
    assert_memory_equal(out.data ? out.data : "", expected, out.size);
    pp_buffer_release(&out);
}

static int redirect(int fd, const char *path)
{
    int saved = dup(fd);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(saved >= 0 && file >= 0);
    dup2(file, fd);
    close(file);
    return saved;
}

static void restore(int fd, int saved)
{
    dup2(saved, fd);
    close(saved);
}

/* Deliver with standard output in the file "stdout", standard error in
 * "stderr". */
static int deliver(const struct pp_report *report, const char *printed,
                   const struct pp_destination *destination,
                   struct pp_error *err)
{
    int out = redirect(STDOUT_FILENO, "stdout");
    int errors = redirect(STDERR_FILENO, "stderr");
    int status =
        pp_output_deliver(report, pp_slice_of(printed), destination, err);
    fflush(stderr);
    restore(STDERR_FILENO, errors);
    restore(STDOUT_FILENO, out);
    return status;
}

static void assert_delivered(const struct pp_report *report,
                             const char *printed,
                             const struct pp_destination *destination)
{
    struct pp_error err = {0};
    int status = deliver(report, printed, destination, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, PP_OK);
}

/* ---- the tests ---------------------------------------------------------- */

static void to_standard_output(void **state)
{
    (void)state;
    assert_delivered(&text, "a\x1b[31m\n", &(struct pp_destination){0});
    assert_content("stdout", "a\x1b[31m\n");
    assert_content("stderr", "");
    assert_delivered(&bytes, "b", &(struct pp_destination){0});
    assert_content("stdout", "b");
}

static void into_a_file(void **state)
{
    (void)state;
    assert_delivered(&text, "a\n",
                     &(struct pp_destination){.path = "out", .command = "no"});
    assert_content("out", "a\n");
    assert_content("stdout", "");
    assert_content("stderr", "Generating report in out\n");
}

static void what_the_shell_has_no_place_for_gets_a_file(void **state)
{
    (void)state;
    const struct pp_destination shell = {.interactive = true};
    assert_delivered(&bytes, "a", &shell);
    assert_content("stderr", "Generating report in profile001.pb.gz\n");
    assert_content("profile001.pb.gz", "a");
    assert_delivered(&text, "a\n", &shell);
    assert_content("stdout", "a\n");
}

static void into_a_command(void **state)
{
    (void)state;
    assert_delivered(&text, "b\na\n",
                     &(struct pp_destination){.command = "sort; echo end"});
    assert_content("stdout", "a\nb\nend\n");
}

/* More than a pipe holds, to a command that does not read it. */
static void a_command_need_not_read_it_all(void **state)
{
    (void)state;
    struct pp_buffer much = {0};
    for (int i = 0; i < 100000; i++)
        pp_buffer_append_text(&much, "line\n");
    assert_delivered(&text, much.data,
                     &(struct pp_destination){.command = "head -n 1"});
    assert_content("stdout", "line\n");
    assert_delivered(&text, much.data,
                     &(struct pp_destination){.command = "exit 3"});
    pp_buffer_release(&much);
}

static void pictures_are_drawn_first(void **state)
{
    (void)state;
    assert_delivered(&picture, "digraph { a }",
                     &(struct pp_destination){.path = "out"});
    struct pp_buffer out = content("out");
    assert_true(pp_slice_starts_with(pp_buffer_slice(&out),
                                     pp_slice_literal("<?xml ")));
    pp_buffer_release(&out);
}

/* And where they cannot be, nothing is written. */
static void a_picture_that_fails_leaves_no_file(void **state)
{
    (void)state;
    struct pp_error err = {0};
    assert_int_equal(deliver(&picture, "digraph {",
                             &(struct pp_destination){.path = "out"}, &err),
                     PP_E_FORMAT);
    assert_int_equal(access("out", F_OK), -1);
}

/* ---- a directory of their own ------------------------------------------- */

static int enter(void **state)
{
    (void)state;
    return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    unlink("stdout");
    unlink("stderr");
    return chdir("..") == 0 ? rmdir(directory) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_standard_output),
        cmocka_unit_test(into_a_file),
        cmocka_unit_test(what_the_shell_has_no_place_for_gets_a_file),
        cmocka_unit_test(into_a_command),
        cmocka_unit_test(a_command_need_not_read_it_all),
        cmocka_unit_test(pictures_are_drawn_first),
        cmocka_unit_test(a_picture_that_fails_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
