/* Units: headers and first entries. See units.h.
 *
 * Invariant: units stand in the order of the section and do not overlap, so
 * that an entry's is found by halving; offsets within one fit 32 bits.
 *
 * Specification: DWARF 5, 7.5.1 (headers), 3.1 (first entries), 2.17 (code
 * ranges); GNU's split DWARF 4: the DebugFission design, "GNU_ranges_base". */
#include "lines/units.h"

#include "lines/constants.h"

void pp_dwarf_take_sections(struct pp_dwarf_file *file,
                            struct pp_object *object)
{
    /* NULL at the end. */
    static const char *const names[PP_DWARF_SECTION_COUNT + 1] = {
        [PP_DWARF_INFO] = ".debug_info",
        [PP_DWARF_ABBREV] = ".debug_abbrev",
        [PP_DWARF_LINE] = ".debug_line",
        [PP_DWARF_STR] = ".debug_str",
        [PP_DWARF_LINE_STR] = ".debug_line_str",
        [PP_DWARF_STR_OFFSETS] = ".debug_str_offsets",
        [PP_DWARF_ADDR] = ".debug_addr",
        [PP_DWARF_RANGES] = ".debug_ranges",
        [PP_DWARF_RNGLISTS] = ".debug_rnglists",
        [PP_DWARF_ARANGES] = ".debug_aranges",
    };
    pp_object_prepare(object, names);
    for (uint32_t i = 0; i < PP_DWARF_SECTION_COUNT; i++)
        pp_object_section(object, names[i], &file->sections[i], NULL);
    file->is_swapped = pp_object_is_swapped(object);
}

/* ---- what it is read from ----------------------------------------------- */

/* A section from an offset on; empty where that is outside. */
static struct pp_slice section_from(const struct pp_dwarf_file *file,
                                    enum pp_dwarf_section section,
                                    uint64_t offset)
{
    struct pp_slice bytes = file->sections[section];
    if (offset >= bytes.size)
        return (struct pp_slice){0};
    return (struct pp_slice){bytes.data + offset, bytes.size - (size_t)offset};
}

struct pp_range_lists pp_dwarf_range_lists(const struct pp_dwarf_unit *unit,
                                           uint64_t *steps_left)
{
    const struct pp_dwarf_file *file = unit->file;
    return (struct pp_range_lists){
        .section = file->sections[unit->version >= 5 ? PP_DWARF_RNGLISTS
                                                     : PP_DWARF_RANGES],
        .addresses = section_from(file, PP_DWARF_ADDR, unit->addr_base),
        .base = unit->rnglists_base,
        .low_pc = unit->low_pc,
        .version = unit->version,
        .address_size = unit->address_size,
        .offset_size = unit->offset_size,
        .is_swapped = file->is_swapped,
        .steps_left = steps_left,
    };
}

/* ---- code ranges -------------------------------------------------------- */

static int add_list(struct pp_ranges *ranges, struct pp_arena *arena,
                    const struct pp_dwarf_unit *unit,
                    const struct pp_form_value *value, uint64_t *steps_left,
                    uint32_t what)
{
    struct pp_range_lists lists = pp_dwarf_range_lists(unit, steps_left);
    uint64_t offset = value->number, start, end;
    uint32_t before = ranges->count;
    if (value->form == DW_FORM_rnglistx)
        offset = pp_range_list_offset(&lists, offset);
    else if (unit->file->is_split && unit->version < 5)
        offset += unit->ranges_base;
    struct pp_range_list list = pp_range_list_at(&lists, offset);
    while (pp_range_list_next(&list, &start, &end))
        if (pp_ranges_add(ranges, arena, start, end, what) < 0)
            return PP_E_MEMORY;
    return ranges->count > before;
}

int pp_dwarf_add_ranges(struct pp_ranges *ranges, struct pp_arena *arena,
                        const struct pp_dwarf_unit *unit,
                        const struct pp_kept_values *values,
                        uint64_t *steps_left, uint32_t what)
{
    const struct pp_form_value *high = &values->of[PP_KEPT_HIGH_PC];
    uint64_t start, end;
    if (values->of[PP_KEPT_RANGES].form)
        return add_list(ranges, arena, unit, &values->of[PP_KEPT_RANGES],
                        steps_left, what);
    if (!high->form ||
        !pp_form_address(unit, &values->of[PP_KEPT_LOW_PC], &start) ||
        start == 0) /* the linker threw it away */
        return 0;
    if (!pp_form_is_address(high->form))
        end = start + high->number;
    else if (!pp_form_address(unit, high, &end))
        return 0;
    if (pp_ranges_add(ranges, arena, start, end, what) < 0)
        return PP_E_MEMORY;
    return start < end;
}

