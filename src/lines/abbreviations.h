/* Abbreviations: which attributes the entries of a unit have. Private to
 * lines/.
 *
 * A walk over millions of entries wants to know four attributes of two tags.
 * So each abbreviation is compiled to steps: how many bytes to go on, or how
 * to, and which value to keep.
 *
 * Specification: DWARF 5, 7.5.3. */
#ifndef PP_LINES_ABBREVIATIONS_H
#define PP_LINES_ABBREVIATIONS_H

#include "lines/forms.h"

/* What a walk keeps of entries. */
enum pp_kept {
    PP_KEPT_LOW_PC,
    PP_KEPT_HIGH_PC,
    PP_KEPT_RANGES,
    PP_KEPT_SIBLING,
    PP_KEPT_COUNT
};

/* How to get over one or more attributes; kind is a pp_form_kind. */
struct pp_step {
    uint8_t kind;
    uint8_t kept;    /* enum pp_kept; PP_KEPT_COUNT: the value is skipped */
    uint16_t number; /* the form when it is kept, else the size */
};

struct pp_abbreviation {
    uint64_t code;
    const uint8_t *attributes; /* names and forms, as they stand there */
    uint32_t step_first, step_count;
    uint16_t tag;
    bool has_children;
    bool is_plain;       /* no children, nothing to keep, and a size that is */
    uint16_t plain_size; /* always this one */
};

/* Those of one or more units. */
struct pp_abbreviations {
    uint64_t offset; /* in .debug_abbrev */
    uint8_t address_size, offset_size;
    bool is_version_2;
    bool is_dense; /* codes count from 1 */
    struct {
        struct pp_abbreviation *items;
        uint32_t count, capacity;
    } all;
    struct pp_table by_code; /* when not dense */
    struct {
        struct pp_step *items;
        uint32_t count, capacity;
    } steps;
};

/* The abbreviations of a unit, compiled once for all that share them; NULL
 * without memory. Damaged ones end where the damage is. Changes the file: one
 * thread at a time. */
const struct pp_abbreviations *pp_abbreviations_of(
    const struct pp_dwarf_unit *unit);

static inline const struct pp_abbreviation *pp_abbreviations_find(
    const struct pp_abbreviations *table, uint64_t code)
{
    uint32_t at, index;
    if (table->is_dense)
        return code - 1 < table->all.count ? &table->all.items[code - 1] : NULL;
    pp_table_each (&table->by_code, pp_hash_foreign_u64(code), at, index)
        if (table->all.items[index].code == code)
            return &table->all.items[index];
    return NULL;
}

/* ---- walking ------------------------------------------------------------ */

/* The values kept of an entry; form 0 where it has none. */
struct pp_kept_values {
    struct pp_form_value of[PP_KEPT_COUNT];
};

/* Take the cursor, behind an entry's code, over its attributes. */
void pp_abbreviation_walk(const struct pp_abbreviations *table,
                          const struct pp_abbreviation *abbreviation,
                          const struct pp_dwarf_unit *unit,
                          struct pp_cursor *cursor,
                          struct pp_kept_values *values);

/* ---- single entries ----------------------------------------------------- */

/* One entry, whose attributes are read one after another. */
struct pp_entry {
    const struct pp_dwarf_unit *unit;
    struct pp_cursor cursor;     /* in .debug_info */
    struct pp_cursor attributes; /* in .debug_abbrev */
    uint32_t attribute_count;    /* that were read */
    uint16_t tag;
    bool has_children;
};

struct pp_attribute {
    uint16_t name;
    struct pp_form_value value;
};

/* The entry at an offset of the unit's section, by its compiled abbreviations;
 * false where none is. */
bool pp_entry_at(struct pp_entry *entry, const struct pp_dwarf_unit *unit,
                 uint64_t offset, const struct pp_abbreviations *table);

/* The first entry of a unit, without compiling all abbreviations for it. */
bool pp_entry_first(struct pp_entry *entry, const struct pp_dwarf_unit *unit);

/* The next attribute; false behind the last, or where it cannot be read. */
bool pp_entry_next(struct pp_entry *entry, struct pp_attribute *attribute);

#endif
