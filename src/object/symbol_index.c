/* Building the index of function names by address.
 *
 * Where functions overlap, `outer` leads from one to the next that may still
 * cover an address behind its end:
 *
 *     A |------------------------------|        outer: none
 *     B     |------|                            outer: A
 *     C         |-------|                       outer: B
 *
 * Invariant: entries are sorted by address and no two start alike; an entry's
 * outer stands before it, in the same region. Addresses are told from the first
 * of a region on and names from the slab's start, in 32 bits; a region ends
 * where an address does not fit there. */
#include "object/symbols.h"

/* ---- which names -------------------------------------------------------- */

static size_t leading_underscores(const char *name)
{
    return strspn(name, "_");
}

/* Whether a is the better name of two for the same place. */
static bool is_better(const struct pp_symbol_table *table,
                      const struct pp_symbol *a, const struct pp_symbol *b)
{
    const char *a_name = pp_symbol_name(table, a),
               *b_name = pp_symbol_name(table, b);
    if (!*a_name || !*b_name)
        return *a_name != 0;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    size_t a_under = leading_underscores(a_name);
    size_t b_under = leading_underscores(b_name);
    return a_under != b_under ? a_under < b_under : strcmp(a_name, b_name) < 0;
}

/* Keys that order the table by address. */
static struct pp_sort_key *order_by_start(const struct pp_symbol_table *table,
                                          struct pp_arena *arena)
{
    uint32_t count = table->symbols.count;
    struct pp_sort_key *keys = pp_arena_array(arena, count, sizeof *keys);
    if (!keys)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (struct pp_sort_key){table->symbols.items[i].start, i};
    return pp_sort(keys, count, arena) < 0 ? NULL : keys;
}

/* Reduce the sorted keys to one for each address, that of the best alias,
 * which also takes the longest size of them. Returns how many are left. */
static uint32_t choose_names(struct pp_symbol_table *table,
                             struct pp_sort_key *keys)
{
    struct pp_symbol *symbols = table->symbols.items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < table->symbols.count; i++) {
        struct pp_symbol *symbol = &symbols[keys[i].index];
        if (kept == 0 || keys[kept - 1].key != keys[i].key) {
            keys[kept++] = keys[i];
            continue;
        }
        if (table->last_wins) {
            keys[kept - 1] = keys[i];
            continue;
        }
        struct pp_symbol *best = &symbols[keys[kept - 1].index];
        uint64_t size = symbol->size > best->size ? symbol->size : best->size;
        if (is_better(table, symbol, best)) {
            keys[kept - 1].index = keys[i].index;
            best = symbol;
        }
        best->size = size;
    }
    return kept;
}

/* Where a symbol ends: by its size, else where the next one starts, but in
 * its section. `next` may be NULL. */
static uint64_t end_of(const struct pp_symbol *symbol,
                       const struct pp_symbol *next)
{
    if (symbol->size > 0)
        return symbol->start + symbol->size;
    if (next && next->start < symbol->section_end)
        return next->start;
    return symbol->section_end;
}

/* ---- the index ---------------------------------------------------------- */

/* The innermost entry of a region before a start that reaches over it, going
 * outwards from the one added last. */
static uint32_t find_outer(const struct pp_symbols *symbols,
                           const struct pp_symbols_region *region,
                           uint32_t start)
{
    uint32_t at = symbols->count > region->begin ? symbols->count - 1 : PP_NONE;
    for (int step = 0; at != PP_NONE && step < PP_SYMBOLS_NESTED_MAX; step++) {
        if (pp_symbols_entry_end(&symbols->entries[at]) > start)
            return at;
        at = symbols->entries[at].outer;
    }
    return PP_NONE;
}

/* The region of an address, which is not below those before; NULL without
 * memory. */
static const struct pp_symbols_region *region_of(struct pp_symbols *symbols,
                                                 uint64_t address)
{
    uint32_t count = symbols->regions.count;
    struct pp_symbols_region *last =
        count > 0 ? &symbols->regions.items[count - 1] : NULL;
    if (last && address - last->first <= UINT32_MAX)
        return last;
    struct pp_symbols_region *added =
        pp_vector_add(&symbols->arena, &symbols->regions);
    if (added)
        *added = (struct pp_symbols_region){address, symbols->count};
    return added;
}

/* Where a name stands in the slab; it is copied there, unless all are. */
static uint32_t keep_name(struct pp_symbols *symbols,
                          const struct pp_symbol_table *table,
                          const struct pp_symbol *symbol)
{
    if (symbols->has_all_names)
        return symbol->name;
    const char *name = pp_symbol_name(table, symbol);
    size_t size = strlen(name) + 1;
    uint32_t at = symbols->names_size;
    memcpy(symbols->names + at, name, size);
    symbols->names_size += (uint32_t)size;
    return at;
}

/* Append one symbol to the index, if it says something new. */
static int add_entry(struct pp_symbols *symbols,
                     const struct pp_symbol_table *table,
                     const struct pp_symbol *symbol, uint64_t end)
{
    uint64_t size = end - symbol->start;
    if (size == 0)
        return PP_OK;
    const struct pp_symbols_region *region = region_of(symbols, symbol->start);
    if (!region)
        return PP_E_MEMORY;
    uint32_t start = (uint32_t)(symbol->start - region->first);
    uint32_t outer = find_outer(symbols, region, start);
    /* A label inside of a function says less than the function's name. */
    if (symbol->rank == PP_SYMBOL_LABEL && outer != PP_NONE)
        return PP_OK;
    symbols->entries[symbols->count++] = (struct pp_symbols_entry){
        .start = start,
        .size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX,
        .name = keep_name(symbols, table, symbol),
        .outer = outer,
    };
    return PP_OK;
}

