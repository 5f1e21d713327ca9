/* Names by address: made-up files of all kinds, damaged ones, and real ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "image.h"

#define FUNCTION ELF64_ST_INFO(STB_GLOBAL, STT_FUNC)
#define WEAK ELF64_ST_INFO(STB_WEAK, STT_FUNC)
#define LOCAL ELF64_ST_INFO(STB_LOCAL, STT_FUNC)
#define INDIRECT ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC)
#define LABEL ELF64_ST_INFO(STB_LOCAL, STT_NOTYPE)
#define OBJECT ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT)

static struct pp_symbols *open_image(struct image *image)
{
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    image_finish(image);
    int status = pp_symbols_open_image(image->bytes, sizeof image->bytes,
                                       &symbols, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, PP_OK);
    return symbols;
}

/* "" when there is no name. */
static void check_name(const struct pp_symbols *symbols, uint64_t address,
                       const char *wanted, uint64_t wanted_start)
{
    struct pp_slice name;
    uint64_t start;
    bool found = pp_symbols_find(symbols, address, &name, &start);
    assert_int_equal(found, wanted[0] != 0);
    if (!found)
        return;
    assert_string_equal(name.data, wanted);
    assert_int_equal(name.size, strlen(wanted));
    assert_int_equal(start, wanted_start);
    assert_true(pp_symbols_find(symbols, address, &name, NULL));
}

/* ---- which symbol ------------------------------------------------------- */

static void test_classes_and_byte_orders(void **state)
{
    static struct image image;
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        image_init(&image, kind & 1, kind & 2, ET_DYN);
        image_add_segment(&image, PT_LOAD, PF_R | PF_X, 0, 0, 0x20000, 0x20000);
        image_add_symbol(&image, "second", FUNCTION, 0x1100, 0x80);
        image_add_symbol(&image, "first", FUNCTION, 0x1000, 0x10);
        image_add_build_id(&image, "\x12\xab\xff");
        struct pp_symbols *symbols = open_image(&image);
        assert_int_equal(pp_symbols_count(symbols), 2);
        assert_string_equal(pp_symbols_build_id(symbols).data, "12abff");
        assert_true(pp_symbols_memory(symbols) > 0);
        check_name(symbols, 0xfff, "", 0);
        check_name(symbols, 0x1000, "first", 0x1000);
        check_name(symbols, 0x100f, "first", 0x1000);
        check_name(symbols, 0x1010, "", 0);
        check_name(symbols, 0x1100, "second", 0x1100);
        check_name(symbols, 0x117f, "second", 0x1100);
        check_name(symbols, 0x1180, "", 0);
        check_name(symbols, UINT64_MAX, "", 0);
        pp_symbols_free(symbols);
    }
}

static void test_best_alias(void **state)
{
    static struct image image;
    (void)state;
    image_init(&image, true, false, ET_DYN);
    image_add_symbol(&image, "aaa_local", LOCAL, 0x1000, 16);
    image_add_symbol(&image, "__global", FUNCTION, 0x1000, 16);
    image_add_symbol(&image, "global", FUNCTION, 0x1000, 0);
    image_add_symbol(&image, "aaa_weak", WEAK, 0x1000, 16);
    image_add_symbol(&image, "label", LABEL, 0x1000, 0);
    image_add_symbol(&image, "_b", WEAK, 0x2000, 16);
    image_add_symbol(&image, "a_local", LOCAL, 0x2000, 16);
    image_add_symbol(&image, "beta", LOCAL, 0x3000, 16);
    image_add_symbol(&image, "alpha", LOCAL, 0x3000, 16);
    image_add_symbol(&image, "data", OBJECT, 0x4000, 16);
    image_add_symbol(&image, "chooser", INDIRECT, 0x5000, 16);
    image_add_symbol(&image, "", FUNCTION, 0x6000, 16);
    struct pp_symbols *symbols = open_image(&image);
    check_name(symbols, 0x100f, "global", 0x1000);
    check_name(symbols, 0x1010, "", 0);
    check_name(symbols, 0x2000, "_b", 0x2000);
    check_name(symbols, 0x3000, "alpha", 0x3000);
    check_name(symbols, 0x4000, "", 0);
    check_name(symbols, 0x5000, "chooser", 0x5000);
    check_name(symbols, 0x6000, "", 0);
    pp_symbols_free(symbols);
}

