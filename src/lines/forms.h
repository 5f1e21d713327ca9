/* The values of attributes: how they are written (forms), and what is meant.
 * Private to lines/.
 *
 * Specification: DWARF 5, 7.5.5 and 7.5.6. */
#ifndef PP_LINES_FORMS_H
#define PP_LINES_FORMS_H

#include "lines/cursor.h"
#include "lines/dwarf.h"

/* How the values of a form lie there. */
enum pp_form_kind {
    PP_FORM_UNKNOWN,
    PP_FORM_FIXED,   /* `size` bytes */
    PP_FORM_LEB,     /* a LEB128 number */
    PP_FORM_TEXT,    /* text and a NUL */
    PP_FORM_BLOCK,   /* a number of `size` bytes, or a LEB128 when that is 0,
                        and so many bytes */
    PP_FORM_INDIRECT /* another form, and its value */
};

struct pp_form_layout {
    uint8_t kind, size;
};

struct pp_form_layout pp_form_layout(const struct pp_dwarf_unit *unit,
                                     uint16_t form);

/* A value as it is written; what it means depends on its form. */
struct pp_form_value {
    uint16_t form;         /* DW_FORM_*; never DW_FORM_indirect */
    uint64_t number;       /* a number, an offset, an index, an address */
    struct pp_slice bytes; /* of blocks and texts in place */
};

/* Read a value of a form; implicit is what the abbreviation has of
 * DW_FORM_implicit_const. The cursor fails on unknown forms. The unit tells
 * sizes only. */
void pp_form_read(struct pp_cursor *cursor, const struct pp_dwarf_unit *unit,
                  uint16_t form, int64_t implicit, struct pp_form_value *value);

void pp_form_skip(struct pp_cursor *cursor, const struct pp_dwarf_unit *unit,
                  uint16_t form);

/* The text at an offset of a section of texts; empty when there is none. */
struct pp_slice pp_dwarf_text(const struct pp_dwarf_file *file,
                              enum pp_dwarf_section section, uint64_t offset);

/* What values mean. Empty, or false, when they are of another kind or lead
 * nowhere. */
struct pp_slice pp_form_text(const struct pp_dwarf_unit *unit,
                             const struct pp_form_value *value);
bool pp_form_address(const struct pp_dwarf_unit *unit,
                     const struct pp_form_value *value, uint64_t *address);
bool pp_form_is_address(uint16_t form);

/* An entry of some file, by its offset in .debug_info. */
struct pp_dwarf_reference {
    struct pp_dwarf_file *file;
    uint64_t offset;
};
bool pp_form_reference(const struct pp_dwarf_unit *unit,
                       const struct pp_form_value *value,
                       struct pp_dwarf_reference *reference);

#endif
