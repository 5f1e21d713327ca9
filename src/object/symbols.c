/* Function names by address.
 *
 * An open file is an index of 16 bytes a function, sorted by address, and a
 * slab with the names; see symbol_index.c.
 *
 * Everything of a file lives in its one arena, the working memory in another
 * that dies with pp_symbols_open. */
#include "object/symbols.h"

#include "object/debug_file.h"
#include "object/plt.h"

const size_t pp_symbols_memory_max = (size_t)256 << 20;

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
        if (strcmp(pp_symbol_name(table, symbol), "_stext") == 0) {
            symbols->has_kernel_start = true;
            symbols->kernel_start = symbol->start;
            return;
        }
    }
}

/* ---- making ------------------------------------------------------------- */

struct pp_symbols *pp_symbols_new(const struct pp_elf *elf)
{
    struct pp_arena arena;
    pp_arena_init(&arena, pp_symbols_memory_max);
    struct pp_symbols *symbols = pp_arena_new(&arena, struct pp_symbols);
    if (!symbols)
        return NULL;
    symbols->arena = arena;
    symbols->type = ET_NONE;
    symbols->text_segment = PP_NONE;
    if (!elf)
        return symbols;
    pp_elf_build_id(elf, symbols->build_id);
    if (keep_segments(symbols, elf) == PP_OK)
        return symbols;
    pp_symbols_free(symbols);
    return NULL;
}

int pp_symbols_finish(struct pp_symbols **symbols,
                      struct pp_symbol_table *table, bool with_list,
                      struct pp_arena *scratch, struct pp_error *err)
{
    keep_kernel_start(*symbols, table);
    if (pp_symbols_build(*symbols, table, with_list, scratch) == PP_OK)
        return PP_OK;
    pp_symbols_free(*symbols);
    *symbols = NULL;
    return pp_fail_memory(err);
}

/* Read everything of an open file. With `is_file`, names may also come from
 * its separate debug file. */
static int read_symbols(const struct pp_elf *elf, bool is_file,
                        struct pp_arena *scratch, struct pp_symbols **symbols,
                        struct pp_error *err)
{
    char build_id[PP_BUILD_ID_HEX_SIZE];
    struct pp_symbol_table table = {0};
    pp_elf_build_id(elf, build_id);
    bool may_have_debug_file = is_file && !pp_symbol_table_is_full(elf);
    if (pp_symbol_table_read(&table, scratch, elf) == PP_OK &&
        pp_plt_read(&table, scratch, elf) == PP_OK &&
        (!may_have_debug_file ||
         pp_debug_file_read(&table, scratch, build_id) == PP_OK))
        *symbols = pp_symbols_new(elf);
    return *symbols ? pp_symbols_finish(symbols, &table, false, scratch, err)
                    : pp_fail_memory(err);
}

int pp_symbols_open(const char *path, struct pp_symbols **symbols,
                    struct pp_error *err)
{
    struct pp_arena scratch;
    struct pp_elf elf;
    *symbols = NULL;
    pp_arena_init(&scratch, pp_symbols_memory_max);
    int status = pp_elf_open(&elf, &scratch, path, err);
    if (status == PP_OK)
        status = read_symbols(&elf, true, &scratch, symbols, err);
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
    pp_arena_init(&scratch, pp_symbols_memory_max);
    int status = pp_elf_open_image(&elf, &scratch, image, size, err);
    if (status == PP_OK)
        status = read_symbols(&elf, false, &scratch, symbols, err);
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

/* How many entries there are before the end of a region. */
static uint32_t region_end(const struct pp_symbols *symbols, uint32_t region)
{
    return region + 1 < symbols->regions.count
               ? symbols->regions.items[region + 1].begin
               : symbols->count;
}

/* The last region that begins at or before an address, PP_NONE when there is
 * none. */
static uint32_t region_at(const struct pp_symbols *symbols, uint64_t address)
{
    uint32_t low = 0, high = symbols->regions.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (symbols->regions.items[middle].first <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : PP_NONE;
}

/* The last entry of a region that starts at or before an address in it. */
static uint32_t last_before(const struct pp_symbols *symbols, uint32_t region,
                            uint64_t offset)
{
    uint32_t low = symbols->regions.items[region].begin;
    uint32_t high = region_end(symbols, region), begin = low;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (symbols->entries[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low > begin ? low - 1 : PP_NONE;
}

bool pp_symbols_find(const struct pp_symbols *symbols, uint64_t address,
                     struct pp_slice *name, uint64_t *start)
{
    uint32_t region = region_at(symbols, address);
    if (region == PP_NONE)
        return false;
    uint64_t first = symbols->regions.items[region].first;
    uint64_t offset = address - first;
    uint32_t at = last_before(symbols, region, offset);
    for (int step = 0; at != PP_NONE && step < PP_SYMBOLS_NESTED_MAX; step++) {
        const struct pp_symbols_entry *entry = &symbols->entries[at];
        if (offset < pp_symbols_entry_end(entry)) {
            *name = pp_slice_of(symbols->names + entry->name);
            if (start)
                *start = first + entry->start;
            return true;
        }
        at = entry->outer;
    }
    return false;
}

bool pp_symbols_at(const struct pp_symbols *symbols, uint32_t index,
                   struct pp_listed_symbol *symbol)
{
    if (index >= symbols->list_count)
        return false;
    const struct pp_symbols_listed *listed = &symbols->list[index];
    *symbol = (struct pp_listed_symbol){
        .name = pp_slice_of(symbols->names + listed->name),
        .start = listed->start,
        .size = listed->size,
    };
    return true;
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
