/* Open files: sections as they are in all their packings, in both ways of
 * reading; files of other machines; what is refused. The samples are made by
 * make_samples.sh: object FOLDER. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <elf.h>
#include <gnu/libc-version.h>

#include "object/object.h"
#include "os/os.h"

static const struct pp_object_options copied = {.copied = true};
static const struct pp_object_options *const both[] = {NULL, &copied};

static const char *folder;

/* The path of a sample, valid until the next call but one. */
static const char *sample(const char *name)
{
    static char paths[2][4096];
    static int turn;
    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", folder, name);
    return paths[turn];
}

static struct pp_object *open_sample(const char *name,
                                     const struct pp_object_options *options)
{
    struct pp_object *object;
    struct pp_error err = {0};
    if (pp_object_open(sample(name), options, &object, &err) < 0)
        fail_msg("%s", err.text);
    return object;
}

static struct pp_slice section(struct pp_object *object, const char *name)
{
    struct pp_slice bytes;
    bool is_there = pp_object_section(object, name, &bytes, NULL);
    assert_int_equal(is_there, bytes.size > 0);
    return bytes;
}

/* ---- sections ----------------------------------------------------------- */

static const char *const debug_sections[] = {
    ".debug_info",     ".debug_abbrev", ".debug_line", ".debug_str",
    ".debug_line_str", ".no_such",      NULL,
};

static void check_same_sections(struct pp_object *full, struct pp_object *other)
{
    for (int i = 0; debug_sections[i]; i++) {
        struct pp_slice wanted = section(full, debug_sections[i]);
        struct pp_slice bytes = section(other, debug_sections[i]);
        assert_true(pp_slice_equal(bytes, wanted));
        /* Read once. */
        assert_ptr_equal(section(other, debug_sections[i]).data, bytes.data);
    }
}

static void test_compressed(void **state)
{
    static const char *const packings[] = {"full", "zlib", "gnu", "zstd"};
    (void)state;
    struct pp_object *full = open_sample("full", NULL);
    assert_true(section(full, ".debug_info").size > 100);
    for (int i = 0; i < 16; i++) {
        struct pp_object *other = open_sample(packings[i / 4], both[i % 2]);
        if (i & 2)
            pp_object_prepare(other, debug_sections);
        check_same_sections(full, other);
        pp_object_free(other);
    }
    pp_object_free(full);
}

static void test_addresses(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pp_object *object = open_sample("full", both[i]);
        struct pp_slice text, loaded, again;
        uint64_t address, begin;
        assert_true(pp_object_section(object, ".text", &text, &address));
        assert_true(pp_object_bytes(object, address + 1, &loaded));
        assert_true(loaded.size >= text.size - 1);
        assert_memory_equal(loaded.data, text.data + 1, text.size - 1);
        assert_true(pp_object_bytes(object, address + 1, &again));
        assert_ptr_equal(again.data, loaded.data);
        assert_false(pp_object_bytes(object, UINT64_MAX, &again));
        assert_true(pp_object_loaded(object, 0, &loaded, &begin));
        assert_int_equal(begin, 0);
        assert_memory_equal(loaded.data, ELFMAG, SELFMAG);
        assert_false(pp_object_loaded(object, 99, &loaded, &begin));
        pp_object_free(object);
    }
}

/* A debug file says where the sections were, but has not their bytes. */
static void test_absent_bytes(void **state)
{
    (void)state;
    struct pp_object *object = open_sample("full.debug", NULL);
    assert_int_equal(section(object, ".text").size, 0);
    assert_true(section(object, ".debug_info").size > 0);
    pp_object_free(object);
}

/* ---- limits ------------------------------------------------------------- */

static void read_sample(const char *name, struct pp_buffer *bytes)
{
    *bytes = (struct pp_buffer){0};
    assert_int_equal(pp_os_read_file(sample(name), bytes), 0);
}

