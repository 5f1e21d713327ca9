/* Forms: how values are written. See forms.h.
 *
 * Invariant: a value is read within the cursor's bytes, and what it leads to
 * is looked up within its section. */
#include "lines/forms.h"

#include "lines/constants.h"
#include "lines/units.h"

/* Sizes that the unit tells, in the tables below. */
enum { OF_ADDRESS = 0x80, OF_OFFSET, OF_REFERENCE };

#define FIXED(bytes)                                                           \
    {                                                                          \
        PP_FORM_FIXED, bytes                                                   \
    }

static const struct pp_form_layout standard[] = {
    [DW_FORM_addr] = FIXED(OF_ADDRESS),
    [DW_FORM_block2] = {PP_FORM_BLOCK, 2},
    [DW_FORM_block4] = {PP_FORM_BLOCK, 4},
    [DW_FORM_data2] = FIXED(2),
    [DW_FORM_data4] = FIXED(4),
    [DW_FORM_data8] = FIXED(8),
    [DW_FORM_string] = {PP_FORM_TEXT, 0},
    [DW_FORM_block] = {PP_FORM_BLOCK, 0},
    [DW_FORM_block1] = {PP_FORM_BLOCK, 1},
    [DW_FORM_data1] = FIXED(1),
    [DW_FORM_flag] = FIXED(1),
    [DW_FORM_sdata] = {PP_FORM_LEB, 0},
    [DW_FORM_strp] = FIXED(OF_OFFSET),
    [DW_FORM_udata] = {PP_FORM_LEB, 0},
    [DW_FORM_ref_addr] = FIXED(OF_REFERENCE),
    [DW_FORM_ref1] = FIXED(1),
    [DW_FORM_ref2] = FIXED(2),
    [DW_FORM_ref4] = FIXED(4),
    [DW_FORM_ref8] = FIXED(8),
    [DW_FORM_ref_udata] = {PP_FORM_LEB, 0},
    [DW_FORM_indirect] = {PP_FORM_INDIRECT, 0},
    [DW_FORM_sec_offset] = FIXED(OF_OFFSET),
    [DW_FORM_exprloc] = {PP_FORM_BLOCK, 0},
    [DW_FORM_flag_present] = FIXED(0),
    [DW_FORM_strx] = {PP_FORM_LEB, 0},
    [DW_FORM_addrx] = {PP_FORM_LEB, 0},
    [DW_FORM_ref_sup4] = FIXED(4),
    [DW_FORM_strp_sup] = FIXED(OF_OFFSET),
    [DW_FORM_data16] = FIXED(16),
    [DW_FORM_line_strp] = FIXED(OF_OFFSET),
    [DW_FORM_ref_sig8] = FIXED(8),
    [DW_FORM_implicit_const] = FIXED(0),
    [DW_FORM_loclistx] = {PP_FORM_LEB, 0},
    [DW_FORM_rnglistx] = {PP_FORM_LEB, 0},
    [DW_FORM_ref_sup8] = FIXED(8),
    [DW_FORM_strx1] = FIXED(1),
    [DW_FORM_strx2] = FIXED(2),
    [DW_FORM_strx3] = FIXED(3),
    [DW_FORM_strx4] = FIXED(4),
    [DW_FORM_addrx1] = FIXED(1),
    [DW_FORM_addrx2] = FIXED(2),
    [DW_FORM_addrx3] = FIXED(3),
    [DW_FORM_addrx4] = FIXED(4),
};
static const struct pp_form_layout gnu_index = {PP_FORM_LEB, 0};
static const struct pp_form_layout gnu_offset = FIXED(OF_OFFSET);
static const struct pp_form_layout unknown = {PP_FORM_UNKNOWN, 0};

static const struct pp_form_layout *layout_of(uint16_t form)
{
    if (form < sizeof standard / sizeof *standard)
        return &standard[form];
    if (form == DW_FORM_GNU_addr_index || form == DW_FORM_GNU_str_index)
        return &gnu_index;
    if (form == DW_FORM_GNU_ref_alt || form == DW_FORM_GNU_strp_alt)
        return &gnu_offset;
    return &unknown;
}

struct pp_form_layout pp_form_layout(const struct pp_dwarf_unit *unit,
                                     uint16_t form)
{
    struct pp_form_layout layout = *layout_of(form);
    if (layout.size == OF_ADDRESS)
        layout.size = unit->address_size;
    else if (layout.size == OF_OFFSET)
        layout.size = unit->offset_size;
    else if (layout.size == OF_REFERENCE)
        /* Up to DWARF 2 such a reference is as large as an address. */
        layout.size =
            unit->version <= 2 ? unit->address_size : unit->offset_size;
    return layout;
}

/* ---- reading ------------------------------------------------------------ */

static void read_fixed(struct pp_cursor *cursor, uint8_t size, int64_t implicit,
                       struct pp_form_value *value)
{
    if (value->form == DW_FORM_implicit_const)
        value->number = (uint64_t)implicit;
    else if (value->form == DW_FORM_flag_present)
        value->number = 1;
    else if (size == 16)
        value->bytes = pp_cursor_slice(cursor, size);
    else
        value->number = pp_cursor_number(cursor, size);
}

static struct pp_slice read_block(struct pp_cursor *cursor, uint8_t size)
{
    return pp_cursor_slice(cursor, size ? pp_cursor_number(cursor, size)
                                        : pp_cursor_uleb(cursor));
}

