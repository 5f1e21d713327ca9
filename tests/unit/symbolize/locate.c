/* Where binaries are looked for: a directory of made-up ELF files, one name at
 * a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../object/image.h"
#include "symbolize/desk.h"
#include "warnings.h"

static char root[] = "locate-XXXXXX";

/* ---- files -------------------------------------------------------------- */

static const char *in_root(const char *path)
{
    static char space[2][512];
    static int turn;
    turn = !turn;
    snprintf(space[turn], sizeof space[turn], "%s%s%s", root,
             path[0] ? "/" : "", path);
    return space[turn];
}

static void run(const char *command)
{
    assert_int_equal(system(command), 0);
}

/* An ELF file with a build id of which hex is "<id>". */
static void put_file(const char *path, const char *id)
{
    static struct image image;
    char command[1024];
    image_init(&image, true, false, ET_DYN);
    image_add_segment(&image, PT_LOAD, PF_R | PF_X, 0, 0, 0x11000, 0x11000);
    if (id)
        image_add_build_id(&image, id);
    image_finish(&image);
    snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s')\"",
             in_root(path));
    run(command);
    FILE *file = fopen(in_root(path), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(image.bytes, sizeof image.bytes, 1, file), 1);
    fclose(file);
}

static void clear_files(void)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'/*", root);
    run(command);
}

/* ---- one search --------------------------------------------------------- */

static struct pp_profile *profile_of(const char *file, const char *id)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_mapping(profile, 0x1000, 0x2000, 0, pp_slice_of(file),
                           pp_slice_of(id));
    return profile;
}

/* What becomes of a mapping's file, searched for in `directories`. */
static void check(const char *file, const char *id, const char *directories,
                  const char *wanted)
{
    struct pp_symbolize_options options = {.binary_path = directories};
    struct pp_profile *profile = profile_of(file, id);
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    assert_string_equal(
        pp_profile_text(profile, profile->mappings.items[0].filename).data,
        wanted);
    pp_profile_free(profile);
}

/* ---- the tests ---------------------------------------------------------- */

/* "hi" and "ho" are 6869 and 686f in hex. */
static const char *const by_id[] = {
    "6869/prog",
    "6869/other name",
    "usr/bin/prog/6869",
    "68/69.debug",
    "prog",
    "usr/bin/prog",
    "usr/bin/prog.debug",
    "usr/bin/.debug/prog.debug",
    "usr/lib/debug/usr/bin/prog.debug",
};

static void test_each_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof by_id / sizeof *by_id; i++) {
        clear_files();
        put_file(by_id[i], "hi");
        check("/usr/bin/prog", "6869", root, in_root(by_id[i]));
        assert_warned("");
    }
}

/* The places in their order: the first that is there counts. */
static void test_order(void **state)
{
    (void)state;
    clear_files();
    for (size_t i = sizeof by_id / sizeof *by_id; i-- > 0;) {
        if (i == 2)
            continue; /* below a file that is there by now */
        put_file(by_id[i], "hi");
        check("/usr/bin/prog", "6869", root, in_root(by_id[i]));
    }
    assert_warned("");
}

static void test_without_build_id(void **state)
{
    (void)state;
    clear_files();
    put_file("6869/prog", "hi");
    check("/usr/bin/prog", "", root, "/usr/bin/prog");
    put_file("usr/bin/prog", "ho");
    check("/usr/bin/prog", "", root, in_root("usr/bin/prog"));
    assert_warned("");
}

static void test_wrong_build_id(void **state)
{
    char wanted[1024];
    (void)state;
    clear_files();
    put_file("prog", "ho");
    put_file("usr/bin/prog", NULL);
    check("/usr/bin/prog", "6869", root, "/usr/bin/prog");
    snprintf(wanted, sizeof wanted,
             "Ignoring local file %s: build-id mismatch (6869 != 686f)\n"
             "Ignoring local file %s: build-id mismatch (6869 != )\n",
             in_root("prog"), in_root("usr/bin/prog"));
    assert_warned(wanted);
    /* The next that is right is taken. */
    put_file("usr/bin/prog.debug", "hi");
    check("/usr/bin/prog", "6869", root, in_root("usr/bin/prog.debug"));
    pp_buffer_release(&warnings);
}

/* What is no build id is no pattern, and no path. */
static void test_build_id_of_a_path(void **state)
{
    static const char *const ids[] = {"*/b", "a/../a/b", "[a]/b"};
    (void)state;
    clear_files();
    put_file("a/b/prog", "ho");
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        check("/usr/bin/prog", ids[i], root, "/usr/bin/prog");
    assert_warned("");
}

static void test_list_of_directories(void **state)
{
    char list[256];
    (void)state;
    clear_files();
    put_file("b//prog", "hi");
    snprintf(list, sizeof list, ":/nonexistent:%s//./b/:%s", root, root);
    check("/usr/bin/prog", "6869", list, in_root("b/prog"));
    check("", "6869", list, "");
    assert_warned("");
}

/* Directories that are not there cost one look, not one a mapping: very many
 * mappings are searched for in the blink of an eye. */
