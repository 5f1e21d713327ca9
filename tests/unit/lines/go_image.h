/* Small Go programs made up for a test: an ELF file with a table of two
 * functions, of any version, class and byte order.
 *
 *     main.outer   0x00  outer.go:10
 *                  0x08  outer.go:12    the call of main.middle
 *                  0x10  inner.go:22    of main.middle: the call of main.inner
 *                  0x14  inner.go:31    of main.inner
 *                  0x18  inner.go:23    of main.middle
 *                  0x20  outer.go:13
 *     main.leaf    0x40  outer.go:40
 *                  0x50  nothing        to 0x60
 */
#ifndef PP_TESTS_LINES_GO_IMAGE_H
#define PP_TESTS_LINES_GO_IMAGE_H

#include <elf.h>
#include <string.h>

#include "object/object.h"

enum {
    GO_IMAGE_SIZE = 0xd00,
    GO_BASE = 0x400000, /* address of the file's first byte */
    GO_TEXT = 0x500000, /* address of the code, which is not in the file */
    GO_LEAF = 0x40,
    GO_END = 0x60,

    /* Offsets in the file. */
    GO_RODATA_AT = 0x100,
    GO_TREE_AT = 0x110,
    GO_TABLE_AT = 0x200,
    GO_DATA_AT = 0x600,
    GO_MODULE_AT = 0x608,
    GO_RELOCATIONS_AT = 0x800,
    GO_SECTION_NAMES_AT = 0x900,
    GO_SECTIONS_AT = 0xa00,

    /* Offsets in the table. */
    GO_NAMES = 96,
    GO_UNITS = 176,
    GO_FILES = 192,
    GO_VALUES = 256,
    GO_INDEX = 320,
    GO_RECORDS = 368,
    GO_RECORD_SIZE = 96,
};

enum go_version { GO_1_2, GO_1_16, GO_1_18, GO_1_20, GO_VERSION_COUNT };

struct go_image {
    uint8_t bytes[GO_IMAGE_SIZE];
    enum go_version version;
    bool is_64, is_big;
    bool without_sections;     /* no section headers */
    bool is_relocated;         /* addresses are in relocations only */
    const char *table_section; /* NULL: .gopclntab */
    uint32_t section_count;
    uint32_t section_names_size;
    uint32_t values_size;
    uint32_t relocation_count;
};

/* ---- numbers ------------------------------------------------------------ */

static inline size_t go_put(struct go_image *image, size_t at, size_t size,
                            uint64_t value)
{
    for (size_t i = 0; i < size; i++) {
        size_t shift = image->is_big ? size - 1 - i : i;
        image->bytes[at + i] = (uint8_t)(value >> 8 * shift);
    }
    return at + size;
}

static inline size_t go_pointer_size(const struct go_image *image)
{
    return image->is_64 ? 8 : 4;
}

static inline size_t go_put_word(struct go_image *image, size_t at,
                                 uint64_t value)
{
    return go_put(image, at, go_pointer_size(image), value);
}

/* The first is at offset 0 of the names. */
static const char go_names[] = "main.outer\0main.leaf\0main.middle\0main.inner";
enum {
    GO_OUTER_NAME = 0,
    GO_LEAF_NAME = 11,
    GO_MIDDLE_NAME = 21,
    GO_INNER_NAME = 33
};
static const char go_files[] = "/src/outer.go\0/src/inner.go";
enum { GO_OUTER_FILE = 0, GO_INNER_FILE = 14 };

/* ---- values ------------------------------------------------------------- */

static inline uint32_t go_quantum(const struct go_image *image)
{
    return image->is_big ? 4 : 1;
}

/* Add a table of pairs (value, first address behind) to the values; the offset
 * of it in them. */
