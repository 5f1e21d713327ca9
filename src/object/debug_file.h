/* Where separate debug files are installed, by build id. Private to object/. */
#ifndef PP_OBJECT_DEBUG_FILE_H
#define PP_OBJECT_DEBUG_FILE_H

#include "object/symbol_table.h"

enum { PP_DEBUG_FILE_PATH_SIZE = 4096 };

/* Where all systems have them, in which libpprof looks, too. */
#define PP_DEBUG_DIRECTORY "/usr/lib/debug"

/* Write the path of the debug file with a build id (in hex) below a directory.
 * false when the id is too short to have a place, or the path too long. */
bool pp_debug_file_path(const char *directory, const char *build_id,
                        char path[PP_DEBUG_FILE_PATH_SIZE]);

/* Add the symbols of the debug file with this build id, if the system has it.
 * Only PP_E_MEMORY is a failure. */
int pp_debug_file_read(struct pp_symbol_table *table, struct pp_arena *arena,
                       const char *build_id);

#endif
