/* Bases of mappings. The rows are facts of the reference: cases of its own
 * tests of elfexec, and segments as linkers of these days lay them out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "image.h"

struct segment {
    uint32_t flags;
    uint64_t offset, address, file_size, memory_size;
};

struct row {
    const char *what;
    uint16_t type;
    struct segment segments[4];
    uint64_t kernel_start; /* _stext; 0: none */
    uint64_t start, limit, offset, address;
    bool fails;
    uint64_t base;
};

#define CODE (PF_R | PF_X)
#define DATA (PF_R | PF_W)

static const struct row rows[] = {
    {"program at fixed addresses",
     ET_EXEC,
     {{CODE, 0, 0x400000, 0x1000, 0x1000}},
     0,
     0x400000,
     0x401000,
     0,
     0x400800,
     false,
     0},
    {"the same, moved by the kernel",
     ET_EXEC,
     {{CODE, 0, 0x400000, 0x1000, 0x1000}},
     0,
     0x500000,
     0x501000,
     0,
     0x500800,
     false,
     0x100000},
    {"program without segments",
     ET_EXEC,
     {{0}},
     0,
     0x400000,
     0x401000,
     0,
     0x400800,
     false,
     0},
    {"library of one code segment",
     ET_DYN,
     {{CODE, 0, 0, 0x1000, 0x1000}},
     0,
     0x2000,
     0x3000,
     0,
     0x2800,
     false,
     0x2000},
    {"library whose code begins behind a page",
     ET_DYN,
     {{PF_R, 0, 0, 0x1000, 0x1000},
      {CODE, 0x1000, 0x1000, 0x2000, 0x2000},
      {DATA, 0x3000, 0x4000, 0x100, 0x200}},
     0,
     0x7f0000001000,
     0x7f0000003000,
     0x1000,
     0x7f0000001800,
     false,
     0x7f0000000000},
    {"its read-only part",
     ET_DYN,
     {{PF_R, 0, 0, 0x1000, 0x1000},
      {CODE, 0x1000, 0x1000, 0x2000, 0x2000},
      {DATA, 0x3000, 0x4000, 0x100, 0x200}},
     0,
     0x7f0000000000,
     0x7f0000001000,
     0,
     0x7f0000000800,
     false,
     0x7f0000000000},
    {"two segments on one page, the first asked for",
     ET_DYN,
     {{CODE, 0, 0, 0xc80, 0xc80}, {DATA, 0xc80, 0x200c80, 0x1f0, 0x1f0}},
     0,
     0x400000,
     0x401000,
     0,
     0x400678,
     false,
     0x400000},
    {"two segments on one page, the second asked for",
     ET_DYN,
     {{CODE, 0, 0, 0xc80, 0xc80}, {DATA, 0xc80, 0x200c80, 0x1f0, 0x1f0}},
     0,
     0x600000,
     0x601000,
     0,
     0x600c80,
     false,
     0x400000},
    {"offset in neither of two segments",
     ET_DYN,
     {{CODE, 0, 0, 0xc80, 0xc80}, {DATA, 0xd00, 0x200d00, 0x100, 0x100}},
     0,
     0x600000,
     0x601000,
     0,
     0x600c90,
     true,
     0},
    {"mapping of nothing in the file",
     ET_DYN,
     {{CODE, 0, 0, 0x1000, 0x1000}},
     0,
     0x2000,
     0x3000,
     0x8000,
     0x2800,
     true,
     0},
    {"only the last page of the first segment, and more",
     ET_DYN,
     {{PF_R, 0, 0, 0x1100, 0x1100}, {CODE, 0x1100, 0x2100, 0x5000, 0x5000}},
     0,
     0x10000,
     0x16000,
     0x1000,
     0x10200,
     false,
     0xe000},
    {"segment without bytes in the file",
     ET_DYN,
     {{CODE, 0, 0, 0x1000, 0x1000}, {DATA, 0, 0x9000, 0, 0x1000}},
     0,
     0x2000,
     0x3000,
     0,
     0x2800,
     false,
     0x2000},
    {"everything",
     ET_DYN,
     {{CODE, 0, 0x1000, 0x1000, 0x1000}},
     0,
     0,
     UINT64_MAX,
     0,
     0x1234,
     false,
     0},
    {"no range at all",
     ET_DYN,
     {{CODE, 0, 0x1000, 0x1000, 0x1000}},
     0,
     0,
     0,
     0,
     0x1234,
     false,
     0},
    {"relocatable file",
     ET_REL,
     {{0}},
     0,
     0x2000,
     0x3000,
     0,
     0x2800,
     false,
     0x2000},
    {"relocatable file from an offset",
     ET_REL,
     {{0}},
     0,
     0x2000,
     0x3000,
     0x1000,
     0x2800,
     true,
     0},
    {"nothing to run", ET_NONE, {{0}}, 0, 0x2000, 0x3000, 0, 0x2800, true, 0},
    {"kernel, started at _stext by perf",
     ET_EXEC,
     {{CODE, 0x200000, 0xffffffff80200000, 0x100000, 0x100000}},
     0xffffffff80200198,
     0xffffffff83200198,
     0xffffffff84200000,
     0,
     0xffffffff83200200,
     false,
     0x3000000},
    {"kernel at its address",
     ET_EXEC,
     {{CODE, 0x200000, 0xffffffff80200000, 0x100000, 0x100000}},
     0,
     0xffffffff80200000,
     0xffffffff80300000,
     0,
     0xffffffff80200200,
     false,
     0},
    {"kernel that was moved",
     ET_EXEC,
     {{CODE, 0x200000, 0xffffffff80200000, 0x100000, 0x100000}},
     0,
     0xffffffff83200000,
     0xffffffff84200000,
     0,
     0xffffffff83200200,
     false,
     0x3000000},
    {"kernel remapped to 0",
     ET_EXEC,
     {{CODE, 0x200000, 0xffffffff80200000, 0x100000, 0x100000}},
     0xffffffff80200198,
     0,
     0x2000001,
     0,
     0x300,
     false,
     0x7fdffe68},
    {"debug file of a library: its code has the mapping's size",
     ET_DYN,
     {{PF_R, 0, 0, 0x300, 0x1000},
      {CODE, 0, 0x2040, 0, 0x2100},
      {DATA, 0x40, 0x5000, 0, 0x200}},
     0,
     0x7f0000001000,
     0x7f0000004000,
     0x1000,
     0x7f0000001800,
     false,
     0x7efffffff000},
    {"debug file, and a mapping of part of the code",
     ET_DYN,
     {{PF_R, 0, 0, 0x300, 0x1000}, {CODE, 0, 0x2000, 0, 0x2100}},
     0,
     0x7f0000001000,
     0x7f0000002000,
     0x2000,
     0x7f0000001800,
     true,
     0},
    {"debug file with two segments of that size",
     ET_DYN,
     {{CODE, 0, 0x1000, 0, 0x1000}, {CODE, 0, 0x2000, 0, 0x1000}},
     0,
     0x7f0000001000,
     0x7f0000002000,
     0x1000,
     0x7f0000001800,
     true,
     0},
};

