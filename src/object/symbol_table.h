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
    PP_SYMBOL_LABEL, /* in code, but not said to be a function */
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
};

/* Add the code symbols of all symbol tables of `elf`. What does not make sense
 * is left out, a table that is cut short gives what it has. Everything is
 * allocated from `arena`; the only failure is PP_E_MEMORY. */
int pp_symbol_table_read(struct pp_symbol_table *table, struct pp_arena *arena,
                         const struct pp_elf *elf);

/* Whether there is a .symtab, which has the local functions too. */
bool pp_symbol_table_is_full(const struct pp_elf *elf);

#endif
