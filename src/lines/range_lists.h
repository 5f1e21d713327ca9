/* The code ranges of an entry that has more than one: DW_AT_ranges, as
 * .debug_ranges (DWARF 2 to 4) and .debug_rnglists (5) have them. Private to
 * lines/. */
#ifndef PP_LINES_RANGE_LISTS_H
#define PP_LINES_RANGE_LISTS_H

#include "base/base.h"

/* Whether it stands in place of the address of code that the linker threw away:
 * 0, the last address there is, or, where that means something else, the one
 * before. */
bool pp_is_dead_address(uint64_t address, uint64_t address_size);

/* What a unit's lists are read from; borrowed. */
struct pp_range_lists {
    struct pp_slice section;   /* .debug_ranges, or .debug_rnglists[.dwo] when
                                  version is 5 */
    struct pp_slice addresses; /* .debug_addr, from the unit's base on */
    uint64_t base;             /* DW_AT_rnglists_base: where the offsets are
                                  that DW_FORM_rnglistx counts. A split unit
                                  without one: where they begin behind the
                                  header of its section */
    uint64_t low_pc;      /* of the unit: what offsets in lists count from */
    uint16_t version;     /* of the unit */
    uint8_t address_size; /* 4 or 8 */
    uint8_t offset_size;  /* 4 or 8: 64-bit DWARF */
    bool is_swapped;      /* byte order */
    uint64_t *steps_left; /* how many steps all lists of the file may take in
                             sum, so that entries which share a hostile list
                             cannot take forever */
};

/* A list while it is read. */
struct pp_range_list {
    const struct pp_range_lists *lists;
    uint64_t at;   /* in the section */
    uint64_t base; /* that offsets count from */
    bool is_dead;  /* so is what is told from that base */
};

/* Begin with the list at an offset in the section: DW_FORM_sec_offset; in a
 * split unit of GNU's DWARF 4 the caller adds DW_AT_GNU_ranges_base. */
struct pp_range_list pp_range_list_at(const struct pp_range_lists *lists,
                                      uint64_t offset);

/* The offset of a list by its number: DW_FORM_rnglistx. UINT64_MAX, where no
 * list is, when there is no such number. */
uint64_t pp_range_list_offset(const struct pp_range_lists *lists,
                              uint64_t index);

/* The next range that has code; end is the first address behind. false at the
 * end of the list, and where it is damaged. Ranges of code that the linker
 * threw away are skipped. */
bool pp_range_list_next(struct pp_range_list *list, uint64_t *start,
                        uint64_t *end);

/* The address of this number: DW_FORM_addrx, DW_FORM_GNU_addr_index. */
bool pp_range_lists_address(const struct pp_range_lists *lists, uint64_t index,
                            uint64_t *address);

#endif