/* The header of compressed .debug_info inside of a file's bytes. */
static Elf64_Chdr *find_header(struct pp_buffer *bytes)
{
    Elf64_Ehdr *header = (void *)bytes->data;
    Elf64_Shdr *sections = (void *)(bytes->data + header->e_shoff);
    const char *names = bytes->data + sections[header->e_shstrndx].sh_offset;
    for (int i = 0; i < header->e_shnum; i++)
        if (strcmp(names + sections[i].sh_name, ".debug_info") == 0)
            return (void *)(bytes->data + sections[i].sh_offset);
    fail();
    return NULL;
}

static bool has_info(const struct pp_buffer *bytes,
                     const struct pp_object_options *options)
{
    struct pp_object *object;
    struct pp_slice info;
    assert_int_equal(
        pp_object_open_image(bytes->data, bytes->size, options, &object, NULL),
        PP_OK);
    bool found = pp_object_section(object, ".debug_info", &info, NULL);
    assert_true(pp_object_memory(object) < 64 << 20);
    pp_object_free(object);
    return found;
}

static void test_false_claims(void **state)
{
    static const char *const packings[] = {"zlib", "zstd"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pp_buffer bytes;
        read_sample(packings[i], &bytes);
        Elf64_Chdr *header = find_header(&bytes);
        const Elf64_Chdr good = *header;
        const uint64_t sizes[] = {0,
                                  1,
                                  good.ch_size - 1,
                                  good.ch_size + 1,
                                  1 << 25,
                                  (uint64_t)1 << 60,
                                  UINT64_MAX};
        assert_true(has_info(&bytes, NULL));
        for (size_t at = 0; at < sizeof sizes / sizeof *sizes; at++) {
            header->ch_size = sizes[at];
            assert_false(has_info(&bytes, NULL));
        }
        header->ch_size = good.ch_size;
        header->ch_type = 77;
        assert_false(has_info(&bytes, NULL));
        header->ch_type = good.ch_type;
        ((uint8_t *)(header + 1))[9] ^= 0x55;
        assert_false(has_info(&bytes, NULL));
        pp_buffer_release(&bytes);
    }
}

/* The C library has more than a megabyte of code. */
static void test_memory_limit(void **state)
{
    const struct pp_object_options little = {.copied = true,
                                             .memory_max = 300 << 10};
    struct pp_object *object;
    Dl_info library;
    (void)state;
    assert_true(dladdr((void *)gnu_get_libc_version, &library));
    assert_int_equal(pp_object_open(library.dli_fname, &little, &object, NULL),
                     PP_OK);
    assert_int_equal(section(object, ".text").size, 0);
    assert_true(pp_object_memory(object) <= little.memory_max);
    pp_object_free(object);
}

/* ---- a file that is cut short ------------------------------------------- */

static void copy_sample(const char *name, const char *to)
{
    struct pp_buffer bytes;
    read_sample(name, &bytes);
    FILE *file = fopen(to, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    fclose(file);
    pp_buffer_release(&bytes);
}

static void test_truncated_while_open(void **state)
{
    static const char path[] = "truncated-object";
    struct pp_slice text;
    uint64_t address;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pp_object *object;
        copy_sample("zlib", path);
        assert_int_equal(pp_object_open(path, both[i], &object, NULL), PP_OK);
        assert_int_equal(truncate(path, 0), 0);
        /* Zeros, or nothing, but no signal. */
        pp_object_prepare(object, debug_sections);
        assert_int_equal(section(object, ".debug_info").size, 0);
        if (pp_object_loaded(object, 1, &text, &address))
            for (size_t at = 0; at < text.size; at++)
                assert_int_equal(text.data[at], 0);
        pp_object_free(object);
    }
    unlink(path);
}

/* What was read of a file stays when it is closed. */
static void test_closed_file(void **state)
{
    struct pp_object *object = open_sample("full", &copied);
    struct pp_slice line = section(object, ".debug_line"), late;
    int fd_beside = dup(STDIN_FILENO);
    (void)state;
    pp_object_close_file(object);
    int fd_freed = dup(STDIN_FILENO);
    assert_true(fd_freed < fd_beside);
    assert_true(line.size > 0 && memchr(line.data, 0, line.size) != NULL);
    assert_false(pp_object_section(object, ".debug_info", &late, NULL));
    close(fd_beside);
    close(fd_freed);
    pp_object_free(object);
}

