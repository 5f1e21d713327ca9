/* Function names by address.
 *
 * An open file is an index of 16 bytes a function, sorted by address, and a
 * slab with the names. Where functions overlap, `outer` leads from one to the
 * next that may still cover an address behind its end:
 *
 *     A |------------------------------|        outer: none
 *     B     |------|                            outer: A
 *     C         |-------|                       outer: B
 *
 * Invariant: entries are sorted by start and no two start alike; an entry's
 * outer stands before it. Addresses are told from `first` on and names from
 * the slab's start, in 32 bits; what does not fit there is left out.
 *
 * Everything of a file lives in its one arena, the working memory in another
 * that dies with pp_symbols_open. */
#include "object/symbols.h"

#include "object/debug_file.h"

enum {
    NESTED_MAX = 64, /* steps outwards when looking up */
};

/* What one file may take of memory, for its index and while reading it. */
static const size_t memory_max = (size_t)256 << 20;

/* ---- building the index ------------------------------------------------- */

static const char *name_of(const struct pp_symbol_table *table,
                           const struct pp_symbol *symbol)
{
    return table->names.items + symbol->name;
}

static size_t leading_underscores(const char *name)
{
    return strspn(name, "_");
}

/* Whether a is the better name of two for the same place. */
static bool is_better(const struct pp_symbol_table *table,
                      const struct pp_symbol *a, const struct pp_symbol *b)
{
    const char *a_name = name_of(table, a), *b_name = name_of(table, b);
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

static uint64_t entry_end(const struct pp_symbols_entry *entry)
{
    return (uint64_t)entry->start + entry->size;
}

/* The innermost entry before a start that reaches over it, going outwards
 * from the one added last. */
static uint32_t find_outer(const struct pp_symbols *symbols, uint32_t start)
{
    uint32_t at = symbols->count > 0 ? symbols->count - 1 : PP_NONE;
    for (int step = 0; at != PP_NONE && step < NESTED_MAX; step++) {
        if (entry_end(&symbols->entries[at]) > start)
            return at;
        at = symbols->entries[at].outer;
    }
    return PP_NONE;
}

/* Append one symbol to the index, if it says something new. */
static void add_entry(struct pp_symbols *symbols,
                      const struct pp_symbol_table *table,
                      const struct pp_symbol *symbol, uint64_t end)
{
    const char *name = name_of(table, symbol);
    uint64_t start = symbol->start - symbols->first;
    uint64_t size = end - symbol->start;
    if (!*name || size == 0 || start > UINT32_MAX)
        return;
    uint32_t outer = find_outer(symbols, (uint32_t)start);
    /* A label inside of a function says less than the function's name. */
    if (symbol->rank == PP_SYMBOL_LABEL && outer != PP_NONE)
        return;
    symbols->entries[symbols->count++] = (struct pp_symbols_entry){
        .start = (uint32_t)start,
        .size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX,
        .name = symbols->names_size,
        .outer = outer,
    };
    size_t name_size = strlen(name) + 1;
    memcpy(symbols->names + symbols->names_size, name, name_size);
    symbols->names_size += (uint32_t)name_size;
}

static size_t names_size(const struct pp_symbol_table *table,
                         const struct pp_sort_key *keys, uint32_t count)
{
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++)
        size +=
            strlen(name_of(table, &table->symbols.items[keys[i].index])) + 1;
    return size;
}

static int build_index(struct pp_symbols *symbols,
                       struct pp_symbol_table *table, struct pp_arena *scratch)
{
    struct pp_sort_key *keys = order_by_start(table, scratch);
    if (!keys)
        return PP_E_MEMORY;
    uint32_t count = choose_names(table, keys);
    size_t size = names_size(table, keys, count);
    symbols->entries =
        pp_arena_array(&symbols->arena, count, sizeof *symbols->entries);
    symbols->names = pp_arena_alloc(&symbols->arena, size);
    if (!symbols->entries || !symbols->names || size > UINT32_MAX)
        return PP_E_MEMORY;
    symbols->first = count > 0 ? keys[0].key : 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct pp_symbol *symbol = &table->symbols.items[keys[i].index];
        const struct pp_symbol *next =
            i + 1 < count ? &table->symbols.items[keys[i + 1].index] : NULL;
        add_entry(symbols, table, symbol, end_of(symbol, next));
    }
    return PP_OK;
}

/* ---- what else is kept of the file -------------------------------------- */

static bool holds(const struct pp_elf_segment *segment, uint64_t address)
{
    return address >= segment->address &&
           address - segment->address < segment->memory_size;
}

