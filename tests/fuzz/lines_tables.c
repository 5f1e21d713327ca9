/* The tables of DWARF that are no tree: line programs, range lists, and the
 * indices of packages, of any bytes. What is found lies where it should.
 *
 * Input: a byte that says what (see `kinds`) and how it is written, then the
 * section. Texts and addresses are looked for in the same bytes. */
#include <stdlib.h>

#include "fuzz.h"
#include "lines/line_table.h"
#include "lines/package.h"

enum { IS_SWAPPED = 0x80, IS_SHORT = 0x40, IS_NEW = 0x20 };

static const size_t memory_max = (size_t)256 << 20;

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* ---- line programs ------------------------------------------------------ */

/* Every sequence knows its first address and its last one. */
static void check_sequence(struct pp_line_table *table, struct pp_arena *arena,
                           const struct pp_range *range)
{
    struct pp_line_row row;
    require(range->start < range->end);
    require(range->what < table->sequences.count);
    require(pp_line_table_find(table, range->start, &row));
    require(pp_line_table_find(table, range->end - 1, &row));
    struct pp_slice name = pp_line_table_file(table, arena, row.file);
    require(pp_slice_equal(name, pp_line_table_file(table, arena, row.file)));
    require(name.size == 0 || strlen(name.data) == name.size);
}

static void try_program(struct pp_slice section, uint8_t how)
{
    struct pp_dwarf_file file = {.is_swapped = how & IS_SWAPPED};
    const struct pp_dwarf_unit unit = {
        .file = &file,
        .version = how & IS_NEW ? 5 : 4,
        .offset_size = 4,
        .address_size = how & IS_SHORT ? 4 : 8,
        .directory = pp_slice_literal("/build"),
    };
    struct pp_arena arena;
    struct pp_line_table table;
    for (int i = 0; i < PP_DWARF_SECTION_COUNT; i++)
        file.sections[i] = section;
    pp_arena_init(&arena, memory_max);
    require(pp_line_table_read(&table, &arena, &unit) == PP_OK);
    for (uint32_t i = 0; i < table.ranges.count && i < 1000; i++)
        check_sequence(&table, &arena, &table.ranges.items[i]);
    for (uint32_t i = 0; i < 16; i++)
        pp_line_table_file(&table, &arena, i);
    pp_arena_release(&arena);
}

/* ---- range lists -------------------------------------------------------- */

static void check_list(const struct pp_range_lists *lists, uint64_t offset)
{
    struct pp_range_list list = pp_range_list_at(lists, offset);
    uint64_t start, end, address, steps_before = *lists->steps_left;
    uint64_t count = 0;
    while (pp_range_list_next(&list, &start, &end)) {
        require(start < end);
        count++;
    }
    require(!pp_range_list_next(&list, &start, &end));
    require(count <= steps_before - *lists->steps_left);
    pp_range_lists_address(lists, offset, &address);
}

static void try_lists(struct pp_slice section, uint8_t how)
{
    uint64_t steps_left = 10 * section.size;
    const struct pp_range_lists lists = {
        .section = section,
        .addresses = section,
        .base = how & IS_SHORT ? 12 : 20,
        .low_pc = 0x1000,
        .version = how & IS_NEW ? 5 : 4,
        .address_size = how & IS_SHORT ? 4 : 8,
        .offset_size = how & IS_SHORT ? 4 : 8,
        .is_swapped = how & IS_SWAPPED,
        .steps_left = &steps_left,
    };
    for (uint64_t i = 0; i < 16; i++) {
        check_list(&lists, i * i);
        check_list(&lists, pp_range_list_offset(&lists, i));
    }
}

/* ---- packages ----------------------------------------------------------- */

static void try_package(struct pp_slice section, uint8_t how)
{
    struct pp_package_part parts[PP_DWARF_SECTION_COUNT];
    for (size_t at = 0; at + 8 <= section.size; at += 8) {
        uint64_t id;
        memcpy(&id, section.data + at, sizeof id);
        bool is_swapped = how & IS_SWAPPED;
        pp_package_find(section, is_swapped,
                        is_swapped ? __builtin_bswap64(id) : id, parts);
    }
}

static void (*const kinds[])(struct pp_slice section, uint8_t how) = {
    try_program, try_lists, try_package};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct pp_slice section = {(const char *)data + 1, size - 1};
    kinds[(data[0] & 0x1f) % (sizeof kinds / sizeof *kinds)](section, data[0]);
    return 0;
}
