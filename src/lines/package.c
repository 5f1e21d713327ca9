/* Packages of split units. See package.h.
 *
 * The index is a hash table and two tables with a row for each unit and a
 * column for each section:
 *
 *     ids         hash table, 8 bytes a slot, 0 where it is empty
 *     rows        to the slot with an id its row, counted from 1
 *     sections    what the columns are of
 *     offsets     row by row
 *     sizes       row by row
 *
 * Invariant: all five lie in the index before one is read.
 *
 * Specification: DWARF 5, 7.3.5; before, GNU's DWARF package file format, which
 * differs in what sections have which numbers. */
#include "lines/package.h"

#include "lines/cursor.h"

enum {
    GNU_VERSION = 2,
    ID_SIZE = 8,
    CELL_SIZE = 4, /* of all other tables */
    HEADER_SIZE = 16,
    SECTION_ID_MAX = 8,
};

/* What the numbers of sections mean; PP_DWARF_SECTION_COUNT: nothing to us. */
static const uint8_t meanings[][SECTION_ID_MAX + 1] = {
    /* GNU's */
    {PP_DWARF_SECTION_COUNT, PP_DWARF_INFO, PP_DWARF_SECTION_COUNT,
     PP_DWARF_ABBREV, PP_DWARF_LINE, PP_DWARF_SECTION_COUNT,
     PP_DWARF_STR_OFFSETS, PP_DWARF_SECTION_COUNT, PP_DWARF_SECTION_COUNT},
    /* DWARF 5 */
    {PP_DWARF_SECTION_COUNT, PP_DWARF_INFO, PP_DWARF_SECTION_COUNT,
     PP_DWARF_ABBREV, PP_DWARF_LINE, PP_DWARF_SECTION_COUNT,
     PP_DWARF_STR_OFFSETS, PP_DWARF_SECTION_COUNT, PP_DWARF_RNGLISTS},
};

struct index {
    struct pp_slice bytes;
    bool is_swapped;
    uint32_t version, column_count, row_count, slot_count;
    uint64_t rows, sections, offsets, sizes; /* where the tables are */
};

/* ---- the header --------------------------------------------------------- */

static bool read_header(struct index *index)
{
    struct pp_cursor cursor = pp_cursor_at(index->bytes, 0, index->is_swapped);
    struct pp_cursor version = cursor;
    index->version = pp_cursor_u32(&cursor);
    /* GNU's number takes all of what are a number and padding in DWARF 5. */
    if (index->version != GNU_VERSION)
        index->version = pp_cursor_u16(&version);
    index->column_count = pp_cursor_u32(&cursor);
    index->row_count = pp_cursor_u32(&cursor);
    index->slot_count = pp_cursor_u32(&cursor);
    return !cursor.has_failed &&
           (index->version == GNU_VERSION || index->version == 5);
}

/* Find the tables. Their counts are 32 bits each, and a row has no more columns
 * than there are bytes, so that the sums stay within 64 bits. */
static bool place_tables(struct index *index)
{
    uint64_t row_size = (uint64_t)index->column_count * CELL_SIZE;
    if (row_size > index->bytes.size)
        return false;
    index->rows = HEADER_SIZE + (uint64_t)index->slot_count * ID_SIZE;
    index->sections = index->rows + (uint64_t)index->slot_count * CELL_SIZE;
    index->offsets = index->sections + row_size;
    if (index->row_count > index->bytes.size / (row_size ? row_size : 1))
        return false;
    index->sizes = index->offsets + index->row_count * row_size;
    return index->sizes + index->row_count * row_size <= index->bytes.size;
}

/* ---- looking up --------------------------------------------------------- */

static uint32_t cell_at(const struct index *index, uint64_t table, uint64_t at)
{
    struct pp_cursor cursor =
        pp_cursor_at(index->bytes, table + at * CELL_SIZE, index->is_swapped);
    return pp_cursor_u32(&cursor);
}

static uint64_t id_at(const struct index *index, uint64_t slot)
{
    struct pp_cursor cursor = pp_cursor_at(
        index->bytes, HEADER_SIZE + slot * ID_SIZE, index->is_swapped);
    return pp_cursor_u64(&cursor);
}

/* The row of an id, from 1 on; 0 when there is none. */
static uint32_t find_row(const struct index *index, uint64_t id)
{
    uint32_t mask = index->slot_count - 1;
    uint32_t slot = (uint32_t)id & mask;
    uint32_t step = ((uint32_t)(id >> 32) & mask) | 1;
    if (index->slot_count == 0 || index->slot_count & mask)
        return 0;
    for (uint32_t tries = 0; tries < index->slot_count; tries++) {
        uint32_t row = cell_at(index, index->rows, slot);
        if (row == 0 || row > index->row_count)
            return 0;
        if (id_at(index, slot) == id)
            return row;
        slot = (slot + step) & mask;
    }
    return 0;
}

bool pp_package_find(struct pp_slice bytes, bool is_swapped, uint64_t id,
                     struct pp_package_part parts[PP_DWARF_SECTION_COUNT])
{
    struct index index = {.bytes = bytes, .is_swapped = is_swapped};
    memset(parts, 0, PP_DWARF_SECTION_COUNT * sizeof *parts);
    if (!read_header(&index) || !place_tables(&index))
        return false;
    uint32_t row = find_row(&index, id);
    if (row == 0)
        return false;
    const uint8_t *meaning = meanings[index.version == 5];
    uint64_t first = (uint64_t)(row - 1) * index.column_count;
    for (uint32_t column = 0; column < index.column_count; column++) {
        uint32_t section = cell_at(&index, index.sections, column);
        if (section > SECTION_ID_MAX ||
            meaning[section] == PP_DWARF_SECTION_COUNT)
            continue;
        parts[meaning[section]] = (struct pp_package_part){
            .offset = cell_at(&index, index.offsets, first + column),
            .size = cell_at(&index, index.sizes, first + column),
        };
    }
    return true;
}
