/* Where a report goes. */
#include "present/output.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
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

/* ---- parts -------------------------------------------------------------- */

static int drain(struct pp_output *output, const char *part,
                 struct pp_error *err)
{
    struct pp_buffer printed = {0};
    pp_buffer_append_text(&printed, part);
    int status = pp_output_drain(output, &printed, err);
    assert_int_equal(printed.size, 0);
    pp_buffer_release(&printed);
    return status;
}

static void parts_leave_before_the_end(void **state)
{
    (void)state;
    struct pp_error err = {0};
    struct pp_output output;
    struct stat info;
    pp_output_begin(&output, &text, &(struct pp_destination){.path = "out"});
    assert_true(pp_output_can_drain(&output));
    assert_int_equal(drain(&output, "a\n", &err), PP_OK);
    assert_int_equal(stat("out", &info), 0);
    assert_int_equal(info.st_size, 2);
    assert_int_equal(drain(&output, "b\n", &err), PP_OK);
    assert_int_equal(pp_output_end(&output, pp_slice_of("c\n"), &err), PP_OK);
    assert_content("out", "a\nb\nc\n");
}

/* And the report need not go on. */
static void a_command_that_ends_is_seen(void **state)
{
    (void)state;
    struct pp_error err = {0};
    struct pp_output output;
    pp_output_begin(&output, &text,
                    &(struct pp_destination){.command = "exit 3"});
    while (drain(&output, "line\n", &err) == PP_OK)
        continue;
    assert_int_equal(err.status, PP_E_CANCELLED);
    assert_true(output.is_unread);
    pp_output_abandon(&output);
}

static void no_room_is_an_error(void **state)
{
    (void)state;
    struct pp_error err = {0};
    struct pp_output output;
    pp_output_begin(&output, &text,
                    &(struct pp_destination){.path = "/dev/full"});
    assert_int_equal(drain(&output, "line\n", &err), PP_E_SYSTEM);
    assert_string_equal(err.text, "write /dev/full: no space left on device");
    pp_output_abandon(&output);
    assert_int_equal(deliver(&text, "line\n",
                             &(struct pp_destination){.path = "/dev/full"},
                             &err),
                     PP_E_SYSTEM);
}

static void some_parts_must_wait(void **state)
{
    (void)state;
    static const struct pp_report viewed = {
        .name = "kcachegrind", .suffix = "grind", .viewer = "kcachegrind"};
    const struct pp_destination shell = {.interactive = true};
    const struct pp_destination file = {.path = "out"};
    struct pp_output output;
    pp_output_begin(&output, &picture, &file);
    assert_false(pp_output_can_drain(&output));
    pp_output_begin(&output, &viewed, &shell);
    assert_false(pp_output_can_drain(&output));
    pp_output_begin(&output, &bytes, &shell);
    assert_false(pp_output_can_drain(&output));
}

/* ---- pictures ----------------------------------------------------------- */

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
        cmocka_unit_test(parts_leave_before_the_end),
        cmocka_unit_test(a_command_that_ends_is_seen),
        cmocka_unit_test(no_room_is_an_error),
        cmocka_unit_test(some_parts_must_wait),
        cmocka_unit_test(pictures_are_drawn_first),
        cmocka_unit_test(a_picture_that_fails_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