static struct pp_symbols *open_row(const struct row *row)
{
    static struct image image;
    struct pp_symbols *symbols;
    image_init(&image, true, false, row->type);
    for (int i = 0; i < 4 && row->segments[i].flags; i++) {
        const struct segment *segment = &row->segments[i];
        image_add_segment(&image, PT_LOAD, segment->flags, segment->offset,
                          segment->address, segment->file_size,
                          segment->memory_size);
        if (segment->flags & PF_X)
            image.text_address = segment->address;
    }
    if (row->kernel_start)
        image_add_symbol(&image, "_stext",
                         ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE),
                         row->kernel_start, 0);
    image_finish(&image);
    assert_int_equal(
        pp_symbols_open_image(image.bytes, sizeof image.bytes, &symbols, NULL),
        PP_OK);
    return symbols;
}

static void test_bases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct pp_symbols *symbols = open_row(row);
        struct pp_error err = {0};
        uint64_t base = 1;
        int status = pp_symbols_base(symbols, row->start, row->limit,
                                     row->offset, row->address, &base, &err);
        if ((status < 0) != row->fails || (!row->fails && base != row->base))
            fail_msg("%s: status %d (%s), base %#llx", row->what, status,
                     err.text, (unsigned long long)base);
        assert_int_equal(err.text[0] != 0, row->fails);
        pp_symbols_free(symbols);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