/* Keep the load segments, and which of them holds .text. */
static int keep_segments(struct pp_symbols *symbols, const struct pp_elf *elf)
{
    const struct pp_elf_section *text = pp_elf_section(elf, ".text");
    symbols->type = elf->type;
    symbols->is_kernel = strstr(elf->path, "vmlinux") != NULL;
    symbols->text_segment = PP_NONE;
    symbols->segments = pp_arena_array(&symbols->arena, elf->segment_count,
                                       sizeof *symbols->segments);
    if (!symbols->segments)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < elf->segment_count; i++) {
        const struct pp_elf_segment *segment = &elf->segments[i];
        if (segment->type != PT_LOAD)
            continue;
        if (text && symbols->text_segment == PP_NONE && segment->flags & PF_X &&
            holds(segment, text->address))
            symbols->text_segment = symbols->segment_count;
        symbols->segments[symbols->segment_count++] = *segment;
    }
    return PP_OK;
}

/* The kernel's symbol that perf's mappings start at. */
static void keep_kernel_start(struct pp_symbols *symbols,
                              const struct pp_symbol_table *table)
{
    for (uint32_t i = 0; i < table->symbols.count; i++) {
        const struct pp_symbol *symbol = &table->symbols.items[i];
        if (strcmp(name_of(table, symbol), "_stext") == 0) {
            symbols->has_kernel_start = true;
            symbols->kernel_start = symbol->start;
            return;
        }
    }
}

/* ---- opening ------------------------------------------------------------ */

/* Read everything of an open file. With `is_file`, names may also come from
 * its separate debug file. */
static int fill(struct pp_symbols *symbols, const struct pp_elf *elf,
                bool is_file, struct pp_arena *scratch, struct pp_error *err)
{
    struct pp_symbol_table table = {0};
    pp_elf_build_id(elf, symbols->build_id);
    if (keep_segments(symbols, elf) < 0 ||
        pp_symbol_table_read(&table, scratch, elf) < 0)
        return pp_fail_memory(err);
    if (is_file && !pp_symbol_table_is_full(elf) &&
        pp_debug_file_read(&table, scratch, symbols->build_id) < 0)
        return pp_fail_memory(err);
    keep_kernel_start(symbols, &table);
    if (build_index(symbols, &table, scratch) < 0)
        return pp_fail_memory(err);
    return PP_OK;
}

/* A new one, in an arena of its own, from an open file. */
static int new_symbols(const struct pp_elf *elf, bool is_file,
                       struct pp_arena *scratch, struct pp_symbols **out,
                       struct pp_error *err)
{
    struct pp_arena arena;
    pp_arena_init(&arena, memory_max);
    struct pp_symbols *symbols = pp_arena_new(&arena, struct pp_symbols);
    if (!symbols)
        return pp_fail_memory(err);
    symbols->arena = arena;
    int status = fill(symbols, elf, is_file, scratch, err);
    if (status < 0)
        pp_symbols_free(symbols);
    else
        *out = symbols;
    return status;
}

int pp_symbols_open(const char *path, struct pp_symbols **symbols,
                    struct pp_error *err)
{
    struct pp_arena scratch;
    struct pp_elf elf;
    *symbols = NULL;
    pp_arena_init(&scratch, memory_max);
    int status = pp_elf_open(&elf, &scratch, path, err);
    if (status == PP_OK)
        status = new_symbols(&elf, true, &scratch, symbols, err);
    pp_elf_close(&elf);
    pp_arena_release(&scratch);
    return status;
}

int pp_symbols_open_image(const void *image, size_t size,
                          struct pp_symbols **symbols, struct pp_error *err)
{
    struct pp_arena scratch;
    struct pp_elf elf;
    *symbols = NULL;
    pp_arena_init(&scratch, memory_max);
    int status = pp_elf_open_image(&elf, &scratch, image, size, err);
    if (status == PP_OK)
        status = new_symbols(&elf, false, &scratch, symbols, err);
    pp_arena_release(&scratch);
    return status;
}

void pp_symbols_free(struct pp_symbols *symbols)
{
    if (!symbols)
        return;
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = symbols->arena;
    pp_arena_release(&arena);
}

/* ---- looking up --------------------------------------------------------- */

/* The last entry that starts at or before, PP_NONE when there is none. */
static uint32_t last_before(const struct pp_symbols *symbols, uint64_t offset)
{
    uint32_t low = 0, high = symbols->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (symbols->entries[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : PP_NONE;
}

bool pp_symbols_find(const struct pp_symbols *symbols, uint64_t address,
                     struct pp_slice *name, uint64_t *start)
{
    if (address < symbols->first)
        return false;
    uint64_t offset = address - symbols->first;
    uint32_t at = last_before(symbols, offset);
    for (int step = 0; at != PP_NONE && step < NESTED_MAX; step++) {
        const struct pp_symbols_entry *entry = &symbols->entries[at];
        if (offset < entry_end(entry)) {
            *name = pp_slice_of(symbols->names + entry->name);
            if (start)
                *start = symbols->first + entry->start;
            return true;
        }
        at = entry->outer;
    }
    return false;
}

struct pp_slice pp_symbols_build_id(const struct pp_symbols *symbols)
{
    return pp_slice_of(symbols->build_id);
}

uint32_t pp_symbols_count(const struct pp_symbols *symbols)
{
    return symbols->count;
}

size_t pp_symbols_memory(const struct pp_symbols *symbols)
{
    return symbols->arena.used;
}