static size_t names_size(const struct pp_symbol_table *table,
                         const struct pp_sort_key *keys, uint32_t count)
{
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++)
        size += strlen(pp_symbol_name(table,
                                      &table->symbols.items[keys[i].index])) +
                1;
    return size;
}

/* Room for entries and names; all names are there already when kept. */
static int make_room(struct pp_symbols *symbols,
                     const struct pp_symbol_table *table,
                     const struct pp_sort_key *keys, uint32_t count)
{
    symbols->entries =
        pp_arena_array(&symbols->arena, count, sizeof *symbols->entries);
    if (symbols->has_all_names)
        return symbols->entries ? PP_OK : PP_E_MEMORY;
    size_t size = names_size(table, keys, count);
    symbols->names = pp_arena_alloc(&symbols->arena, size);
    return symbols->entries && symbols->names && size <= UINT32_MAX
               ? PP_OK
               : PP_E_MEMORY;
}

static int build_entries(struct pp_symbols *symbols,
                         struct pp_symbol_table *table,
                         struct pp_sort_key *keys)
{
    uint32_t count = choose_names(table, keys);
    int status = make_room(symbols, table, keys, count);
    for (uint32_t i = 0; i < count && status == PP_OK; i++) {
        const struct pp_symbol *symbol = &table->symbols.items[keys[i].index];
        const struct pp_symbol *next =
            i + 1 < count ? &table->symbols.items[keys[i + 1].index] : NULL;
        status = add_entry(symbols, table, symbol, end_of(symbol, next));
    }
    return status;
}

/* ---- the list of all ---------------------------------------------------- */

enum { ALIASES_MAX = 256 }; /* at one address; more stay in no order */

static const char *listed_name(const struct pp_symbols *symbols, uint32_t index)
{
    return symbols->names + symbols->list[index].name;
}

/* Move the symbol listed last to its place among its aliases, which begin at
 * `first`; one that is there already is dropped. */
static void order_alias(struct pp_symbols *symbols, uint32_t first)
{
    uint32_t at = symbols->list_count - 1;
    struct pp_symbols_listed last = symbols->list[at];
    const char *name = symbols->names + last.name;
    int order = -1;
    if (at - first > ALIASES_MAX)
        return;
    while (at > first &&
           (order = strcmp(listed_name(symbols, at - 1), name)) > 0)
        at--;
    if (at > first && order == 0) {
        if (symbols->list[at - 1].size < last.size)
            symbols->list[at - 1].size = last.size;
        symbols->list_count--;
        return;
    }
    memmove(&symbols->list[at + 1], &symbols->list[at],
            (symbols->list_count - 1 - at) * sizeof *symbols->list);
    symbols->list[at] = last;
}

/* Give symbols without size the one that follows from the next address. */
static void complete_sizes(struct pp_symbols *symbols)
{
    uint64_t next = UINT64_MAX;
    for (uint32_t i = symbols->list_count; i-- > 0;) {
        struct pp_symbols_listed *listed = &symbols->list[i];
        if (i + 1 < symbols->list_count &&
            symbols->list[i + 1].start > listed->start)
            next = symbols->list[i + 1].start;
        if (listed->size == 0)
            listed->size =
                (next < listed->section_end ? next : listed->section_end) -
                listed->start;
    }
}

/* List the symbols of the table, whose names are kept all. */
static int build_list(struct pp_symbols *symbols,
                      const struct pp_symbol_table *table,
                      const struct pp_sort_key *keys)
{
    uint32_t count = table->symbols.count, first = 0;
    symbols->has_all_names = true;
    symbols->names = pp_arena_alloc(&symbols->arena, table->names.count);
    symbols->list =
        pp_arena_array(&symbols->arena, count, sizeof *symbols->list);
    if (!symbols->names || !symbols->list)
        return PP_E_MEMORY;
    if (table->names.count > 0)
        memcpy(symbols->names, table->names.items, table->names.count);
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_symbol *symbol = &table->symbols.items[keys[i].index];
        if (symbol->rank == PP_SYMBOL_STUB)
            continue;
        if (symbols->list_count > 0 &&
            symbols->list[symbols->list_count - 1].start < symbol->start)
            first = symbols->list_count;
        symbols->list[symbols->list_count++] = (struct pp_symbols_listed){
            symbol->start, symbol->size, symbol->section_end, symbol->name};
        order_alias(symbols, first);
    }
    complete_sizes(symbols);
    return PP_OK;
}

/* ---- both --------------------------------------------------------------- */

int pp_symbols_build(struct pp_symbols *symbols, struct pp_symbol_table *table,
                     bool with_list, struct pp_arena *scratch)
{
    struct pp_sort_key *keys = order_by_start(table, scratch);
    int status = keys ? PP_OK : PP_E_MEMORY;
    if (status == PP_OK && with_list)
        status = build_list(symbols, table, keys);
    if (status == PP_OK)
        status = build_entries(symbols, table, keys);
    return status;
}
