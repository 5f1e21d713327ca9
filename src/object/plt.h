/* The stubs by which a file calls functions of others, "write@plt". Private to
 * object/. */
#ifndef PP_OBJECT_PLT_H
#define PP_OBJECT_PLT_H

#include "object/symbol_table.h"

/* Add a symbol for each stub of a file for x86-64, i386 or aarch64. Only
 * PP_E_MEMORY is a failure. */
int pp_plt_read(struct pp_symbol_table *table, struct pp_arena *arena,
                const struct pp_elf *elf);

#endif
