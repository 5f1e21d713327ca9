/* Packages of split units (.dwp): which parts of a package's sections one unit
 * has. Private to lines/. */
#ifndef PP_LINES_PACKAGE_H
#define PP_LINES_PACKAGE_H

#include "lines/dwarf.h"

/* What a unit has of a section; size 0: nothing, or all, where the section is
 * not divided. */
struct pp_package_part {
    uint64_t offset, size;
};

/* Look the unit with this id up in the index of a package (.debug_cu_index).
 * false when the package has no such unit, or the index is damaged. */
bool pp_package_find(struct pp_slice index, bool is_swapped, uint64_t id,
                     struct pp_package_part parts[PP_DWARF_SECTION_COUNT]);

#endif
