/* Split units: what skeletons leave to a file of their own (.dwo) or to a
 * package of many (.dwp). Private to lines/. */
#ifndef PP_LINES_SPLIT_H
#define PP_LINES_SPLIT_H

#include "lines/units.h"

/* The split units of one file, as far as they were asked for. Texts of theirs
 * stay until all are released. */
struct pp_splits {
    struct pp_arena *arena;         /* a soft one, for all below */
    const char *path;               /* of the file that has the code */
    struct pp_object_options files; /* how others are opened */
    bool has_sought_package;
    struct pp_slice package[PP_DWARF_SECTION_COUNT]; /* its whole sections */
    struct pp_slice package_index;                   /* empty: there is none */
    struct {
        struct pp_object **items;
        uint32_t count, capacity;
    } objects;
    struct pp_strings paths; /* of files that were tried */
    struct {
        const struct pp_dwarf_unit **items;
        uint32_t count, capacity;
    } units; /* of all files that were read */
    struct pp_table units_by_id;
};

/* Find the split unit of a skeleton: in the package beside the file with the
 * code (FILE.dwp), else in the file that the skeleton names, there or beside
 * the file with the code. It has the id that the skeleton tells. PP_E_NOT_FOUND
 * when it is nowhere, and words that say where it was looked for.
 *
 * One thread at a time. */
int pp_splits_find(struct pp_splits *splits,
                   const struct pp_dwarf_unit *skeleton,
                   const struct pp_dwarf_unit **unit, struct pp_error *err);

/* Bytes of memory that the open files hold. */
size_t pp_splits_memory(const struct pp_splits *splits);

void pp_splits_release(struct pp_splits *splits);

#endif
