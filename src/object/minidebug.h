/* MiniDebugInfo: the symbols of local functions, which some distributions leave
 * in their stripped files. Private to object/, in the tool only. */
#ifndef PP_OBJECT_MINIDEBUG_H
#define PP_OBJECT_MINIDEBUG_H

#include "object/symbol_table.h"

/* Add the symbols of .gnu_debugdata, given its bytes: an ELF file packed by xz.
 * What is damaged adds none; the only failure is PP_E_MEMORY. */
int pp_minidebug_read(struct pp_symbol_table *table, struct pp_arena *arena,
                      struct pp_slice packed);

#endif