static inline uint32_t go_add_values(struct go_image *image,
                                     const int (*pairs)[2])
{
    uint32_t start = image->values_size;
    uint8_t *out = image->bytes + GO_TABLE_AT + GO_VALUES + start;
    int value = -1, address = 0;
    for (; (*pairs)[1]; pairs++) {
        int change = (*pairs)[0] - value;
        *out++ = (uint8_t)(change < 0 ? -change * 2 - 1 : change * 2);
        *out++ =
            (uint8_t)((uint32_t)((*pairs)[1] - address) / go_quantum(image));
        value = (*pairs)[0];
        address = (*pairs)[1];
    }
    *out++ = 0;
    image->values_size =
        (uint32_t)(out - (image->bytes + GO_TABLE_AT + GO_VALUES));
    /* In Go 1.2 offsets are the table's. */
    return image->version == GO_1_2 ? GO_VALUES + start : start;
}

/* ---- functions ---------------------------------------------------------- */

struct go_function {
    uint64_t offset; /* in the text */
    uint32_t name;
    const int (*lines)[2], (*files)[2], (*calls)[2];
    uint32_t start_line;
};

static inline size_t go_put_tree(struct go_image *image, size_t at)
{
    bool is_relative = image->version >= GO_1_18;
    size_t size = is_relative ? 4 : go_pointer_size(image);
    at = (at + size - 1) / size * size;
    for (int i = 0; i < 3; i++)
        at = go_put(image, at, size, is_relative ? UINT32_MAX : 0);
    return go_put(image, at, size,
                  is_relative ? GO_TREE_AT - GO_RODATA_AT
                              : GO_BASE + GO_TREE_AT);
}

static inline void go_put_function(struct go_image *image, uint32_t index,
                                   const struct go_function *function)
{
    bool is_relative = image->version >= GO_1_18;
    size_t field = is_relative ? 4 : go_pointer_size(image);
    bool is_old = image->version == GO_1_2;
    uint64_t entry = function->offset + (is_relative ? 0 : GO_TEXT);
    size_t base = GO_TABLE_AT + (is_old ? 0 : GO_INDEX);
    size_t record = GO_TABLE_AT + GO_RECORDS + index * GO_RECORD_SIZE;
    size_t at = GO_TABLE_AT +
                (is_old ? 8 + go_pointer_size(image) : (size_t)GO_INDEX) +
                2 * index * field;
    at = go_put(image, at, field, entry);
    go_put(image, at, field, record - base);

    at = go_put(image, record, field, entry);
    at = go_put(image, at, 4, function->name + (is_old ? GO_NAMES : 0));
    at += 12;
    at = go_put(image, at, 4, go_add_values(image, function->files));
    at = go_put(image, at, 4, go_add_values(image, function->lines));
    at = go_put(image, at, 4, function->calls ? 3 : 0);
    if (is_old)
        return;
    at = go_put(image, at, 4, 1); /* the unit */
    if (image->version >= GO_1_20)
        at = go_put(image, at, 4, function->start_line);
    at += 3;
    at = go_put(image, at, 1, function->calls ? 4 : 0);
    if (!function->calls)
        return;
    at = go_put(image, at + 8, 4, go_add_values(image, function->calls));
    go_put_tree(image, at);
}

/* A file's number in the tables of values; units begin with one that is not
 * there. */
static inline void go_put_functions(struct go_image *image)
{
    const int first = image->version == GO_1_2 ? 1 : 0;
    const int outer_lines[][2] = {{10, 0x8},  {12, 0x10}, {22, 0x14},
                                  {31, 0x18}, {23, 0x20}, {13, 0x40},
                                  {0, 0}};
    const int outer_files[][2] = {
        {first, 0x10}, {first + 1, 0x20}, {first, 0x40}, {0, 0}};
    static const int outer_calls[][2] = {{-1, 0x10}, {0, 0x14},  {1, 0x18},
                                         {0, 0x20},  {-1, 0x40}, {0, 0}};
    static const int leaf_lines[][2] = {{40, 0x10}, {0, 0}};
    const int leaf_files[][2] = {{first, 0x10}, {0, 0}};
    const struct go_function outer = {0,           GO_OUTER_NAME, outer_lines,
                                      outer_files, outer_calls,   9};
    const struct go_function leaf = {GO_LEAF,    GO_LEAF_NAME, leaf_lines,
                                     leaf_files, NULL,         39};
    go_put_function(image, 0, &outer);
    go_put_function(image, 1, &leaf);
}

