/* Files that are no ELF files, by their first bytes. Private to object/. */
#ifndef PP_OBJECT_FOREIGN_H
#define PP_OBJECT_FOREIGN_H

#include <stdint.h>

enum { PP_FOREIGN_START_SIZE = 16 }; /* what has to be there */

/* What such a file is, with its article; NULL when we do not know. */
const char *pp_foreign_kind(const uint8_t start[PP_FOREIGN_START_SIZE]);

#endif
