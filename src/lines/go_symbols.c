/* The symbols of Go programs: those of its own table where the program was
 * stripped of them, and what their names say. See lines.h.
 *
 * Invariant: what is there already stays; only names are added.
 *
 * Specification: Go's "internal ABI", which names the two that the linker tells
 * apart by what it puts behind a symbol. */
#include "lines/go_table.h"

/* A symbol takes some 32 bytes here, and as many of the table. */
static const size_t memory_max = (size_t)1 << 30;

/* To find the ends of all functions; real tables have some megabytes. */
static const size_t work_max = (size_t)256 << 20;

struct symbol_list {
    struct pp_listed_symbol *items;
    uint32_t count, capacity;
};

/* Stripping takes the symbols of all Go functions, or of none. */
static bool has_go_symbols(const struct pp_symbols *symbols,
                           const struct pp_go_table *table)
{
    struct pp_go_function first;
    struct pp_slice name;
    size_t work = 0;
    return pp_go_table_function(table, 0, &work, &first) &&
           pp_symbols_find(symbols, first.start, &name, NULL);
}

static int add_symbol(struct symbol_list *list, struct pp_arena *arena,
                      const struct pp_listed_symbol *symbol)
{
    struct pp_listed_symbol *added = pp_vector_add(arena, list);
    if (!added)
        return PP_E_MEMORY;
    *added = *symbol;
    return PP_OK;
}

/* Those that there are, then the functions of the table. */
static int make_list(struct symbol_list *list, struct pp_arena *arena,
                     const struct pp_symbols *symbols,
                     const struct pp_go_table *table)
{
    struct pp_listed_symbol symbol;
    struct pp_go_function function;
    size_t work = work_max;
    int status = PP_OK;
    for (uint32_t i = 0; status == PP_OK && pp_symbols_at(symbols, i, &symbol);
         i++)
        status = add_symbol(list, arena, &symbol);
    for (uint32_t i = 0; status == PP_OK && i < pp_go_table_count(table); i++) {
        if (!pp_go_table_function(table, i, &work, &function) ||
            function.end <= function.start)
            continue;
        symbol = (struct pp_listed_symbol){
            .name = function.name,
            .start = function.start,
            .size = function.end - function.start,
        };
        status = add_symbol(list, arena, &symbol);
    }
    return status;
}

static int complete(struct pp_object *object, struct pp_symbols **symbols,
                    struct pp_arena *scratch, struct pp_error *err)
{
    struct pp_go_table *table;
    struct symbol_list list = {0};
    struct pp_symbols *all;
    if (pp_go_table_open(object, scratch, &table, NULL) < 0 ||
        has_go_symbols(*symbols, table))
        return PP_OK;
    if (make_list(&list, scratch, *symbols, table) < 0)
        return pp_fail_memory(err);
    int status =
        pp_symbols_from_list(object, list.items, list.count, &all, err);
    if (status < 0)
        return status;
    pp_symbols_free(*symbols);
    *symbols = all;
    return PP_OK;
}

int pp_lines_complete_symbols(struct pp_object *object,
                              struct pp_symbols **symbols, struct pp_error *err)
{
    struct pp_arena scratch;
    pp_arena_init(&scratch, memory_max);
    int status = complete(object, symbols, &scratch, err);
    pp_arena_release(&scratch);
    return status;
}

struct pp_slice pp_lines_function_name(struct pp_slice symbol)
{
    static const struct pp_slice ends[] = {{".abi0", 5}, {".abiinternal", 12}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (symbol.size <= ends[i].size)
            continue;
        size_t size = symbol.size - ends[i].size;
        if (memcmp(symbol.data + size, ends[i].data, ends[i].size) == 0)
            return (struct pp_slice){symbol.data, size};
    }
    return symbol;
}