/* ---- the table ---------------------------------------------------------- */

static inline void go_put_call(struct go_image *image, uint32_t index,
                               uint32_t name, uint32_t parent,
                               uint32_t start_line)
{
    bool is_new = image->version >= GO_1_20;
    size_t at = GO_TREE_AT + index * (is_new ? 16 : 20) + (is_new ? 4 : 12);
    at = go_put(image, at, 4, name);
    at = go_put(image, at, 4, parent);
    if (is_new)
        go_put(image, at, 4, start_line);
}

static inline void go_put_files(struct go_image *image)
{
    bool is_old = image->version == GO_1_2;
    size_t at = GO_TABLE_AT + GO_UNITS;
    uint32_t base = is_old ? GO_FILES : 0;
    at = go_put(image, at, 4, is_old ? 3 : UINT32_MAX);
    at = go_put(image, at, 4, base + GO_OUTER_FILE);
    go_put(image, at, 4, base + GO_INNER_FILE);
    memcpy(image->bytes + GO_TABLE_AT + GO_FILES, go_files, sizeof go_files);
    memcpy(image->bytes + GO_TABLE_AT + GO_NAMES, go_names, sizeof go_names);
}

static inline void go_put_header(struct go_image *image)
{
    static const uint32_t magics[] = {0xfffffffb, 0xfffffffa, 0xfffffff0,
                                      0xfffffff1};
    size_t at = go_put(image, GO_TABLE_AT, 4, magics[image->version]);
    at = go_put(image, at, 2, 0);
    at = go_put(image, at, 1, go_quantum(image));
    at = go_put(image, at, 1, go_pointer_size(image));
    at = go_put_word(image, at, 2);
    bool is_relative = image->version >= GO_1_18;
    size_t field = is_relative ? 4 : go_pointer_size(image);
    if (image->version == GO_1_2) {
        at = go_put(image, at + 4 * field, field, GO_TEXT + GO_END);
        go_put(image, at, 4, GO_UNITS);
        return;
    }
    at = go_put_word(image, at, 2);
    if (is_relative)
        at = go_put_word(image, at, image->is_relocated ? 0 : GO_TEXT);
    at = go_put_word(image, at, GO_NAMES);
    at = go_put_word(image, at, GO_UNITS);
    at = go_put_word(image, at, GO_FILES);
    at = go_put_word(image, at, GO_VALUES);
    go_put_word(image, at, GO_INDEX);
    go_put(image, GO_TABLE_AT + GO_INDEX + 4 * field, field,
           GO_END + (is_relative ? 0 : GO_TEXT));
}

/* ---- module data -------------------------------------------------------- */

static inline void go_put_module_word(struct go_image *image, uint32_t word,
                                      uint64_t value)
{
    size_t at = GO_MODULE_AT + word * go_pointer_size(image);
    if (!image->is_relocated) {
        go_put_word(image, at, value);
        return;
    }
    size_t relocation = GO_RELOCATIONS_AT + image->relocation_count++ * 24;
    relocation = go_put(image, relocation, 8, GO_BASE + at);
    relocation = go_put(image, relocation, 8, 8);
    go_put(image, relocation, 8, value);
}

static inline void go_put_module(struct go_image *image)
{
    go_put_module_word(image, 0, GO_BASE + GO_TABLE_AT);
    go_put_module_word(image, 1, GO_BASE + GO_TABLE_AT + GO_NAMES);
    go_put_module_word(image, 20, GO_TEXT);
    go_put_module_word(image, 22, GO_TEXT);
    go_put_module_word(image, image->version >= GO_1_20 ? 40 : 38,
                       GO_BASE + GO_RODATA_AT);
}

/* ---- ELF ---------------------------------------------------------------- */

