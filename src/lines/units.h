/* The units of a DWARF file: where each lies, and what its first entry says.
 * Private to lines/. */
#ifndef PP_LINES_UNITS_H
#define PP_LINES_UNITS_H

#include "lines/abbreviations.h"
#include "lines/ranges.h"
#include "object/object.h"

/* Take the sections of an object. All of them stay as long as it does. */
void pp_dwarf_take_sections(struct pp_dwarf_file *file,
                            struct pp_object *object);

/* Find the units. The code ranges of each are added to `code`, unless that is
 * NULL, as those of its number, in the (soft) arena `scratch`. 0 or
 * PP_E_MEMORY; where the units are damaged they end. */
int pp_dwarf_read_units(struct pp_dwarf_file *file, struct pp_ranges *code,
                        struct pp_arena *scratch);

/* The unit that has the entry at an offset of .debug_info, or NULL. */
const struct pp_dwarf_unit *pp_dwarf_unit_at(const struct pp_dwarf_file *file,
                                             uint64_t offset);

/* Give a split unit what its skeleton alone says. */
void pp_dwarf_join_skeleton(struct pp_dwarf_unit *split,
                            const struct pp_dwarf_unit *skeleton);

/* From what its code ranges are read. steps_left may be NULL where no list is
 * read. */
struct pp_range_lists pp_dwarf_range_lists(const struct pp_dwarf_unit *unit,
                                           uint64_t *steps_left);

/* Add the code ranges of an entry of the unit to `ranges`, as those of `what`.
 * How many ranges it has, or PP_E_MEMORY. */
int pp_dwarf_add_ranges(struct pp_ranges *ranges, struct pp_arena *arena,
                        const struct pp_dwarf_unit *unit,
                        const struct pp_kept_values *values,
                        uint64_t *steps_left, uint32_t what);

#endif