/* What only old programs find is the last choice, but better than none. */
static void test_old_version_of_symtab(void **state)
{
    static struct image image;
    (void)state;
    image_init(&image, true, false, ET_DYN);
    image_add_symbol(&image, "cfree@GLIBC_2.2.5", FUNCTION, 0x1000, 16);
    image_add_symbol(&image, "zfree", FUNCTION, 0x1000, 16);
    image_add_symbol(&image, "alone@GLIBC_2.2.5", FUNCTION, 0x2000, 16);
    image_add_symbol(&image, "label", LABEL, 0x2000, 16);
    image_add_symbol(&image, "new@@GLIBC_2.34", FUNCTION, 0x3000, 16);
    image_add_symbol(&image, "a_local", LOCAL, 0x3000, 16);
    struct pp_symbols *symbols = open_image(&image);
    check_name(symbols, 0x1000, "zfree", 0x1000);
    check_name(symbols, 0x2000, "alone@GLIBC_2.2.5", 0x2000);
    check_name(symbols, 0x3000, "new@@GLIBC_2.34", 0x3000);
    pp_symbols_free(symbols);
}

/* Make the symbol table the dynamic one, with versions, which stand in the
 * place of the names of sections. */
static void put_versions(struct image *image, const uint16_t *versions)
{
    size_t symbols_at =
        IMAGE_SECTIONS_AT + IMAGE_SYMTAB * IMAGE_SIZEOF(image, Shdr);
    size_t versions_at =
        IMAGE_SECTIONS_AT + IMAGE_NAMES * IMAGE_SIZEOF(image, Shdr);
    IMAGE_PUT(image, symbols_at, Shdr, sh_type, SHT_DYNSYM);
    IMAGE_PUT(image, symbols_at, Shdr, sh_link, IMAGE_STRTAB);
    IMAGE_PUT(image, versions_at, Shdr, sh_type, SHT_GNU_versym);
    IMAGE_PUT(image, versions_at, Shdr, sh_link, IMAGE_SYMTAB);
    IMAGE_PUT(image, versions_at, Shdr, sh_size, 2 * image->symbol_count);
    for (uint32_t i = 0; i < image->symbol_count; i++)
        image_put(image, IMAGE_NAMES_AT + 2 * i, 2, versions[i]);
}

static void test_old_version_of_dynsym(void **state)
{
    static struct image image;
    struct pp_symbols *symbols;
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        image_init(&image, kind & 1, kind & 2, ET_DYN);
        image_add_symbol(&image, "cfree", FUNCTION, 0x1000, 16);
        image_add_symbol(&image, "free", FUNCTION, 0x1000, 16);
        image_finish(&image);
        put_versions(&image, (uint16_t[]){0, 0x8002, 2});
        assert_int_equal(pp_symbols_open_image(image.bytes, sizeof image.bytes,
                                               &symbols, NULL),
                         PP_OK);
        check_name(symbols, 0x1000, "free", 0x1000);
        pp_symbols_free(symbols);
    }
}

/* A symbol without size goes on to the next, or to its section's end. */
static void test_symbols_without_size(void **state)
{
    static struct image image;
    (void)state;
    image_init(&image, true, false, ET_DYN);
    image.text_size = 0x1000;
    image_add_symbol(&image, "one", FUNCTION, 0x1000, 0);
    image_add_symbol(&image, "two", FUNCTION, 0x1800, 0);
    struct pp_symbols *symbols = open_image(&image);
    check_name(symbols, 0x17ff, "one", 0x1000);
    check_name(symbols, 0x1fff, "two", 0x1800);
    check_name(symbols, 0x2000, "", 0);
    pp_symbols_free(symbols);
}

