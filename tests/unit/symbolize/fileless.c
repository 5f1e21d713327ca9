/* Names for code of no file: our own vDSO and kernel, and a map as a JIT
 * compiler leaves it for perf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cmocka.h>

#include "symbolize/fileless.h"
#include "symbolize/vdso.h"

enum { START = 0x10000, LIMIT = 0x20000 };

static struct pp_profile *profile_of(uint64_t start, const char *file,
                                     struct pp_slice id)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_mapping(profile, start, start + LIMIT - START, 0,
                           pp_slice_of(file), id);
    return profile;
}

/* The name at an address of the only mapping, "" when there is none. The
 * profile is freed. */
static const char *name_at(struct pp_profile *profile, uint64_t address)
{
    static char text[256];
    struct pp_fileless fileless = {.profile = profile};
    struct pp_slice name = {0};
    uint64_t base = 0;
    const struct pp_symbols *symbols =
        pp_fileless_find(&fileless, &profile->mappings.items[0], &base);
    if (!symbols || !pp_symbols_find(symbols, address - base, &name, NULL))
        name = (struct pp_slice){0};
    snprintf(text, sizeof text, PP_SLICE_FORMAT, PP_SLICE_ARGS(name));
    pp_fileless_release(&fileless);
    pp_profile_free(profile);
    return text;
}

/* ---- the vDSO ----------------------------------------------------------- */

static uint64_t find_in_vdso(const struct pp_symbols *symbols,
                             const char *wanted)
{
    struct pp_slice name;
    for (uint64_t address = 0; address < LIMIT - START; address++)
        if (pp_symbols_find(symbols, address, &name, NULL) &&
            pp_slice_equal(name, pp_slice_of(wanted)))
            return address;
    return 0;
}

static void test_vdso(void **state)
{
    static const char wanted[] = "__vdso_gettimeofday";
    struct pp_symbols *symbols = pp_vdso_open();
    (void)state;
    if (!symbols) /* the kernel was told to give none */
        skip();
    uint64_t address = find_in_vdso(symbols, wanted);
    struct pp_slice id = pp_symbols_build_id(symbols);
    assert_int_not_equal(address, 0);
    assert_string_equal(
        name_at(profile_of(START, "[vdso]", id), START + address), wanted);
    assert_string_equal(
        name_at(profile_of(START, "linux-vdso.so.1", id), START + address),
        wanted);
    /* Not without proof. */
    assert_string_equal(
        name_at(profile_of(START, "[vdso]", pp_slice_literal("abcd")),
                START + address),
        "");
    assert_string_equal(
        name_at(profile_of(START, "[vdso]", (struct pp_slice){0}),
                START + address),
        "");
    pp_symbols_free(symbols);
}

/* ---- the kernel --------------------------------------------------------- */

/* Notes as /sys/kernel/notes has them. */
static void test_kernel_notes(void **state)
{
    static const uint32_t notes[] = {
        4, 4, 1, 0x554e47, 0,                  /* the ABI */
        4, 6, 3, 0x554e47, 0xddccbbaa, 0xffee, /* GNU's build id */
    };
    struct pp_slice bytes = {(const char *)notes, sizeof notes};
    struct pp_buffer id = {0};
    (void)state;
    pp_object_build_id_of_notes(bytes, &id);
    assert_string_equal(id.data, "aabbccddeeff");
    /* Cut short. */
    pp_buffer_clear(&id);
    bytes.size -= 4;
    pp_object_build_id_of_notes(bytes, &id);
    assert_int_equal(id.size, 0);
    pp_buffer_release(&id);
}

/* Of another one, or who knows. */
static void test_other_kernel(void **state)
{
    static const char *const ids[] = {"", "0123456789abcdef"};
    const uint64_t text = 0xffffffff81000000;
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_string_equal(name_at(profile_of(text, "[kernel.kallsyms]_text",
                                               pp_slice_of(ids[i])),
                                    text + 0x1000),
                            "");
}

/* ---- JIT compilers ------------------------------------------------------ */

static void write_map(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("10000 100 first()\n10100 80 LazyCompile:~second /a b.js:1\n", file);
    fclose(file);
}

static void label_pid(struct pp_profile *profile, int64_t pid)
{
    int64_t value = 1;
    pp_profile_add_sample(profile, NULL, 0, &value);
    struct pp_label label = {
        .key = pp_profile_add_string(profile, pp_slice_literal("pid")),
        .number = pid,
    };
    assert_int_equal(pp_profile_add_label(profile, label), PP_OK);
}

static void test_jit(void **state)
{
    static const char *const files[] = {"//anon", "[anon:js]",
                                        "/memfd:jit (deleted)"};
    char path[64], other[128];
    (void)state;
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    write_map(path);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct pp_profile *profile =
            profile_of(START, files[i], (struct pp_slice){0});
        label_pid(profile, getpid());
        label_pid(profile, getpid());
        assert_string_equal(name_at(profile, START + 0x104),
                            "LazyCompile:~second /a b.js:1");
    }
    /* As perf names it. */
    assert_string_equal(
        name_at(profile_of(START, path, (struct pp_slice){0}), START),
        "first()");
    snprintf(other, sizeof other, "%s.old", path);
    assert_string_equal(
        name_at(profile_of(START, other, (struct pp_slice){0}), START), "");
    /* Nobody says whose code it is, or several do. */
    assert_string_equal(
        name_at(profile_of(START, "//anon", (struct pp_slice){0}), START), "");
    struct pp_profile *several =
        profile_of(START, "//anon", (struct pp_slice){0});
    label_pid(several, getpid());
    label_pid(several, 1);
    assert_string_equal(name_at(several, START), "");
    unlink(path);
}

/* The directory is everybody's. */
static void test_map_behind_a_link(void **state)
{
    char path[64], target[] = "map-XXXXXX";
    (void)state;
    close(mkstemp(target));
    write_map(target);
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    assert_int_equal(symlink(target, path), 0);
    assert_string_equal(
        name_at(profile_of(START, path, (struct pp_slice){0}), START), "");
    unlink(path);
    unlink(target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vdso),
        cmocka_unit_test(test_kernel_notes),
        cmocka_unit_test(test_other_kernel),
        cmocka_unit_test(test_jit),
        cmocka_unit_test(test_map_behind_a_link),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
