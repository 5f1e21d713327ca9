#include "fetch/fetch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"
#include "wire/wire.h"

static char directory[] = "/tmp/pprof-unit-XXXXXX";

static void remove_all(void)
{
    char command[100];
    snprintf(command, sizeof(command), "rm -rf '%s'", directory);
    assert_int_equal(system(command), 0);
}

static int make_directory(void **state)
{
    (void)state;
    memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    remove_all();
    return 0;
}

static uint32_t count_files(const char *path)
{
    char command[200], line[20];
    snprintf(command, sizeof(command), "ls -A '%s' | wc -l", path);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_non_null(fgets(line, sizeof(line), pipe));
    pclose(pipe);
    return (uint32_t)atoi(line);
}

static struct pp_profile *make_profile(const char *filename)
{
    struct pp_profile *profile = pp_profile_new(0);
    assert_non_null(profile);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    pp_profile_add_mapping(profile, 0x1000, 0x2000, 0, pp_slice_of(filename),
                           pp_slice_of(""));
    return profile;
}

static void names_count_up_and_overwrite_nothing(void **state)
{
    char prefix[100], path[200], wanted[200];
    struct pp_error err = {0};
    snprintf(prefix, sizeof(prefix), "%s/x", directory);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(pp_fetch_save_bytes(pp_slice_literal("hello"), prefix,
                                             ".svg", path, sizeof(path), &err),
                         0);
        snprintf(wanted, sizeof(wanted), "%s/x%03d.svg", directory, i);
        assert_string_equal(path, wanted);
    }
    snprintf(path, sizeof(path), "%s/x002.svg", directory);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(pp_fetch_save_bytes(pp_slice_literal("other"), prefix,
                                         ".svg", wanted, sizeof(wanted), &err),
                     0);
    assert_string_equal(wanted, path);
    assert_int_equal(count_files(directory), 3); /* and nothing hidden */

    struct pp_buffer content = {0};
    assert_int_equal(pp_os_read_file(path, &content), 0);
    assert_string_equal(content.data, "other");
    pp_buffer_release(&content);
    (void)state;
}

static void a_directory_that_is_not_there_is_said(void **state)
{
    char prefix[100], path[200], wanted[300];
    struct pp_error err = {0};
    snprintf(prefix, sizeof(prefix), "%s/no/x", directory);
    assert_int_equal(pp_fetch_save_bytes(pp_slice_literal("a"), prefix, ".svg",
                                         path, sizeof(path), &err),
                     PP_E_SYSTEM);
    snprintf(wanted, sizeof(wanted),
             "open %s001.svg: no such file or directory", prefix);
    assert_string_equal(err.text, wanted);
    (void)state;
}

static void a_profile_is_named_after_its_binary_and_types(void **state)
{
    char path[400], wanted[400], home[100];
    struct pp_error err = {0};
    struct pp_profile *profile = make_profile("/usr/bin/redis-server");
    snprintf(home, sizeof(home), "%s/deep/er", directory);
    setenv("PPROF_TMPDIR", home, 1);
    assert_int_equal(
        pp_fetch_save(profile, path, sizeof(path), NULL, NULL, &err), 0);
    snprintf(wanted, sizeof(wanted),
             "%s/pprof.redis-server.samples.cpu.001.pb.gz", home);
    assert_string_equal(path, wanted);
    pp_profile_free(profile);

    struct pp_buffer content = {0};
    assert_int_equal(pp_os_read_file(path, &content), 0);
    assert_int_equal(
        pp_wire_decode(content.data, content.size, 0, &profile, &err), 0);
    assert_int_equal(profile->sample_types.count, 2);
    pp_profile_free(profile);
    pp_buffer_release(&content);
    (void)state;
}

static void a_name_leads_into_no_other_directory(void **state)
{
    char path[400], wanted[400];
    struct pp_error err = {0};
    struct pp_profile *profile = pp_profile_new(0);
    assert_non_null(profile);
    pp_profile_add_sample_type(profile, "../../x\033", "count");
    setenv("PPROF_TMPDIR", directory, 1);
    assert_int_equal(
        pp_fetch_save(profile, path, sizeof(path), NULL, NULL, &err), 0);
    snprintf(wanted, sizeof(wanted), "%s/pprof..._.._x_.001.pb.gz", directory);
    assert_string_equal(path, wanted);
    pp_profile_free(profile);
    (void)state;
}

static char said[500];

static void say(void *context, const char *line)
{
    (void)context;
    snprintf(said, sizeof(said), "%s", line);
}

static void the_next_directory_is_tried(void **state)
{
    char path[400], wanted[500];
    struct pp_error err = {0};
    struct pp_profile *profile = make_profile("");
    setenv("PPROF_TMPDIR", "/dev/null/x", 1);
    setenv("HOME", directory, 1);
    assert_int_equal(
        pp_fetch_save(profile, path, sizeof(path), say, NULL, &err), 0);
    assert_string_equal(said, "Could not use temp dir /dev/null/x: mkdir "
                              "/dev/null/x: not a directory");
    snprintf(wanted, sizeof(wanted), "%s/pprof/pprof.samples.cpu.001.pb.gz",
             directory);
    assert_string_equal(path, wanted);
    pp_profile_free(profile);
    (void)state;
}

int main(void)
{
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, make_directory, remove_directory)
    const struct CMUnitTest tests[] = {
        TEST(names_count_up_and_overwrite_nothing),
        TEST(a_directory_that_is_not_there_is_said),
        TEST(a_profile_is_named_after_its_binary_and_types),
        TEST(a_name_leads_into_no_other_directory),
        TEST(the_next_directory_is_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
