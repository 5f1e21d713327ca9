/* mapping_line: one mapping of a program's address space, as a line of text.
 * Private to formats. */
#ifndef PP_FORMATS_MAPPING_LINE_H
#define PP_FORMATS_MAPPING_LINE_H

#include "base/base.h"

/* Borrows from the line. */
struct pp_mapping_line {
    uint64_t start, limit, offset;
    struct pp_slice filename, build_id;
    bool is_executable; /* or nothing is said of it */
};

/* Read a line of /proc/PID/maps, or of the brief form
 *
 *     START-LIMIT [PERMISSIONS] [FILE] [(@OFFSET)] [BUILD_ID]
 *
 * with all numbers hexadecimal. False where it is neither. Of a mapping that is
 * not executable the numbers are not read. */
bool pp_mapping_line_read(struct pp_slice line,
                          struct pp_mapping_line *mapping);

/* Without what the glog package writes in front: "... FILE:LINE] ". */
struct pp_slice pp_mapping_line_without_log(struct pp_slice line);

#endif
