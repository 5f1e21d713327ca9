/* Names of PLT stubs: of real files, and of each machine by code written out.
 * The samples are made by make_samples.sh: plt FOLDER. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include <elf.h>

#include "object/object.h"

static const char *folder;

/* ---- made up ------------------------------------------------------------ */

enum {
    SYMBOLS_AT = 0x200,
    STRINGS_AT = 0x300,
    RELOCATIONS_AT = 0x400,
    STUBS_AT = 0x500,
    NAMES_AT = 0x600,
    HEADERS_AT = 0x700,
    FILE_SIZE = 0xa00,
    STUBS_ADDRESS = 0x10000,
    SLOT_ADDRESS = 0x20008, /* the second slot; names are "alpha", "beta" */
};

static const char section_names[] = "\0.dynsym\0.dynstr\0.rel\0.plt\0.got.plt";

/* Everything in the class of the macro's argument, which differs in nothing
 * but the types. */
#define DEFINE_MAKE(bits, relocation_type, has_addend)                         \
    static void make_##bits(uint8_t file[FILE_SIZE], uint16_t machine,         \
                            uint32_t relocation, const uint8_t *stubs,         \
                            size_t size, size_t stub_size)                     \
    {                                                                          \
        memset(file, 0, FILE_SIZE);                                            \
        Elf##bits##_Ehdr *header = (void *)file;                               \
        Elf##bits##_Sym *symbols = (void *)(file + SYMBOLS_AT);                \
        Elf##bits##_##relocation_type *slots =                                 \
            (void *)(file + RELOCATIONS_AT);                                   \
        Elf##bits##_Shdr *sections = (void *)(file + HEADERS_AT);              \
        memcpy(file, ELFMAG, SELFMAG);                                         \
        file[EI_CLASS] = ELFCLASS##bits;                                       \
        file[EI_DATA] = ELFDATA2LSB;                                           \
        header->e_type = ET_DYN;                                               \
        header->e_machine = machine;                                           \
        header->e_shoff = HEADERS_AT;                                          \
        header->e_shnum = 6;                                                   \
        header->e_shstrndx = 1;                                                \
        memcpy(file + STRINGS_AT, "\0alpha\0beta", 12);                        \
        symbols[1].st_name = 1;                                                \
        symbols[2].st_name = 7;                                                \
        for (unsigned i = 0; i < 2; i++) {                                     \
            slots[i].r_offset = SLOT_ADDRESS + i * (bits / 8);                 \
            slots[i].r_info = ELF##bits##_R_INFO(i + 1, relocation);           \
        }                                                                      \
        memcpy(file + STUBS_AT, stubs, size);                                  \
        memcpy(file + NAMES_AT, section_names, sizeof section_names);          \
        sections[1] = (Elf##bits##_Shdr){                                      \
            .sh_type = SHT_STRTAB, .sh_offset = NAMES_AT, .sh_size = 64};      \
        sections[2] = (Elf##bits##_Shdr){.sh_name = 1,                         \
                                         .sh_type = SHT_DYNSYM,                \
                                         .sh_offset = SYMBOLS_AT,              \
                                         .sh_size = 3 * sizeof *symbols,       \
                                         .sh_link = 3};                        \
        sections[3] = (Elf##bits##_Shdr){.sh_name = 9,                         \
                                         .sh_type = SHT_STRTAB,                \
                                         .sh_offset = STRINGS_AT,              \
                                         .sh_size = 12};                       \
        sections[4] =                                                          \
            (Elf##bits##_Shdr){.sh_name = 17,                                  \
                               .sh_type = has_addend ? SHT_RELA : SHT_REL,     \
                               .sh_offset = RELOCATIONS_AT,                    \
                               .sh_size = 2 * sizeof *slots,                   \
                               .sh_link = 2};                                  \
        sections[5] = (Elf##bits##_Shdr){.sh_name = 22,                        \
                                         .sh_type = SHT_PROGBITS,              \
                                         .sh_flags = SHF_EXECINSTR,            \
                                         .sh_addr = STUBS_ADDRESS,             \
                                         .sh_offset = STUBS_AT,                \
                                         .sh_size = size,                      \
                                         .sh_entsize = stub_size};             \
    }
DEFINE_MAKE(32, Rel, false)
DEFINE_MAKE(64, Rela, true)

/* ---- checking ----------------------------------------------------------- */

static void check_name(const struct pp_symbols *symbols, uint64_t address,
                       const char *wanted)
{
    struct pp_slice name = {0};
    bool is_found = pp_symbols_find(symbols, address, &name, NULL);
    assert_int_equal(is_found, wanted[0] != 0);
    if (is_found)
        assert_string_equal(name.data, wanted);
}

static struct pp_symbols *open_image(const uint8_t *file)
{
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    if (pp_symbols_open_image(file, FILE_SIZE, &symbols, &err) < 0)
        fail_msg("%s", err.text);
    return symbols;
}

