/* What an open pp_symbols is. Private to object/. */
#ifndef PP_OBJECT_SYMBOLS_H
#define PP_OBJECT_SYMBOLS_H

#include "object/elf.h"
#include "object/object.h"
#include "object/symbol_table.h"

enum { PP_SYMBOLS_NESTED_MAX = 64 }; /* steps outwards when looking up */

/* A function; see symbol_index.c. */
struct pp_symbols_entry {
    uint32_t start; /* from its region's first on */
    uint32_t size;
    uint32_t name;  /* offset in pp_symbols.names, NUL-terminated */
    uint32_t outer; /* the entry that may go on behind this one, or PP_NONE */
};

/* Entries whose addresses are less than 4 GiB apart. */
struct pp_symbols_region {
    uint64_t first; /* the lowest address */
    uint32_t begin; /* index of its first entry */
};

/* A symbol of the list of all. */
struct pp_symbols_listed {
    uint64_t start, size, section_end;
    uint32_t name;
};

struct pp_symbols {
    struct pp_arena arena; /* of everything, itself included */
    char build_id[PP_BUILD_ID_HEX_SIZE];

    struct {
        struct pp_symbols_region *items;
        uint32_t count, capacity;
    } regions;
    struct pp_symbols_entry *entries;
    uint32_t count;
    struct pp_symbols_listed *list; /* NULL: not kept */
    uint32_t list_count;
    char *names;
    uint32_t names_size; /* of what is copied one by one */
    bool has_all_names;  /* of the table, at the same offsets */

    uint16_t type;                   /* ET_* */
    struct pp_elf_segment *segments; /* the load segments */
    uint32_t segment_count;
    uint32_t text_segment; /* the one that holds .text, or PP_NONE */
    bool is_kernel;        /* by its path */
    bool has_kernel_start;
    uint64_t kernel_start; /* address of _stext */
};

static inline uint64_t pp_symbols_entry_end(
    const struct pp_symbols_entry *entry)
{
    return (uint64_t)entry->start + entry->size;
}

/* Index the symbols of a table, which is used up; with_list: and list all. 0 or
 * PP_E_MEMORY. */
int pp_symbols_build(struct pp_symbols *symbols, struct pp_symbol_table *table,
                     bool with_list, struct pp_arena *scratch);

/* A new one without symbols, in an arena of its own: build id and segments of
 * `elf`, NULL: none. NULL without memory. */
struct pp_symbols *pp_symbols_new(const struct pp_elf *elf);

/* What reading and indexing a file may take of memory, each. */
extern const size_t pp_symbols_memory_max;

/* Index the table into *symbols, as pp_symbols_build does; what fails frees it.
 */
int pp_symbols_finish(struct pp_symbols **symbols,
                      struct pp_symbol_table *table, bool with_list,
                      struct pp_arena *scratch, struct pp_error *err);

#endif