static void test_nested_symbols(void **state)
{
    static struct image image;
    (void)state;
    image_init(&image, true, false, ET_DYN);
    image_add_symbol(&image, "outer", FUNCTION, 0x1000, 0x1000);
    image_add_symbol(&image, "inner", FUNCTION, 0x1100, 0x100);
    image_add_symbol(&image, "crossing", FUNCTION, 0x1180, 0x100);
    image_add_symbol(&image, "label_inside", LABEL, 0x1500, 0);
    image_add_symbol(&image, "label_outside", LABEL, 0x3000, 0);
    struct pp_symbols *symbols = open_image(&image);
    check_name(symbols, 0x10ff, "outer", 0x1000);
    check_name(symbols, 0x1100, "inner", 0x1100);
    check_name(symbols, 0x11ff, "crossing", 0x1180);
    check_name(symbols, 0x127f, "crossing", 0x1180);
    check_name(symbols, 0x1280, "outer", 0x1000);
    check_name(symbols, 0x1500, "outer", 0x1000);
    check_name(symbols, 0x1fff, "outer", 0x1000);
    check_name(symbols, 0x2000, "", 0);
    check_name(symbols, 0x3001, "label_outside", 0x3000);
    pp_symbols_free(symbols);
}

static void test_thumb_bit(void **state)
{
    static struct image image;
    (void)state;
    image_init(&image, false, false, ET_DYN);
    image.machine = EM_ARM;
    image_add_symbol(&image, "thumb", FUNCTION, 0x1001, 16);
    struct pp_symbols *symbols = open_image(&image);
    check_name(symbols, 0x1000, "thumb", 0x1000);
    pp_symbols_free(symbols);
}

/* ---- files that are not what they should be ----------------------------- */

static void check_refused(const void *bytes, size_t size, const char *wanted)
{
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    assert_int_equal(pp_symbols_open_image(bytes, size, &symbols, &err),
                     PP_E_FORMAT);
    assert_null(symbols);
    assert_non_null(strstr(err.text, wanted));
}

static void test_refused(void **state)
{
    static struct image image;
    (void)state;
    image_init(&image, true, false, ET_DYN);
    image_finish(&image);
    check_refused("", 0, "end of file");
    check_refused("#!/bin/sh\nexit 1\n", 17, "is a script, not an ELF file");
    check_refused(image.bytes, 63, "end of file");
    image.bytes[EI_CLASS] = 9;
    check_refused(image.bytes, sizeof image.bytes, "class 9");
}

/* Everything that the damaged file still says may be asked for. */
static void exercise(const void *bytes, size_t size)
{
    struct pp_symbols *symbols;
    struct pp_slice name;
    uint64_t base;
    if (pp_symbols_open_image(bytes, size, &symbols, NULL) < 0) {
        assert_null(symbols);
        return;
    }
    for (uint64_t address = 0; address < 0x20000; address += 0x180)
        if (pp_symbols_find(symbols, address, &name, NULL))
            assert_int_equal(strlen(name.data), name.size);
    pp_symbols_base(symbols, 0x7000000, 0x7010000, 0x1000, 0x7000123, &base,
                    NULL);
    pp_symbols_free(symbols);
}

static void make_full_image(struct image *image, bool is_64)
{
    image_init(image, is_64, false, ET_DYN);
    image_add_segment(image, PT_LOAD, PF_R | PF_X, 0, 0, 0x11000, 0x11000);
    image_add_build_id(image, "0123456789abcdefghij");
    for (int i = 0; i < 40; i++) {
        char name[32];
        snprintf(name, sizeof name, "function_%d", i);
        image_add_symbol(image, name, FUNCTION, 0x1000 + (uint64_t)i * 0x180,
                         i % 3 ? 0x100 : 0);
    }
    image_finish(image);
}