static void test_many_mappings(void **state)
{
    char path[64], list[256];
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_symbolize_options options = {.binary_path = list};
    (void)state;
    clear_files();
    put_file("dir/lib4999", "hi");
    snprintf(list, sizeof list, "/nonexistent:%s/none:%s/dir", root, root);
    for (int i = 0; i < 5000; i++) {
        snprintf(path, sizeof path, "/lib/lib%d", i);
        pp_profile_add_mapping(profile, 0x1000, 0x2000, 0, pp_slice_of(path),
                               pp_slice_literal("6869"));
    }
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    assert_warned("");
    assert_string_equal(
        pp_profile_text(profile, profile->mappings.items[4999].filename).data,
        in_root("dir/lib4999"));
    assert_string_equal(
        pp_profile_text(profile, profile->mappings.items[4998].filename).data,
        "/lib/lib4998");
    pp_profile_free(profile);
}

static void test_home(void **state)
{
    struct pp_symbolize_options options = {.home = root};
    struct pp_profile *profile = profile_of("/usr/bin/prog", "6869");
    (void)state;
    clear_files();
    put_file("pprof/binaries/prog", "hi");
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    assert_string_equal(
        pp_profile_text(profile, profile->mappings.items[0].filename).data,
        in_root("pprof/binaries/prog"));
    /* $PPROF_BINARY_PATH stands instead of the default. */
    options.binary_path = "/nonexistent";
    profile->mappings.items[0].filename = 0;
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    assert_int_equal(profile->mappings.items[0].filename, 0);
    pp_profile_free(profile);
}

/* What is no ELF file is passed over. */
static void test_other_files(void **state)
{
    char command[512];
    (void)state;
    clear_files();
    snprintf(command, sizeof command,
             "echo text > %s/prog; mkdir -p %s/6869/prog", root, root);
    run(command);
    check("/usr/bin/prog", "6869", root, "/usr/bin/prog");
    assert_warned("");
}

static void test_overrides(void **state)
{
    struct pp_symbolize_options options = {.executable = "mine",
                                           .build_id = "abcd"};
    struct pp_profile *profile = profile_of("/usr/bin/prog", "");
    (void)state;
    pp_profile_add_mapping(profile, 0x3000, 0x4000, 0,
                           pp_slice_literal("/lib/other"),
                           pp_slice_literal(""));
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    const struct pp_mapping *mappings = profile->mappings.items;
    assert_string_equal(pp_profile_text(profile, mappings[0].filename).data,
                        "mine");
    assert_string_equal(pp_profile_text(profile, mappings[0].build_id).data,
                        "abcd");
    assert_string_equal(pp_profile_text(profile, mappings[1].filename).data,
                        "/lib/other");
    assert_int_equal(mappings[1].build_id, 0);
    /* A build id that the profile has is not overridden. */
    options.build_id = "ef";
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    assert_string_equal(pp_profile_text(profile, mappings[0].build_id).data,
                        "abcd");
    pp_profile_free(profile);
}

/* A binary that the person names is that of all mappings with its build id, and
 * not the program then, unless the program has it. */
static void test_override_by_id(void **state)
{
    char mine[256];
    struct pp_symbolize_options options = {.executable = mine};
    struct pp_profile *profile = profile_of("/usr/bin/prog", "6869");
    (void)state;
    clear_files();
    put_file("mine", "ho");
    snprintf(mine, sizeof mine, "%s", in_root("mine"));
    for (uint64_t start = 0x3000; start < 0x5000; start += 0x1000)
        pp_profile_add_mapping(profile, start, start + 0x1000, 0,
                               pp_slice_literal("/lib/other"),
                               pp_slice_literal("686f"));
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    const struct pp_mapping *mappings = profile->mappings.items;
    assert_string_equal(pp_profile_text(profile, mappings[0].filename).data,
                        "/usr/bin/prog");
    assert_string_equal(pp_profile_text(profile, mappings[1].filename).data,
                        mine);
    assert_string_equal(pp_profile_text(profile, mappings[2].filename).data,
                        mine);
    /* Nobody's: then it is the program's, and what names it will complain. */
    put_file("mine", "hu");
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    assert_string_equal(pp_profile_text(profile, mappings[0].filename).data,
                        mine);
    assert_warned("");
    pp_profile_free(profile);
}

static void test_no_mappings(void **state)
{
    struct pp_symbolize_options options = {0};
    struct pp_profile *profile = pp_profile_new(0);
    (void)state;
    pp_profile_add_location(profile, PP_NONE, 0x1234);
    pp_profile_add_location(profile, PP_NONE, 0x5678);
    assert_int_equal(pp_locate_binaries(profile, &options, warn), PP_OK);
    assert_int_equal(profile->mappings.count, 1);
    assert_int_equal(profile->mappings.items[0].id, 1);
    assert_int_equal(profile->locations.items[0].mapping, 0);
    assert_int_equal(profile->locations.items[1].mapping, 0);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_place),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_without_build_id),
        cmocka_unit_test(test_wrong_build_id),
        cmocka_unit_test(test_build_id_of_a_path),
        cmocka_unit_test(test_list_of_directories),
        cmocka_unit_test(test_many_mappings),
        cmocka_unit_test(test_home),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_override_by_id),
        cmocka_unit_test(test_no_mappings),
    };
    if (!mkdtemp(root))
        return 2;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    clear_files();
    rmdir(root);
    return failed;
}