/* The form that stands in front of its value. It is no such form again. */
static uint16_t read_form(struct pp_cursor *cursor)
{
    uint64_t form = pp_cursor_uleb(cursor);
    if (form > UINT16_MAX || form == DW_FORM_indirect ||
        form == DW_FORM_implicit_const)
        pp_cursor_fail(cursor);
    return (uint16_t)form;
}

void pp_form_read(struct pp_cursor *cursor, const struct pp_dwarf_unit *unit,
                  uint16_t form, int64_t implicit, struct pp_form_value *value)
{
    if (form == DW_FORM_indirect)
        form = read_form(cursor);
    struct pp_form_layout layout = pp_form_layout(unit, form);
    *value = (struct pp_form_value){.form = form};
    switch (layout.kind) {
    case PP_FORM_FIXED:
        read_fixed(cursor, layout.size, implicit, value);
        return;
    case PP_FORM_LEB:
        value->number = form == DW_FORM_sdata ? (uint64_t)pp_cursor_sleb(cursor)
                                              : pp_cursor_uleb(cursor);
        return;
    case PP_FORM_TEXT:
        value->bytes = pp_cursor_text(cursor);
        return;
    case PP_FORM_BLOCK:
        value->bytes = read_block(cursor, layout.size);
        return;
    }
    pp_cursor_fail(cursor);
}

void pp_form_skip(struct pp_cursor *cursor, const struct pp_dwarf_unit *unit,
                  uint16_t form)
{
    struct pp_form_value value;
    pp_form_read(cursor, unit, form, 0, &value);
}

/* ---- texts -------------------------------------------------------------- */

struct pp_slice pp_dwarf_text(const struct pp_dwarf_file *file,
                              enum pp_dwarf_section section, uint64_t offset)
{
    struct pp_cursor cursor =
        pp_cursor_at(file->sections[section], offset, file->is_swapped);
    return pp_cursor_text(&cursor);
}

static struct pp_slice indexed_text(const struct pp_dwarf_unit *unit,
                                    uint64_t index)
{
    const struct pp_dwarf_file *file = unit->file;
    uint64_t at;
    if (__builtin_mul_overflow(index, unit->offset_size, &at) ||
        __builtin_add_overflow(at, unit->str_offsets_base, &at))
        return (struct pp_slice){0};
    struct pp_cursor cursor = pp_cursor_at(file->sections[PP_DWARF_STR_OFFSETS],
                                           at, file->is_swapped);
    uint64_t offset = pp_cursor_number(&cursor, unit->offset_size);
    return cursor.has_failed ? (struct pp_slice){0}
                             : pp_dwarf_text(file, PP_DWARF_STR, offset);
}

struct pp_slice pp_form_text(const struct pp_dwarf_unit *unit,
                             const struct pp_form_value *value)
{
    const struct pp_dwarf_file *file = unit->file;
    switch (value->form) {
    case DW_FORM_string:
        return value->bytes;
    case DW_FORM_strp:
        return pp_dwarf_text(file, PP_DWARF_STR, value->number);
    case DW_FORM_line_strp:
        return pp_dwarf_text(file, PP_DWARF_LINE_STR, value->number);
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_strp_alt:
        return file->supplement ? pp_dwarf_text(file->supplement, PP_DWARF_STR,
                                                value->number)
                                : (struct pp_slice){0};
    case DW_FORM_strx:
    case DW_FORM_strx1:
    case DW_FORM_strx2:
    case DW_FORM_strx3:
    case DW_FORM_strx4:
    case DW_FORM_GNU_str_index:
        return indexed_text(unit, value->number);
    }
    return (struct pp_slice){0};
}

/* ---- addresses and references ------------------------------------------- */

static bool is_indexed_address(uint16_t form)
{
    return form == DW_FORM_addrx || form == DW_FORM_GNU_addr_index ||
           (form >= DW_FORM_addrx1 && form <= DW_FORM_addrx4);
}

bool pp_form_is_address(uint16_t form)
{
    return form == DW_FORM_addr || is_indexed_address(form);
}

bool pp_form_address(const struct pp_dwarf_unit *unit,
                     const struct pp_form_value *value, uint64_t *address)
{
    if (is_indexed_address(value->form)) {
        struct pp_range_lists lists = pp_dwarf_range_lists(unit, NULL);
        return pp_range_lists_address(&lists, value->number, address);
    }
    *address = value->number;
    return value->form == DW_FORM_addr;
}

bool pp_form_reference(const struct pp_dwarf_unit *unit,
                       const struct pp_form_value *value,
                       struct pp_dwarf_reference *reference)
{
    struct pp_dwarf_file *file = unit->file;
    switch (value->form) {
    case DW_FORM_ref1:
    case DW_FORM_ref2:
    case DW_FORM_ref4:
    case DW_FORM_ref8:
    case DW_FORM_ref_udata:
        *reference =
            (struct pp_dwarf_reference){file, unit->offset + value->number};
        return value->number < unit->end - unit->offset;
    case DW_FORM_ref_addr:
        *reference = (struct pp_dwarf_reference){file, value->number};
        return true;
    case DW_FORM_ref_sup4:
    case DW_FORM_ref_sup8:
    case DW_FORM_GNU_ref_alt:
        *reference =
            (struct pp_dwarf_reference){file->supplement, value->number};
        return file->supplement != NULL;
    }
    return false;
}