static inline void go_add_section(struct go_image *image, const char *name,
                                  size_t start, size_t end)
{
    size_t at =
        GO_SECTIONS_AT + image->section_count++ * (image->is_64 ? 64 : 40);
    at = go_put(image, at, 4, image->section_names_size);
    at = go_put(image, at, 4, SHT_PROGBITS);
    at = go_put_word(image, at, SHF_ALLOC);
    at = go_put_word(image, at, GO_BASE + start);
    at = go_put_word(image, at, start);
    go_put_word(image, at, end - start);
    strcpy((char *)image->bytes + GO_SECTION_NAMES_AT +
               image->section_names_size,
           name);
    image->section_names_size += (uint32_t)strlen(name) + 1;
}

static inline void go_add_sections(struct go_image *image)
{
    image->section_count = 1;
    image->section_names_size = 1;
    go_add_section(image, ".rodata", GO_RODATA_AT, GO_TABLE_AT);
    go_add_section(image,
                   image->table_section ? image->table_section : ".gopclntab",
                   GO_TABLE_AT, GO_DATA_AT);
    go_add_section(image, ".noptrdata", GO_DATA_AT, GO_RELOCATIONS_AT);
    go_add_section(image, ".rela.dyn", GO_RELOCATIONS_AT, GO_SECTION_NAMES_AT);
    go_add_section(image, ".go.buildinfo", GO_DATA_AT, GO_DATA_AT + 4);
    go_add_section(image, ".shstrtab", GO_SECTION_NAMES_AT, GO_SECTIONS_AT);
}

static inline size_t go_put_file_header(struct go_image *image)
{
    uint32_t sections = image->without_sections ? 0 : image->section_count;
    memcpy(image->bytes, ELFMAG, SELFMAG);
    image->bytes[EI_CLASS] = image->is_64 ? ELFCLASS64 : ELFCLASS32;
    image->bytes[EI_DATA] = image->is_big ? ELFDATA2MSB : ELFDATA2LSB;
    image->bytes[EI_VERSION] = EV_CURRENT;
    size_t at = go_put(image, EI_NIDENT, 2, ET_EXEC);
    at = go_put(image, at, 2, EM_X86_64);
    at = go_put(image, at, 4, EV_CURRENT);
    at = go_put_word(image, at, 0);
    at = go_put_word(image, at, 0x40);
    at = go_put_word(image, at, sections ? GO_SECTIONS_AT : 0);
    at = go_put(image, at + 4, 2, image->is_64 ? 64 : 52);
    at = go_put(image, at, 2, image->is_64 ? 56 : 32);
    at = go_put(image, at, 2, 1);
    at = go_put(image, at, 2, image->is_64 ? 64 : 40);
    at = go_put(image, at, 2, sections);
    return go_put(image, at, 2, sections ? sections - 1 : 0);
}

/* One segment: all of the file. */
static inline void go_put_segment(struct go_image *image)
{
    size_t at = go_put(image, 0x40, 4, PT_LOAD);
    if (image->is_64)
        at = go_put(image, at, 4, PF_R);
    at = go_put_word(image, at, 0);
    at = go_put_word(image, at, GO_BASE);
    at = go_put_word(image, at, GO_BASE);
    at = go_put_word(image, at, GO_IMAGE_SIZE);
    at = go_put_word(image, at, GO_IMAGE_SIZE);
    if (!image->is_64)
        at = go_put(image, at, 4, PF_R);
    go_put_word(image, at, 0x1000);
}

/* Fill in the bytes, as the other members say. */
static inline void go_image_build(struct go_image *image)
{
    memset(image->bytes, 0, sizeof image->bytes);
    image->values_size = 1;
    image->relocation_count = 0;
    go_put_header(image);
    go_put_files(image);
    go_put_functions(image);
    go_put_call(image, 0, GO_MIDDLE_NAME, 0x08, 20);
    go_put_call(image, 1, GO_INNER_NAME, 0x10, 30);
    if (image->version >= GO_1_18)
        go_put_module(image);
    go_add_sections(image);
    go_put_file_header(image);
    go_put_segment(image);
}

#endif