/* Split debug information is a file for each source file. */
static void test_many_at_once(void **state)
{
    enum { COUNT = 2000 };
    static struct pp_object *objects[COUNT];
    (void)state;
    for (int i = 0; i < COUNT; i++)
        objects[i] = open_sample("full.debug", NULL);
    for (int i = COUNT; i-- > 0;) {
        assert_true(section(objects[i], ".debug_info").size > 0);
        pp_object_free(objects[i]);
    }
}

/* ---- other machines ----------------------------------------------------- */

static void test_machines(void **state)
{
    static const struct {
        const char *name;
        uint16_t machine;
        bool is_64, is_big;
    } rows[] = {
        {"mips.o", EM_MIPS, false, true},
        {"powerpc64.o", EM_PPC64, true, true},
        {"s390x.o", EM_S390, true, true},
        {"i386.o", EM_386, false, false},
        {"arm.o", EM_ARM, false, false},
        {"aarch64.o", EM_AARCH64, true, false},
        {"riscv64.o", EM_RISCV, true, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pp_object *object = open_sample(rows[i].name, NULL);
        struct pp_symbols *symbols;
        struct pp_listed_symbol symbol;
        bool is_found = false;
        assert_int_equal(pp_object_machine(object), rows[i].machine);
        assert_int_equal(pp_object_is_64(object), rows[i].is_64);
        assert_int_equal(pp_object_is_swapped(object), rows[i].is_big);
        assert_true(section(object, ".debug_info").size > 0);
        assert_int_equal(pp_symbols_open_object(object, NULL, &symbols, NULL),
                         PP_OK);
        for (uint32_t at = 0; pp_symbols_at(symbols, at, &symbol); at++) {
            is_found |=
                pp_slice_equal(symbol.name, pp_slice_literal("visible"));
            assert_int_not_equal(symbol.name.data[0], '$');
        }
        assert_true(is_found);
        pp_symbols_free(symbols);
        pp_object_free(object);
    }
}

/* ---- what is no ELF file ------------------------------------------------ */

static void check_refused(const char *start, size_t size, const char *wanted)
{
    char bytes[64] = {0};
    struct pp_object *object;
    struct pp_error err = {0};
    memcpy(bytes, start, size);
    assert_int_equal(
        pp_object_open_image(bytes, sizeof bytes, NULL, &object, &err),
        PP_E_FORMAT);
    assert_null(object);
    assert_non_null(strstr(err.text, wanted));
}

static void test_foreign(void **state)
{
    static const struct {
        const char *wanted;
        size_t size;
        const char *start;
    } rows[] = {
        {"Mach-O program", 4, "\xfe\xed\xfa\xce"},
        {"Mach-O program", 4, "\xfe\xed\xfa\xcf"},
        {"Mach-O program", 4, "\xce\xfa\xed\xfe"},
        {"Mach-O program", 4, "\xcf\xfa\xed\xfe"},
        {"Mach-O universal", 8, "\xca\xfe\xba\xbe\0\0\0\2"},
        {"Mach-O universal", 4, "\xca\xfe\xba\xbf"},
        {"Java class", 8, "\xca\xfe\xba\xbe\0\0\0\x37"},
        {"PE/COFF", 2, "MZ"},
        {"archive", 8, "!<arch>\n"},
        {"archive", 8, "!<thin>\n"},
        {"bitcode", 4, "BC\xc0\xde"},
        {"WebAssembly", 4, "\0asm"},
        {"gzip", 2, "\x1f\x8b"},
        {"a script", 2, "#!"},
        {"unrecognized binary format", 4, "abcd"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_refused(rows[i].start, rows[i].size, rows[i].wanted);
}

static void test_core_dump(void **state)
{
    Elf64_Ehdr header = {.e_ident = ELFMAG, .e_type = ET_CORE};
    (void)state;
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    check_refused((const char *)&header, sizeof header, "core dump");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compressed),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_absent_bytes),
        cmocka_unit_test(test_false_claims),
        cmocka_unit_test(test_memory_limit),
        cmocka_unit_test(test_truncated_while_open),
        cmocka_unit_test(test_closed_file),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_machines),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_core_dump),
    };
    if (argc != 2)
        return 2;
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