static void test_truncated(void **state)
{
    static struct image image;
    (void)state;
    make_full_image(&image, true);
    for (size_t size = 0; size < IMAGE_SYMTAB_AT + 1200; size += 7)
        exercise(image.bytes, size);
}

/* Headers, tables and names with bytes changed at random. */
static void test_damaged(void **state)
{
    static struct image image, damaged;
    uint64_t random = 1;
    (void)state;
    for (int round = 0; round < 6000; round++) {
        if (round % 3000 == 0)
            make_full_image(&image, round == 0);
        damaged = image;
        for (int change = 0; change < 1 + round % 8; change++) {
            random = pp_hash_u64(random + 1);
            size_t at = random % (IMAGE_SYMTAB_AT + 1024);
            if (round % 2) /* the headers are where it hurts */
                at = random % 2 ? random % 256
                                : IMAGE_SECTIONS_AT + random % 320;
            damaged.bytes[at] =
                random >> 61 ? (unsigned char)(random >> 32) : 0xff;
        }
        exercise(damaged.bytes, sizeof damaged.bytes);
    }
}

static void check_no_file(const char *path, const char *wanted)
{
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    assert_true(pp_symbols_open(path, &symbols, &err) < 0);
    assert_null(symbols);
    assert_non_null(strstr(err.text, wanted));
}

static void test_no_file(void **state)
{
    char path[] = "symbols-XXXXXX";
    (void)state;
    check_no_file("/nonexistent", "open /nonexistent: no such file");
    check_no_file("/", "not a regular file");
    assert_int_equal(close(mkstemp(path)), 0);
    check_no_file(path, "end of file");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    check_no_file(path, "not a regular file");
    unlink(path);
}

/* ---- real files --------------------------------------------------------- */

extern const char __executable_start; /* the linker's */

static void test_this_program(void **state)
{
    struct pp_symbols *symbols;
    struct pp_slice name;
    (void)state;
    assert_int_equal(pp_symbols_open("/proc/self/exe", &symbols, NULL), PP_OK);
    assert_true(pp_symbols_count(symbols) > 20);
    uint64_t address =
        (uintptr_t)&test_this_program - (uintptr_t)&__executable_start;
    assert_true(pp_symbols_find(symbols, address, &name, NULL));
    assert_string_equal(name.data, "test_this_program");
    pp_symbols_free(symbols);
}

/* Where the kernel put the vDSO; 0 when it was told to do without. */
static size_t find_vdso(unsigned long *start)
{
    char line[512];
    unsigned long end = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    *start = 0;
    while (end == 0 && fgets(line, sizeof line, maps))
        if (strstr(line, "[vdso]"))
            assert_int_equal(sscanf(line, "%lx-%lx", start, &end), 2);
    fclose(maps);
    return end - *start;
}

static void test_vdso(void **state)
{
    struct pp_symbols *symbols;
    struct pp_slice name;
    unsigned long start;
    size_t size = find_vdso(&start);
    bool found = false;
    (void)state;
    if (size == 0)
        skip();
    assert_int_equal(
        pp_symbols_open_image((const void *)start, size, &symbols, NULL),
        PP_OK);
    for (uint64_t address = 0; address < size && !found; address += 16)
        found = pp_symbols_find(symbols, address, &name, NULL) &&
                strstr(name.data, "gettimeofday");
    assert_true(found);
    pp_symbols_free(symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes_and_byte_orders),
        cmocka_unit_test(test_best_alias),
        cmocka_unit_test(test_old_version_of_symtab),
        cmocka_unit_test(test_old_version_of_dynsym),
        cmocka_unit_test(test_symbols_without_size),
        cmocka_unit_test(test_nested_symbols),
        cmocka_unit_test(test_thumb_bit),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_this_program),
        cmocka_unit_test(test_vdso),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