/* ---- headers ------------------------------------------------------------ */

/* Read the header at the cursor, which goes behind the unit. false when no
 * unit follows that can be. */
static bool read_header(struct pp_dwarf_unit *unit, struct pp_cursor *cursor,
                        struct pp_slice section)
{
    const uint8_t *base = (const uint8_t *)section.data;
    enum { SIGNATURE_SIZE = 8 };
    unit->offset = (uint64_t)(cursor->at - base);
    uint64_t length = pp_cursor_unit_length(cursor, &unit->offset_size);
    struct pp_cursor header = *cursor;
    pp_cursor_skip(cursor, length);
    header.end = cursor->at;
    unit->end = (uint64_t)(cursor->at - base);
    unit->version = pp_cursor_u16(&header);
    unit->type = DW_UT_compile;
    if (unit->version >= 5) {
        unit->type = pp_cursor_u8(&header);
        unit->address_size = pp_cursor_u8(&header);
    }
    unit->abbreviations = pp_cursor_number(&header, unit->offset_size);
    if (unit->version < 5)
        unit->address_size = pp_cursor_u8(&header);
    if (unit->type == DW_UT_skeleton || unit->type == DW_UT_split_compile)
        unit->split_id = pp_cursor_u64(&header);
    else if (unit->type == DW_UT_type || unit->type == DW_UT_split_type)
        pp_cursor_skip(&header, SIGNATURE_SIZE + unit->offset_size);
    unit->entries = (uint64_t)(header.at - base);
    return !header.has_failed;
}

static bool is_known(const struct pp_dwarf_unit *unit)
{
    return unit->version >= 2 && unit->version <= 5 &&
           (unit->address_size == 4 || unit->address_size == 8) &&
           unit->end - unit->offset <= UINT32_MAX;
}

/* ---- first entries ------------------------------------------------------ */

/* Values that can be understood only when all of the entry is read. */
struct first_entry {
    struct pp_kept_values code;
    struct pp_form_value directory, split_name;
};

static void take_attribute(struct pp_dwarf_unit *unit,
                           struct first_entry *first,
                           const struct pp_attribute *attribute)
{
    const struct pp_form_value *value = &attribute->value;
    switch (attribute->name) {
    case DW_AT_low_pc:
        first->code.of[PP_KEPT_LOW_PC] = *value;
        return;
    case DW_AT_high_pc:
        first->code.of[PP_KEPT_HIGH_PC] = *value;
        return;
    case DW_AT_ranges:
        first->code.of[PP_KEPT_RANGES] = *value;
        return;
    case DW_AT_comp_dir:
        first->directory = *value;
        return;
    case DW_AT_dwo_name:
    case DW_AT_GNU_dwo_name:
        first->split_name = *value;
        return;
    case DW_AT_stmt_list:
        unit->line_table = value->number;
        return;
    case DW_AT_str_offsets_base:
        unit->str_offsets_base = value->number;
        return;
    case DW_AT_addr_base:
    case DW_AT_GNU_addr_base:
        unit->addr_base = value->number;
        return;
    case DW_AT_rnglists_base:
        unit->rnglists_base = value->number;
        return;
    case DW_AT_GNU_ranges_base:
        unit->ranges_base = value->number;
        return;
    case DW_AT_GNU_dwo_id:
        unit->split_id = value->number;
        return;
    }
}

/* Where tables begin that have a header in front, as in split files, which do
 * not say it. */
static void assume_bases(struct pp_dwarf_unit *unit)
{
    bool is_64 = unit->offset_size == 8;
    if (unit->version < 5)
        return;
    unit->str_offsets_base = is_64 ? 16 : 8;
    unit->rnglists_base = is_64 ? 20 : 12;
}

static void read_first_entry(struct pp_dwarf_unit *unit,
                             struct first_entry *first)
{
    struct pp_entry entry;
    struct pp_attribute attribute;
    *first = (struct first_entry){0};
    unit->line_table = PP_DWARF_NO_OFFSET;
    assume_bases(unit);
    if (!pp_entry_first(&entry, unit))
        return;
    while (pp_entry_next(&entry, &attribute))
        take_attribute(unit, first, &attribute);
    unit->directory = pp_form_text(unit, &first->directory);
    unit->split_name = pp_form_text(unit, &first->split_name);
    if (!pp_form_address(unit, &first->code.of[PP_KEPT_LOW_PC], &unit->low_pc))
        unit->low_pc = 0;
}

/* ---- finding ------------------------------------------------------------ */

