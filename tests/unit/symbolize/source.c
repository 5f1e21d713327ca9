/* Naming at the source: this program's own functions and lines, libc's, the
 * vDSO's. */
#include "symbolize/symbolize.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* Mangled, as a C++ compiler would have it: Box<int>::get(int) const. */
__attribute__((noinline)) int _ZNK3BoxIiE3getEi(int value);
enum { OWN_LINE = __LINE__ + 1 };
int _ZNK3BoxIiE3getEi(int value)
{
    return value + 1;
}

/* ---- mappings of this process ------------------------------------------- */

struct map {
    unsigned long start, end, offset;
    char path[1024];
};

/* The mapping that holds an address. */
static struct map find_map(uintptr_t address)
{
    char line[2048];
    struct map map = {0};
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        map.path[0] = 0;
        assert_true(sscanf(line, "%lx-%lx %*s %lx %*s %*s %1023[^\n]",
                           &map.start, &map.end, &map.offset, map.path) >= 3);
        if (address >= map.start && address < map.end)
            break;
    }
    fclose(maps);
    assert_true(address >= map.start && address < map.end);
    return map;
}

/* Add the mapping of an address. `id` NULL: the file's own build id. */
static uint32_t add_mapping(struct pp_profile *profile, uintptr_t address,
                            const char *path, const char *id)
{
    struct map map = find_map(address);
    struct pp_buffer own_id = {0};
    if (!path)
        path = map.path;
    if (id)
        pp_buffer_append_text(&own_id, id);
    else
        pp_object_build_id(map.path, &own_id, NULL);
    uint32_t mapping =
        pp_profile_add_mapping(profile, map.start, map.end, map.offset,
                               pp_slice_of(path), pp_buffer_slice(&own_id));
    pp_buffer_release(&own_id);
    return mapping;
}

static uintptr_t own_function(void)
{
    return (uintptr_t)&_ZNK3BoxIiE3getEi;
}

enum { MEMORY_MAX = 64 << 20 };

static struct pp_source_names *names;

static const struct pp_function *function_of(const struct pp_profile *profile,
                                             uint32_t location)
{
    const struct pp_location *named = &profile->locations.items[location];
    if (named->line_count == 0)
        return NULL;
    assert_int_equal(named->line_count, 1);
    return &profile->functions
                .items[profile->lines.items[named->line_start].function];
}

static void check_text(const struct pp_profile *profile, pp_string string,
                       const char *wanted)
{
    assert_string_equal(pp_profile_text(profile, string).data, wanted);
}

/* ---- profiles ----------------------------------------------------------- */

static void test_own_function(void **state)
{
    struct pp_profile *profile = pp_profile_new(0);
    uint32_t mapping = add_mapping(profile, own_function(), NULL, NULL);
    (void)state;
    pp_profile_add_location(profile, mapping, own_function());
    pp_profile_add_location(profile, mapping, own_function() + 1);
    pp_profile_add_location(profile, PP_NONE, own_function());
    pp_source_name_profile(names, PP_SOURCE_NAMES, profile);
    const struct pp_function *function = function_of(profile, 0);
    assert_non_null(function);
    check_text(profile, function->name, "Box::get");
    check_text(profile, function->system_name, "_ZNK3BoxIiE3getEi");
    check_text(profile, function->filename, "");
    assert_ptr_equal(function_of(profile, 1), function);
    assert_null(function_of(profile, 2));
    assert_int_equal(profile->functions.count, 1);
    assert_true(profile->mappings.items[mapping].has_functions);
    assert_false(profile->mappings.items[mapping].has_filenames);
    pp_profile_free(profile);
}

/* Where one location stays without a name, the flag is not set; what has a
 * name already is left alone. */
static void test_some_named(void **state)
{
    struct pp_profile *profile = pp_profile_new(0);
    uint32_t mapping = add_mapping(profile, own_function(), NULL, NULL);
    uint64_t start = profile->mappings.items[mapping].start;
    uint32_t known = pp_profile_add_function(profile, pp_slice_literal("known"),
                                             pp_slice_literal("known"),
                                             pp_slice_literal(""), 0);
    struct pp_line line = {.function = known};
    (void)state;
    pp_profile_add_location(profile, mapping, own_function());
    pp_profile_set_lines(profile, 0, &line, 1);
    pp_source_name_profile(names, PP_SOURCE_NAMES, profile);
    assert_true(profile->mappings.items[mapping].has_functions);
    check_text(profile, function_of(profile, 0)->name, "known");

    profile->mappings.items[mapping].has_functions = false;
    pp_profile_add_location(profile, mapping, start - 4096);
    pp_source_name_profile(names, PP_SOURCE_NAMES, profile);
    assert_null(function_of(profile, 1));
    assert_false(profile->mappings.items[mapping].has_functions);
    pp_profile_free(profile);
}

