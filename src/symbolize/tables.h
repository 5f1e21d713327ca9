/* What is known of the files mapped into this process, kept between profiles:
 * as much as fits a ceiling of memory, what was used last. Private to
 * symbolize/. */
#ifndef PP_SYMBOLIZE_TABLES_H
#define PP_SYMBOLIZE_TABLES_H

#include "symbolize/embedded.h"
#include "symbolize/symbolize.h"

/* Where a file was found. */
enum pp_place {
    PP_PLACE_PATH,    /* where it was mapped from */
    PP_PLACE_PROGRAM, /* behind the kernel's link to the program */
    PP_PLACE_MAPPING, /* behind the kernel's link to what is mapped */
};

/* A file that was opened, or (symbols NULL) in vain. */
struct pp_kept_table {
    struct pp_buffer path;     /* "": not in use */
    char build_id[2 * 64 + 1]; /* that it was asked for by */
    enum pp_place place;
    struct pp_symbols *symbols;
    struct pp_embedded_lines *lines; /* NULL: not asked for, or in vain, */
    int lines_status;                /* ... and why */
    uint64_t used;                   /* when, as told by the clock */
    uint64_t told;                   /* by the profile begun then: no lines */
};

struct pp_source_names {
    struct pp_arena arena; /* holds this */
    size_t memory_max;
    uint64_t clock; /* counts uses of tables */
    uint64_t begun; /* when the profile that is being named was begun */
    struct {
        struct pp_kept_table *items;
        uint32_t count, capacity;
    } tables;
    const struct pp_line_reader *reader; /* NULL: not loaded, or in vain, */
    struct pp_error reader_error;        /* ... and why */
};

/* The file that a mapping is of. */
struct pp_mapped_file {
    const char *path;
    struct pp_slice build_id; /* "" when unknown */
    uint64_t start, limit;    /* where it is mapped; 0, 0 when unknown */
};

/* A file, opened once, with its symbols; NULL when there are none. Good until
 * the next one is asked for, or pp_source_trim. */
struct pp_kept_table *pp_tables_get(struct pp_source_names *names,
                                    const struct pp_mapped_file *wanted);

/* Its source lines; NULL when there are none, or they do not fit the ceiling
 * (lines_status is PP_E_MEMORY then). `wanted` as for pp_tables_get. */
struct pp_embedded_lines *pp_tables_get_lines(
    struct pp_source_names *names, struct pp_kept_table *table,
    const struct pp_mapped_file *wanted);

/* Let the lines go that turned out to need too much; they are not tried again.
 */
void pp_tables_check_lines(struct pp_source_names *names,
                           struct pp_kept_table *table);

/* What a JIT compiler in this process wrote of its code, for addresses that no
 * file is mapped at; the caller's. NULL when there is nothing. */
struct pp_symbols *pp_tables_open_jit(void);

#endif
