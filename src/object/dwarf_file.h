/* The file that has the DWARF of a program or library: itself, or its separate
 * debug file. Private to object/. */
#ifndef PP_OBJECT_DWARF_FILE_H
#define PP_OBJECT_DWARF_FILE_H

#include <elfutils/libdw.h>

#include "base/base.h"

struct pp_dwarf_file {
    int fd;
    Elf *elf;
    Dwarf *dwarf;
};

/* PP_E_NOT_FOUND when neither has any. */
int pp_dwarf_file_open(struct pp_dwarf_file *file, const char *path,
                       struct pp_error *err);
void pp_dwarf_file_close(struct pp_dwarf_file *file);

#endif
