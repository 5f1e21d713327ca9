/* What an open pp_symbols is. Private to object/. */
#ifndef PP_OBJECT_SYMBOLS_H
#define PP_OBJECT_SYMBOLS_H

#include "object/elf.h"
#include "object/object.h"

/* A function; see symbols.c. */
struct pp_symbols_entry {
    uint32_t start; /* from pp_symbols.first on */
    uint32_t size;
    uint32_t name;  /* offset in pp_symbols.names, NUL-terminated */
    uint32_t outer; /* the entry that may go on behind this one, or PP_NONE */
};

struct pp_symbols {
    struct pp_arena arena; /* of everything, itself included */
    char build_id[PP_BUILD_ID_HEX_SIZE];

    uint64_t first; /* the lowest address */
    struct pp_symbols_entry *entries;
    uint32_t count;
    char *names;
    uint32_t names_size;

    uint16_t type;                   /* ET_* */
    struct pp_elf_segment *segments; /* the load segments */
    uint32_t segment_count;
    uint32_t text_segment; /* the one that holds .text, or PP_NONE */
    bool is_kernel;        /* by its path */
    bool has_kernel_start;
    uint64_t kernel_start; /* address of _stext */
};

#endif
