/* All symbols that are to be had of an open file: its own, those of its debug
 * file, or where there is none of its MiniDebugInfo. See object.h.
 *
 * Invariant: what is indexed is copied; the objects may go. */
#include "object/minidebug.h"
#include "object/open.h"
#include "object/plt.h"
#include "object/symbols.h"

/* Add the symbols of the debug file, if there is one. */
static int add_debug_file(struct pp_object *object,
                          const struct pp_debug_search *search,
                          struct pp_symbol_table *table,
                          struct pp_arena *scratch)
{
    struct pp_object *debug;
    if (!search || pp_debug_file_open(object, search, NULL, &debug, NULL) < 0)
        return PP_OK;
    int status = pp_symbol_table_read(table, scratch, &debug->elf);
    pp_object_free(debug);
    return status;
}

/* Add what stands elsewhere than in the file's own tables. */
static int add_others(struct pp_object *object,
                      const struct pp_debug_search *search,
                      struct pp_symbol_table *table, struct pp_arena *scratch)
{
    struct pp_slice packed;
    uint32_t before = table->symbols.count;
    if (pp_symbol_table_is_full(&object->elf))
        return PP_OK;
    int status = add_debug_file(object, search, table, scratch);
    if (status < 0 || table->symbols.count > before ||
        !pp_object_section(object, ".gnu_debugdata", &packed, NULL))
        return status;
    return pp_minidebug_read(table, scratch, packed);
}

int pp_symbols_open_object(struct pp_object *object,
                           const struct pp_debug_search *search,
                           struct pp_symbols **symbols, struct pp_error *err)
{
    struct pp_symbol_table table = {0};
    struct pp_arena scratch;
    pp_arena_init(&scratch, pp_symbols_memory_max);
    *symbols = NULL;
    if (pp_symbol_table_read(&table, &scratch, &object->elf) == PP_OK &&
        pp_plt_read(&table, &scratch, &object->elf) == PP_OK &&
        add_others(object, search, &table, &scratch) == PP_OK)
        *symbols = pp_symbols_new(&object->elf);
    int status = *symbols
                     ? pp_symbols_finish(symbols, &table, true, &scratch, err)
                     : pp_fail_memory(err);
    pp_arena_release(&scratch);
    return status;
}
