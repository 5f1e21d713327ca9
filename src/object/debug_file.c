/* Separate debug files, found by build id as GDB finds them: the first byte of
 * the id names a directory, the others the file. See debug_file.h. */
#include "object/debug_file.h"

#include <stdio.h>

bool pp_debug_file_path(const char *directory, const char *build_id,
                        char path[PP_DEBUG_FILE_PATH_SIZE])
{
    if (strlen(build_id) <= 2)
        return false;
    int size =
        snprintf(path, PP_DEBUG_FILE_PATH_SIZE, "%s/.build-id/%.2s/%s.debug",
                 directory, build_id, build_id + 2);
    return size < PP_DEBUG_FILE_PATH_SIZE;
}

int pp_debug_file_read(struct pp_symbol_table *table, struct pp_arena *arena,
                       const char *build_id)
{
    char path[PP_DEBUG_FILE_PATH_SIZE], found_id[PP_BUILD_ID_HEX_SIZE];
    struct pp_elf elf;
    if (!pp_debug_file_path(PP_DEBUG_DIRECTORY, build_id, path) ||
        pp_elf_open(&elf, arena, path, NULL) < 0)
        return PP_OK;
    pp_elf_build_id(&elf, found_id);
    int status = PP_OK;
    if (strcmp(found_id, build_id) == 0)
        status = pp_symbol_table_read(table, arena, &elf);
    pp_elf_close(&elf);
    return status;
}