/* The last unit that begins at or before an offset, or NULL. */
static const struct pp_dwarf_unit *last_unit(const struct pp_dwarf_file *file,
                                             uint64_t offset)
{
    uint32_t low = 0, high = file->units.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (file->units.items[middle].offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? &file->units.items[low - 1] : NULL;
}

const struct pp_dwarf_unit *pp_dwarf_unit_at(const struct pp_dwarf_file *file,
                                             uint64_t offset)
{
    const struct pp_dwarf_unit *unit = last_unit(file, offset);
    bool is_in = unit && offset >= unit->entries && offset < unit->end;
    return is_in ? unit : NULL;
}

/* ---- ranges by unit ----------------------------------------------------- */

/* Pairs of start and size up to two zeros. */
static int add_pairs(struct pp_ranges *code, struct pp_arena *scratch,
                     struct pp_cursor *cursor, uint8_t address_size,
                     uint32_t what)
{
    while (!cursor->has_failed) {
        uint64_t start = pp_cursor_number(cursor, address_size);
        uint64_t size = pp_cursor_number(cursor, address_size);
        if ((start | size) == 0)
            return PP_OK;
        if (pp_ranges_add(code, scratch, start, start + size, what) < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

/* What one set says of its unit. Only DWARF 2 needs it: a first entry there has
 * no lists of ranges, and tells of one section at best. */
static int add_set(struct pp_dwarf_file *file, struct pp_ranges *code,
                   struct pp_arena *scratch, struct pp_cursor set,
                   const uint8_t *start, uint8_t offset_size)
{
    uint16_t version = pp_cursor_u16(&set);
    uint64_t offset = pp_cursor_number(&set, offset_size);
    uint8_t address_size = pp_cursor_u8(&set);
    uint8_t segment_size = pp_cursor_u8(&set);
    const struct pp_dwarf_unit *unit = last_unit(file, offset);
    if (version != 2 || segment_size != 0 || !unit || unit->version != 2 ||
        unit->offset != offset || unit->address_size != address_size)
        return PP_OK;
    /* Pairs are aligned to their size. */
    pp_cursor_skip(&set, -(uint64_t)(set.at - start) & (2 * address_size - 1));
    return add_pairs(code, scratch, &set, address_size,
                     (uint32_t)(unit - file->units.items));
}

static int add_sets(struct pp_dwarf_file *file, struct pp_ranges *code,
                    struct pp_arena *scratch)
{
    struct pp_cursor cursor =
        pp_cursor_at(file->sections[PP_DWARF_ARANGES], 0, file->is_swapped);
    int status = PP_OK;
    while (status == PP_OK && pp_cursor_left(&cursor) > 0) {
        const uint8_t *start = cursor.at;
        uint8_t offset_size;
        uint64_t length = pp_cursor_unit_length(&cursor, &offset_size);
        struct pp_cursor set = cursor;
        pp_cursor_skip(&cursor, length);
        set.end = cursor.at;
        if (!cursor.has_failed)
            status = add_set(file, code, scratch, set, start, offset_size);
    }
    return status;
}

/* ---- all units ---------------------------------------------------------- */

int pp_dwarf_read_units(struct pp_dwarf_file *file, struct pp_ranges *code,
                        struct pp_arena *scratch)
{
    struct pp_slice section = file->sections[PP_DWARF_INFO];
    struct pp_cursor cursor = pp_cursor_at(section, 0, file->is_swapped);
    /* A step takes a byte at least, and no two units share a list. */
    uint64_t steps_left = file->sections[PP_DWARF_RANGES].size +
                          file->sections[PP_DWARF_RNGLISTS].size;
    struct first_entry first;
    while (pp_cursor_left(&cursor) > 0) {
        struct pp_dwarf_unit unit = {.file = file};
        if (!read_header(&unit, &cursor, section))
            break;
        if (!is_known(&unit))
            continue;
        read_first_entry(&unit, &first);
        uint32_t index = file->units.count;
        struct pp_dwarf_unit *kept = pp_vector_add(file->arena, &file->units);
        if (!kept)
            return PP_E_MEMORY;
        *kept = unit;
        if (code && pp_dwarf_add_ranges(code, scratch, kept, &first.code,
                                        &steps_left, index) < 0)
            return PP_E_MEMORY;
    }
    return code ? add_sets(file, code, scratch) : PP_OK;
}

void pp_dwarf_join_skeleton(struct pp_dwarf_unit *split,
                            const struct pp_dwarf_unit *skeleton)
{
    split->addr_base = skeleton->addr_base;
    split->ranges_base = skeleton->ranges_base;
    split->low_pc = skeleton->low_pc;
}
