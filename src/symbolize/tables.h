/* The symbol tables of the files mapped into this process, kept between
 * profiles: as many as fit a ceiling of memory, those used last. Private to
 * symbolize/. */
#ifndef PP_SYMBOLIZE_TABLES_H
#define PP_SYMBOLIZE_TABLES_H

#include "symbolize/symbolize.h"

/* A file that was opened, or (symbols NULL) in vain. */
struct pp_kept_table {
    struct pp_buffer path;     /* "": not in use */
    char build_id[2 * 64 + 1]; /* that it was asked for by */
    struct pp_symbols *symbols;
    uint64_t used; /* when, as told by the clock */
};

struct pp_source_names {
    struct pp_arena arena; /* holds this */
    uint64_t clock;        /* counts uses of tables */
    struct {
        struct pp_kept_table *items;
        uint32_t count, capacity;
    } tables;
};

/* The file that a mapping is of. */
struct pp_mapped_file {
    const char *path;
    struct pp_slice build_id; /* "" when unknown */
    uint64_t start, limit;    /* where it is mapped; 0, 0 when unknown */
};

/* The symbols of a file, opened once; NULL when there are none. They stay
 * until pp_tables_trim. */
const struct pp_symbols *pp_tables_get(struct pp_source_names *names,
                                       const struct pp_mapped_file *wanted);

/* Give memory back until the ceiling is kept. */
void pp_tables_trim(struct pp_source_names *names);

#endif
