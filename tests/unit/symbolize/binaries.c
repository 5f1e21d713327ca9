/* Files that stay open. Arguments: a program with debug information. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "symbolize/symbolize.h"

static const char *sample;
static char root[] = "binaries-XXXXXX";

static struct pp_slice id_of(const char *path)
{
    static struct pp_buffer id;
    pp_buffer_clear(&id);
    assert_int_equal(pp_object_build_id(path, &id, NULL), PP_OK);
    return pp_buffer_slice(&id);
}

static void run(const char *format, const char *argument)
{
    char command[1024];
    snprintf(command, sizeof command, format, argument);
    assert_int_equal(system(command), 0);
}

static const struct pp_binary *find(struct pp_binaries *binaries,
                                    const char *path, struct pp_slice id)
{
    const struct pp_binary *binary;
    struct pp_error err = {0};
    assert_int_equal(
        pp_binaries_find(binaries, pp_slice_of(path), id, false, &binary, &err),
        PP_OK);
    assert_non_null(binary->object);
    assert_true(pp_symbols_count(binary->symbols) > 0);
    return binary;
}

static void check_failure(struct pp_binaries *binaries, const char *path,
                          struct pp_slice id, const char *why)
{
    const struct pp_binary *binary;
    struct pp_error err = {0};
    assert_true(pp_binaries_find(binaries, pp_slice_of(path), id, false,
                                 &binary, &err) < 0);
    assert_null(binary);
    if (!strstr(err.text, why))
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

/* Opened once, by whatever path and build id it is asked for. */
static void test_once(void **state)
{
    struct pp_symbolize_options options = {0};
    struct pp_binaries *binaries = pp_binaries_new(&options);
    struct pp_slice any = {0};
    char again[64];
    (void)state;
    const struct pp_binary *first = find(binaries, sample, id_of(sample));
    assert_non_null(first->lines);
    struct pp_lines *lines = first->lines;
    assert_ptr_equal(find(binaries, sample, any)->lines, lines);
    snprintf(again, sizeof again, "%s/again", root);
    run("cp \"$SAMPLE\" %s", again);
    assert_ptr_equal(find(binaries, again, any)->lines, lines);
    /* What is open does not need its file. */
    unlink(again);
    assert_ptr_equal(find(binaries, again, any)->lines, lines);
    pp_binaries_free(binaries);
}

/* What failed is not tried again. */
static void test_failures(void **state)
{
    struct pp_symbolize_options options = {0};
    struct pp_binaries *binaries = pp_binaries_new(&options);
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/later", root);
    check_failure(binaries, path, (struct pp_slice){0}, "no such file");
    run("cp \"$SAMPLE\" %s", path);
    check_failure(binaries, path, (struct pp_slice){0}, "no such file");
    check_failure(binaries, path, pp_slice_literal("abcdef"),
                  "build ID mismatch");
    check_failure(binaries, path, pp_slice_literal("../../../etc/passwd"),
                  "build ID mismatch");
    run("echo no program >%s", path);
    check_failure(binaries, path, pp_slice_literal("0123"), path);
    unlink(path);
    pp_binaries_free(binaries);
}

static void test_fast(void **state)
{
    struct pp_symbolize_options options = {.fast = true};
    struct pp_binaries *binaries = pp_binaries_new(&options);
    (void)state;
    assert_null(find(binaries, sample, id_of(sample))->lines);
    pp_binaries_free(binaries);
}

/* A debug file, or the program, below a directory for those. */
static void test_by_build_id(void **state)
{
    static const char *const ends[] = {"", ".debug"};
    struct pp_symbolize_options options = {.binary_path = root};
    struct pp_slice id = id_of(sample);
    char path[512], directory[256];
    (void)state;
    snprintf(directory, sizeof directory, "%s/.build-id/%.2s", root, id.data);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct pp_binaries *binaries = pp_binaries_new(&options);
        snprintf(path, sizeof path, "%s/%s%s", directory, id.data + 2, ends[i]);
        run("mkdir -p %s", directory);
        run("cp \"$SAMPLE\" %s", path);
        const struct pp_binary *binary = find(binaries, "/nonexistent", id);
        /* For mappings that do not tell their build id. */
        assert_ptr_equal(find(binaries, "/nonexistent", (struct pp_slice){0}),
                         binary);
        unlink(path);
        pp_binaries_free(binaries);
    }
}

/* More files than stay open: each is opened again when it is needed. */
static void test_many(void **state)
{
    enum { FILES = 100 };
    struct pp_symbolize_options options = {0};
    struct pp_binaries *binaries = pp_binaries_new(&options);
    struct pp_slice any = {0};
    char path[64];
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < FILES; i++) {
            snprintf(path, sizeof path, "%s/%d", root, i);
            if (round == 0)
                run("objcopy --remove-section=.note.gnu.build-id \"$SAMPLE\" "
                    "%s",
                    path);
            find(binaries, path, any);
        }
    }
    unlink(path);
    find(binaries, path, any);
    pp_binaries_free(binaries);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once), cmocka_unit_test(test_failures),
        cmocka_unit_test(test_fast), cmocka_unit_test(test_by_build_id),
        cmocka_unit_test(test_many),
    };
    if (argc < 2 || !mkdtemp(root)) {
        fprintf(stderr, "usage: %s SAMPLE\n", argv[0]);
        return 2;
    }
    sample = argv[1];
    setenv("SAMPLE", sample, 1);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    run("rm -rf %s", root);
    return failed;
}