static void test_libc(void **state)
{
    struct pp_profile *profile = pp_profile_new(0);
    uintptr_t address = (uintptr_t)dlsym(RTLD_NEXT, "a64l");
    uint32_t mapping = add_mapping(profile, address, NULL, NULL);
    (void)state;
    pp_profile_add_location(profile, mapping, address);
    pp_source_name_profile(names, PP_SOURCE_NAMES, profile);
    assert_non_null(function_of(profile, 0));
    check_text(profile, function_of(profile, 0)->name, "a64l");
    pp_profile_free(profile);
}

static void test_vdso(void **state)
{
    static const char *const paths[] = {"[vdso]", "linux-vdso.so.1"};
    void *vdso = dlopen("linux-vdso.so.1", RTLD_NOW | RTLD_NOLOAD);
    (void)state;
    if (!vdso)
        skip(); /* the kernel was told to do without */
    uintptr_t address = (uintptr_t)dlsym(vdso, "__vdso_gettimeofday");
    dlclose(vdso);
    assert_true(address != 0);
    for (int i = 0; i < 2; i++) {
        struct pp_profile *profile = pp_profile_new(0);
        uint32_t mapping = add_mapping(profile, address, paths[i], "");
        pp_profile_add_location(profile, mapping, address);
        pp_source_name_profile(names, PP_SOURCE_NAMES, profile);
        assert_non_null(function_of(profile, 0));
        assert_true(pp_slice_contains(
            pp_profile_text(profile, function_of(profile, 0)->name),
            pp_slice_literal("gettimeofday")));
        pp_profile_free(profile);
    }
}

/* ---- lines -------------------------------------------------------------- */

static struct pp_profile *profile_own_function(struct pp_source_names *own,
                                               enum pp_source_detail detail)
{
    struct pp_profile *profile = pp_profile_new(0);
    uint32_t mapping = add_mapping(profile, own_function(), NULL, NULL);
    pp_profile_add_location(profile, mapping, own_function());
    pp_source_name_profile(own, detail, profile);
    return profile;
}

static void test_lines(void **state)
{
    struct pp_profile *profile = profile_own_function(names, PP_SOURCE_LINES);
    const struct pp_function *function = function_of(profile, 0);
    (void)state;
    assert_int_equal(profile->comments.count, 0);
    assert_non_null(function);
    check_text(profile, function->name, "Box::get");
    check_text(profile, function->system_name, "_ZNK3BoxIiE3getEi");
    struct pp_slice file = pp_profile_text(profile, function->filename);
    assert_true(
        pp_slice_equal(pp_slice_base_name(file), pp_slice_literal("source.c")));
    assert_int_equal(function->start_line, OWN_LINE);
    assert_in_range(profile->lines.items[0].line, OWN_LINE, OWN_LINE + 2);
    assert_true(profile->mappings.items[0].has_functions);
    assert_true(profile->mappings.items[0].has_filenames);
    assert_true(profile->mappings.items[0].has_line_numbers);
    assert_true(profile->mappings.items[0].has_inline_frames);
    pp_profile_free(profile);
}

static void test_addresses_alone(void **state)
{
    struct pp_profile *profile =
        profile_own_function(names, PP_SOURCE_ADDRESSES);
    (void)state;
    assert_null(function_of(profile, 0));
    assert_int_equal(profile->functions.count, 0);
    pp_profile_free(profile);
}

/* No lines of a file rather than some, and words; what others hold that this
 * profile does not need goes first. */
static void test_memory(void **state)
{
    struct pp_source_names *small = pp_source_names_new(1 << 20);
    (void)state;
    assert_non_null(small);
    for (int i = 0; i < 2; i++) {
        struct pp_profile *profile =
            profile_own_function(small, PP_SOURCE_DEFAULT);
        assert_non_null(function_of(profile, 0));
        check_text(profile, function_of(profile, 0)->name, "Box::get");
        check_text(profile, function_of(profile, 0)->filename, "");
        assert_true(profile->mappings.items[0].has_functions);
        assert_false(profile->mappings.items[0].has_line_numbers);
        assert_int_equal(profile->comments.count, 1);
        assert_true(pp_slice_contains(
            pp_profile_text(profile, profile->comments.items[0]),
            pp_slice_literal(": no source lines: its debug information does "
                             "not fit PPROF_SYMBOLIZE_MEMORY")));
        pp_profile_free(profile);
    }
    pp_source_names_free(small);
}

/* ---- code in no file ---------------------------------------------------- */

/* Name an address that nothing is mapped at; the name, or "". */
static void name_jit(char *name, size_t size)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_location(profile, PP_NONE, 0x7001234);
    pp_source_name_profile(names, PP_SOURCE_DEFAULT, profile);
    const struct pp_function *function = function_of(profile, 0);
    snprintf(name, size, "%s",
             function ? pp_profile_text(profile, function->name).data : "");
    pp_profile_free(profile);
}

