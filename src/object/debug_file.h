/* Separate debug files. Private to object/. */
#ifndef PP_OBJECT_DEBUG_FILE_H
#define PP_OBJECT_DEBUG_FILE_H

#include "object/symbol_table.h"

enum { PP_DEBUG_FILE_PATH_SIZE = 64 + PP_BUILD_ID_HEX_SIZE };

/* Write where the debug file of a build id (in hex) would be installed; ""
 * when the id is too short to have a place. */
void pp_debug_file_path(const char *build_id,
                        char path[PP_DEBUG_FILE_PATH_SIZE]);

/* Add the symbols of the debug file with this build id, if it is installed.
 * Only PP_E_MEMORY is a failure. */
int pp_debug_file_read(struct pp_symbol_table *table, struct pp_arena *arena,
                       const char *build_id);

#endif
