/* What becomes of a profile between its file and its report. */
#include "present/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/os.h"
#include "wire/wire.h"

static char directory[] = "load-XXXXXX";
static struct pp_buffer told; /* what came on stderr */

/* ---- files -------------------------------------------------------------- */

static void write_file(const char *path, const struct pp_profile *profile)
{
    struct pp_buffer bytes = {0};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(pp_wire_encode(profile, &bytes, NULL), PP_OK);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
    pp_buffer_release(&bytes);
}

/* Write the profile to a file and load that, with stderr into `told`. */
static struct pp_profile *load(struct pp_profile *written)
{
    static const char *const sources[] = {"profile"};
    struct pp_arguments arguments = {
        .action = PP_ACTION_REPORT,
        .executable = "",
        .sources = sources,
        .source_count = 1,
    };
    struct pp_binaries *binaries;
    struct pp_profile *profile = NULL;
    struct pp_error err = {0};
    pp_settings_init(&arguments.settings);
    arguments.settings.symbolize = "none";
    write_file(sources[0], written);
    pp_profile_free(written);

    int saved = dup(STDERR_FILENO);
    assert_non_null(freopen("stderr", "wb", stderr));
    int status = pp_load(&arguments, &profile, &binaries, &err);
    pp_binaries_free(binaries);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    pp_buffer_release(&told);
    assert_int_equal(pp_os_read_file("stderr", &told), 0);
    unlink("stderr");
    unlink(sources[0]);

    assert_string_equal(err.text, "");
    assert_int_equal(status, PP_OK);
    return profile;
}

/* ---- addresses of servers ----------------------------------------------- */

/* What a mapping's file is after loading. */
static void check_file(const char *file, const char *build_id,
                       const char *wanted)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "n", "count");
    pp_profile_add_mapping(profile, 0x1000, 0x2000, 0, pp_slice_of(file),
                           pp_slice_of(build_id));
    profile = load(profile);
    struct pp_slice got =
        pp_profile_text(profile, profile->mappings.items[0].filename);
    assert_int_equal(got.size, strlen(wanted));
    assert_memory_equal(got.data, wanted, got.size);
    pp_profile_free(profile);
}

static void urls_are_no_files(void **state)
{
    static const char *const urls[] = {
        "http://h/x",
        "https+insecure://host:80/debug/pprof/profile",
        "gs://bucket/profile",
        "ftp://h",
        "a2:b",
        "mailto:somebody",
    };
    static const char *const files[] = {
        "",        "/usr/bin/prog",    "prog",       "C:/x/prog.exe",
        "d:\\x",   "[vdso]",           "//anon",     "/dir:http://x",
        ":x",      "1http://x",        "a_b:c",      "http",
        "dir/a:b", "/memfd:jit (del)", "anon_x:[y]",
    };
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        check_file(urls[i], "", "");
        check_file(urls[i], "abcd", urls[i]);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        check_file(files[i], "", files[i]);
}

/* ---- expressions of the profile ----------------------------------------- */

static void wrong_expressions_cost_nothing(void **state)
{
    struct pp_profile *profile = pp_profile_new(0);
    (void)state;
    pp_profile_add_sample_type(profile, "n", "count");
    profile->drop_frames =
        pp_profile_add_string(profile, pp_slice_literal("a**"));
    pp_profile_free(load(profile));
    assert_string_equal(
        told.data,
        "the profile's drop_frames is not applied: failed to compile regexp "
        "a**: error parsing regexp: invalid nested repetition operator: "
        "`**`\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_no_files),
        cmocka_unit_test(wrong_expressions_cost_nothing),
    };
    if (!mkdtemp(directory) || chdir(directory) < 0)
        return 2;
    setenv("HOME", "/nonexistent", 1);
    unsetenv("PPROF_BINARY_PATH");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pp_buffer_release(&told);
    if (chdir("..") < 0 || rmdir(directory) < 0)
        return 2;
    return failed;
}