static void test_jit(void **state)
{
    char path[64], elsewhere[64], name[64];
    (void)state;
    snprintf(elsewhere, sizeof elsewhere, "/tmp/perf-%d.moved", (int)getpid());
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    FILE *map = fopen(path, "wx");
    assert_non_null(map);
    fputs("7001000 800 LazyCompile:*sum app.js:12\n", map);
    fclose(map);
    name_jit(name, sizeof name);
    assert_string_equal(name, "LazyCompile:*sum app.js:12");

    /* A link may have been set by anybody. */
    assert_int_equal(rename(path, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, path), 0);
    name_jit(name, sizeof name);
    unlink(path);
    unlink(elsewhere);
    assert_string_equal(name, "");
}

/* ---- files that are not those mapped ------------------------------------ */

static bool is_named_from(const char *path, const char *id)
{
    struct pp_profile *profile = pp_profile_new(0);
    uint32_t mapping = add_mapping(profile, own_function(), path, id);
    pp_profile_add_location(profile, mapping, own_function());
    pp_source_name_profile(names, PP_SOURCE_NAMES, profile);
    bool is_named = function_of(profile, 0) != NULL;
    assert_int_equal(profile->mappings.items[mapping].has_functions, is_named);
    pp_profile_free(profile);
    return is_named;
}

static void test_build_ids(void **state)
{
    (void)state;
    assert_true(is_named_from(NULL, NULL));
    assert_true(is_named_from(NULL, ""));
    assert_false(is_named_from(NULL, "abcdef"));
    /* The program's path is gone, or another file's: the kernel's link to it
     * serves, if the build id says so. */
    assert_true(is_named_from("/nonexistent", NULL));
    assert_true(is_named_from("/bin/sh", NULL));
    assert_false(is_named_from("/nonexistent/too", ""));
    assert_false(is_named_from("/etc/passwd", ""));
    assert_false(is_named_from("", ""));
    assert_false(is_named_from("/", ""));
}

/* What could not be opened may be there for the next profile. */
static void test_another_time(void **state)
{
    static const char path[] = "comes-later";
    char program[256];
    (void)state;
    snprintf(program, sizeof program, "/proc/%d/exe", (int)getpid());
    unlink(path);
    assert_false(is_named_from(path, ""));
    assert_int_equal(symlink(program, path), 0);
    bool is_named = is_named_from(path, "");
    unlink(path);
    assert_true(is_named);
}

/* Run a copy of this program that deletes itself first. */
static void test_deleted_program(void **state)
{
    char copy[] = "deleted-XXXXXX", command[256];
    (void)state;
    close(mkstemp(copy));
    snprintf(command, sizeof command, "cat /proc/%d/exe > %s; chmod +x %s",
             getpid(), copy, copy);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "./%s delete ./%s", copy, copy);
    int status = system(command);
    unlink(copy);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* 0 if the program, deleted, is named by its path as it was. */
static int be_deleted(const char *path)
{
    struct map map = find_map(own_function());
    names = pp_source_names_new(MEMORY_MAX);
    if (unlink(path) < 0)
        return 1;
    bool is_named = is_named_from(map.path, "");
    pp_source_names_free(names);
    return is_named ? 0 : 3;
}

/* ---- addresses ---------------------------------------------------------- */

static void check_address(uintptr_t address, const char *wanted)
{
    struct pp_buffer out = {0};
    pp_buffer_append_text(&out, "at ");
    bool found = pp_source_name_address(names, address, &out);
    assert_int_equal(found, wanted[0] != 0);
    assert_string_equal(out.data + 3, wanted);
    pp_buffer_release(&out);
}

static void test_addresses(void **state)
{
    int on_stack;
    (void)state;
    check_address(own_function(), "Box::get");
    check_address((uintptr_t)&test_addresses, "test_addresses");
    check_address((uintptr_t)dlsym(RTLD_NEXT, "a64l"), "a64l");
    check_address((uintptr_t)&on_stack, "");
    check_address(0, "");
    check_address(UINTPTR_MAX, "");
}

static int set_up(void **state)
{
    (void)state;
    names = pp_source_names_new(MEMORY_MAX);
    return names ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    pp_source_names_free(names);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_function),
        cmocka_unit_test(test_some_named),
        cmocka_unit_test(test_libc),
        cmocka_unit_test(test_vdso),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_addresses_alone),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_jit),
        cmocka_unit_test(test_build_ids),
        cmocka_unit_test(test_another_time),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_deleted_program),
    };
    if (argc == 3 && strcmp(argv[1], "delete") == 0)
        return be_deleted(argv[2]);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
