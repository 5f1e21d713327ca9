/* The code symbols of an ELF file with their names, as its tables give them:
 * in no order, with all aliases. Private to object/. */
#ifndef PP_OBJECT_SYMBOL_TABLE_H
#define PP_OBJECT_SYMBOL_TABLE_H

#include "object/elf.h"

/* How well a symbol is known; the smaller the better. */
enum pp_symbol_rank {
    PP_SYMBOL_GLOBAL,
    PP_SYMBOL_WEAK,
    PP_SYMBOL_LOCAL,
    PP_SYMBOL_OLD,   /* a version that only old programs find */
    PP_SYMBOL_LABEL, /* in code, but not said to be a function */
    PP_SYMBOL_STUB,  /* of the PLT: in no table */
};

struct pp_symbol {
    uint64_t start;
    uint64_t size;        /* 0: the table does not say */
    uint64_t section_end; /* the code does not go on behind this */
    uint32_t name;        /* offset in the names, NUL-terminated there */
    uint8_t rank;         /* enum pp_symbol_rank */
};

struct pp_symbol_table {
    struct {
        struct pp_symbol *items;
        uint32_t count, capacity;
    } symbols;
    struct {
        char *items;
        uint32_t count, capacity;
    } names;
    bool last_wins; /* of several names for an address, not the best known */
};

static inline const char *pp_symbol_name(const struct pp_symbol_table *table,
                                         const struct pp_symbol *symbol)
{
    return table->names.items + symbol->name;
}

/* Add the code symbols of all symbol tables of `elf`. What does not make sense
 * is left out, a table that is cut short gives what it has. Everything is
 * allocated from `arena`; the only failure is PP_E_MEMORY, after which the
 * table is of no use. */
int pp_symbol_table_read(struct pp_symbol_table *table, struct pp_arena *arena,
                         const struct pp_elf *elf);

/* Add one symbol, with its name put together of two parts. */
int pp_symbol_table_add(struct pp_symbol_table *table, struct pp_arena *arena,
                        const struct pp_symbol *symbol, struct pp_slice name,
                        const char *suffix);

/* The table of a type (SHT_SYMTAB, SHT_DYNSYM), of which the ABI allows one, if
 * its names are to be had: the section *strings. */
const struct pp_elf_section *pp_symbol_table_section(
    const struct pp_elf *elf, uint32_t type,
    const struct pp_elf_section **strings);

/* Whether there is a .symtab, which has the local functions too. */
bool pp_symbol_table_is_full(const struct pp_elf *elf);

#endif
