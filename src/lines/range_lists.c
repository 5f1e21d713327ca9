/* Range lists. See range_lists.h.
 *
 * In DWARF 5 a byte says what an entry is, of which there are seven kinds; all
 * of them are a first and a second operand, read by one table. Before, an entry
 * is two addresses, of which the first may say that the second is a new base.
 *
 * Invariant: every step takes bytes of the section, and one of steps_left.
 *
 * Specification: DWARF 5, 2.17.3 and 7.28; DWARF 4, 2.17.3. */
#include "lines/range_lists.h"

#include "lines/cursor.h"

static uint64_t last_address(uint64_t address_size)
{
    return address_size < 8 ? (UINT64_C(1) << address_size * 8) - 1
                            : UINT64_MAX;
}

bool pp_is_dead_address(uint64_t address, uint64_t address_size)
{
    return address == 0 || address >= last_address(address_size) - 1;
}

static bool is_dead(const struct pp_range_lists *lists, uint64_t address)
{
    return pp_is_dead_address(address, lists->address_size);
}

/* ---- entries of DWARF 5 ------------------------------------------------- */

enum operand {
    NOTHING,
    ADDRESS,
    INDEX,  /* of an address */
    OFFSET, /* from the base */
    LENGTH, /* from the first operand */
};

/* By DW_RLE_*; those without a second operand set the base. */
static const struct entry {
    enum operand first, second;
} entries[] = {
    [0x00] = {NOTHING, NOTHING}, /* end_of_list */
    [0x01] = {INDEX, NOTHING},   /* base_addressx */
    [0x02] = {INDEX, INDEX},     /* startx_endx */
    [0x03] = {INDEX, LENGTH},    /* startx_length */
    [0x04] = {OFFSET, OFFSET},   /* offset_pair */
    [0x05] = {ADDRESS, NOTHING}, /* base_address */
    [0x06] = {ADDRESS, ADDRESS}, /* start_end */
    [0x07] = {ADDRESS, LENGTH},  /* start_length */
};

enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };

/* The address that an operand means; `from` is where offsets and lengths count
 * from. */
static uint64_t read_operand(const struct pp_range_lists *lists,
                             struct pp_cursor *cursor, enum operand operand,
                             uint64_t from)
{
    uint64_t address = 0;
    if (operand == ADDRESS)
        return pp_cursor_number(cursor, lists->address_size);
    uint64_t number = pp_cursor_uleb(cursor);
    if (operand != INDEX)
        return from + number;
    if (!pp_range_lists_address(lists, number, &address))
        pp_cursor_fail(cursor);
    return address;
}

/* One entry: a range, or an empty one where it only sets the base. false at
 * the end. */
static bool read_entry(struct pp_range_list *list, struct pp_cursor *cursor,
                       uint64_t *start, uint64_t *end)
{
    uint8_t kind = pp_cursor_u8(cursor);
    if (kind >= ENTRY_COUNT || entries[kind].first == NOTHING)
        return false;
    const struct entry *entry = &entries[kind];
    *start = read_operand(list->lists, cursor, entry->first, list->base);
    *end = *start;
    if (entry->second == NOTHING) {
        list->base = *start;
        list->is_dead = is_dead(list->lists, *start);
        return true;
    }
    uint64_t from = entry->second == OFFSET ? list->base : *start;
    *end = read_operand(list->lists, cursor, entry->second, from);
    if (entry->first == OFFSET && list->is_dead)
        *end = *start;
    return true;
}

/* ---- entries before DWARF 5 --------------------------------------------- */

static bool read_pair(struct pp_range_list *list, struct pp_cursor *cursor,
                      uint64_t *start, uint64_t *end)
{
    uint8_t size = list->lists->address_size;
    uint64_t first = pp_cursor_number(cursor, size);
    uint64_t second = pp_cursor_number(cursor, size);
    if (first == 0 && second == 0)
        return false;
    if (first == last_address(size)) {
        list->base = second;
        /* From 0 on addresses are told whole. */
        list->is_dead = second != 0 && is_dead(list->lists, second);
        first = second = 0;
    }
    *start = list->base + first;
    *end = list->is_dead ? *start : list->base + second;
    return true;
}

/* ---- lists -------------------------------------------------------------- */

struct pp_range_list pp_range_list_at(const struct pp_range_lists *lists,
                                      uint64_t offset)
{
    return (struct pp_range_list){
        .lists = lists,
        .at = offset,
        .base = lists->low_pc,
        .is_dead = lists->low_pc != 0 && is_dead(lists, lists->low_pc),
    };
}

bool pp_range_list_next(struct pp_range_list *list, uint64_t *start,
                        uint64_t *end)
{
    const struct pp_range_lists *lists = list->lists;
    struct pp_cursor cursor =
        pp_cursor_at(lists->section, list->at, lists->is_swapped);
    while (*lists->steps_left > 0) {
        (*lists->steps_left)--;
        bool is_entry = lists->version >= 5
                            ? read_entry(list, &cursor, start, end)
                            : read_pair(list, &cursor, start, end);
        if (!is_entry || cursor.has_failed)
            break;
        if (*start < *end && !is_dead(lists, *start)) {
            list->at = lists->section.size - pp_cursor_left(&cursor);
            return true;
        }
    }
    list->at = lists->section.size;
    return false;
}

uint64_t pp_range_list_offset(const struct pp_range_lists *lists,
                              uint64_t index)
{
    enum { COUNT_SIZE = 4 }; /* in front of the offsets */
    if (lists->base < COUNT_SIZE)
        return UINT64_MAX;
    struct pp_cursor cursor = pp_cursor_at(
        lists->section, lists->base - COUNT_SIZE, lists->is_swapped);
    if (index >= pp_cursor_u32(&cursor))
        return UINT64_MAX;
    pp_cursor_skip(&cursor, index * lists->offset_size);
    uint64_t offset = pp_cursor_number(&cursor, lists->offset_size);
    return cursor.has_failed ? UINT64_MAX : lists->base + offset;
}

bool pp_range_lists_address(const struct pp_range_lists *lists, uint64_t index,
                            uint64_t *address)
{
    uint64_t count = lists->addresses.size / lists->address_size;
    if (index >= count)
        return false;
    struct pp_cursor cursor = pp_cursor_at(
        lists->addresses, index * lists->address_size, lists->is_swapped);
    *address = pp_cursor_number(&cursor, lists->address_size);
    return true;
}
