/* The DWARF of one file: its sections, and its units with what their headers
 * and first entries say of all others. Private to lines/.
 *
 * Specification: DWARF 5, 7.5 (units) and 3.1 (their first entries). */
#ifndef PP_LINES_DWARF_H
#define PP_LINES_DWARF_H

#include "lines/range_lists.h"

enum pp_dwarf_section {
    PP_DWARF_INFO,
    PP_DWARF_ABBREV,
    PP_DWARF_LINE,
    PP_DWARF_STR,
    PP_DWARF_LINE_STR,
    PP_DWARF_STR_OFFSETS,
    PP_DWARF_ADDR,
    PP_DWARF_RANGES,
    PP_DWARF_RNGLISTS,
    PP_DWARF_ARANGES,
    PP_DWARF_SECTION_COUNT
};

#define PP_DWARF_NO_OFFSET UINT64_MAX /* an attribute that is not there */

struct pp_abbreviations;

/* A split file has some of the main file's sections in place of its own:
 * .debug_addr, and .debug_ranges of DWARF 4. */
struct pp_dwarf_file {
    struct pp_slice sections[PP_DWARF_SECTION_COUNT];
    bool is_swapped;
    bool is_split;                    /* a .dwo, or a part of a .dwp */
    struct pp_dwarf_file *supplement; /* dwz's, or NULL */
    struct pp_arena *arena;           /* of what is below; a soft one */
    struct {
        struct pp_dwarf_unit *items;
        uint32_t count, capacity;
    } units; /* in the order of .debug_info */
    struct {
        const struct pp_abbreviations **items;
        uint32_t count, capacity;
    } abbreviations;
    struct pp_table abbreviations_by_offset;
    uint64_t abbreviation_bytes; /* of .debug_abbrev, read so far */
};

struct pp_dwarf_unit {
    struct pp_dwarf_file *file;
    uint64_t offset;  /* of its header in .debug_info */
    uint64_t entries; /* of its first entry there */
    uint64_t end;
    uint64_t abbreviations; /* in .debug_abbrev */
    uint16_t version;
    uint8_t type;         /* DW_UT_*; of DWARF 2-4 what comes next to it */
    uint8_t offset_size;  /* 4 or 8 */
    uint8_t address_size; /* 4 or 8 */
    uint64_t split_id;    /* that it has in common with its split unit */

    /* What the first entry says; bases are 0 and offsets PP_DWARF_NO_OFFSET
     * where it says nothing. A split unit has these of its skeleton. */
    uint64_t str_offsets_base, addr_base, rnglists_base, ranges_base;
    uint64_t line_table; /* in .debug_line */
    uint64_t low_pc;     /* that ranges are told from */
    struct pp_slice directory;
    struct pp_slice split_name; /* DW_AT_dwo_name, "" when it is whole */
};

#endif