/* A lazy stub without ENDBR, the one for an unknown slot, one with both ENDBR
 * and BND. */
static void test_x86_64(void **state)
{
    static const uint8_t stubs[] = {
        0xff, 0x25, 0x02, 0,    1,    0, /* jmp *0x10002(%rip): 0x20008 */
        0x68, 0,    0,    0,    0,    0xe9, 0,    0,    0, 0, 0xff,
        0x25, 0xff, 0,    1,    0, /* a slot that nothing fills */
        0x68, 0,    0,    0,    0,    0xe9, 0,    0,    0, 0, 0xf3,
        0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 0xe5, 0xff, 0, 0, /* jmp
                                                                 *0xffe5(%rip):
                                                                 0x20010 */
        0,    0,    0,    0,    0,
    };
    uint8_t file[FILE_SIZE] __attribute__((aligned(8)));
    (void)state;
    make_64(file, EM_X86_64, R_X86_64_JUMP_SLOT, stubs, sizeof stubs, 16);
    struct pp_symbols *symbols = open_image(file);
    check_name(symbols, STUBS_ADDRESS, "alpha@plt");
    check_name(symbols, STUBS_ADDRESS + 15, "alpha@plt");
    check_name(symbols, STUBS_ADDRESS + 16, "");
    check_name(symbols, STUBS_ADDRESS + 32, "beta@plt");
    check_name(symbols, STUBS_ADDRESS + 48, "");
    pp_symbols_free(symbols);
}

static void test_i386(void **state)
{
    static const uint8_t stubs[] = {
        0xff, 0x25, 0x08, 0,    2,    0, /* jmp *0x20008 */
        0x68, 0,    0,    0,    0,    0xe9, 0,    0, 0, 0,
        0xf3, 0x0f, 0x1e, 0xfb, 0xff, 0x25, 0x0c, 0, 2, 0, /* behind ENDBR */
        0,    0,    0,    0,    0,    0,
    };
    uint8_t file[FILE_SIZE] __attribute__((aligned(8)));
    (void)state;
    make_32(file, EM_386, R_386_JMP_SLOT, stubs, sizeof stubs, 16);
    struct pp_symbols *symbols = open_image(file);
    check_name(symbols, STUBS_ADDRESS, "alpha@plt");
    check_name(symbols, STUBS_ADDRESS + 16, "beta@plt");
    pp_symbols_free(symbols);
}

static void test_aarch64(void **state)
{
    static const uint32_t stubs[] = {
        0xa9bf7bf0, 0xd503201f, /* of the first entry, which has no slot */
        0x90000090,             /* adrp x16, 0x20000 */
        0xf9400611,             /* ldr x17, [x16, 8] */
        0x91002210, 0xd61f0220, /* add; br x17 */
        0xd503245f,             /* bti c */
        0x90000090,             /* adrp x16, 0x20000 */
        0xf9400a11,             /* ldr x17, [x16, 16] */
        0x91004210, 0xd61f0220, 0xd503201f,
    };
    uint8_t file[FILE_SIZE] __attribute__((aligned(8)));
    (void)state;
    make_64(file, EM_AARCH64, R_AARCH64_JUMP_SLOT, (const uint8_t *)stubs,
            sizeof stubs, 16);
    struct pp_symbols *symbols = open_image(file);
    check_name(symbols, STUBS_ADDRESS + 4, "");
    check_name(symbols, STUBS_ADDRESS + 8, "alpha@plt");
    check_name(symbols, STUBS_ADDRESS + 23, "alpha@plt");
    check_name(symbols, STUBS_ADDRESS + 24, "beta@plt");
    check_name(symbols, STUBS_ADDRESS + 47, "beta@plt");
    pp_symbols_free(symbols);
}

/* ---- real files --------------------------------------------------------- */

static uint32_t count_stubs(const char *name, const char *stub)
{
    char path[4096];
    struct pp_symbols *symbols;
    struct pp_slice found;
    uint32_t count = 0;
    uint64_t start;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(pp_symbols_open(path, &symbols, NULL), PP_OK);
    for (uint64_t address = 0; address < 0x4000; address++)
        count += pp_symbols_find(symbols, address, &found, &start) &&
                 start == address && strcmp(found.data, stub) == 0;
    pp_symbols_free(symbols);
    return count;
}

static void test_samples(void **state)
{
    (void)state;
    assert_int_equal(count_stubs("full.stripped", "printf@plt"), 1);
    assert_int_equal(count_stubs("full.stripped", "atoi@plt"), 1);
    assert_int_equal(count_stubs("ibt", "printf@plt"), 1);
    assert_int_equal(count_stubs("ibt", "__cxa_finalize@plt"), 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_x86_64),
        cmocka_unit_test(test_i386),
        cmocka_unit_test(test_aarch64),
        cmocka_unit_test(test_samples),
    };
    if (argc != 2)
        return 2;
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
