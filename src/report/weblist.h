/* What -weblist is made of, step by step: samples become places with weights
 * (weblist_choice.c), places that are wanted become ranges of addresses
 * (weblist_ranges.c), those become instructions (weblist_region.c) at lines of
 * source files (weblist_code.c), lines become functions (weblist_functions.c),
 * and all that a page (weblist_page.c). Private to report.
 *
 * Everything lives in the job's arena. */
#ifndef PP_REPORT_WEBLIST_H
#define PP_REPORT_WEBLIST_H

#include "report/report.h"

/* ---- what is wanted ----------------------------------------------------- */

/* An address that samples were taken at, or passed through; or a location
 * whose address is unknown. */
struct pp_weblist_place {
    uint64_t address;  /* 0: unknown */
    uint32_t location; /* the first there that is wanted; PP_NONE: none is */
    int64_t flat, cum;
};

/* A function, by a name that the profile or a binary has for it. */
struct pp_weblist_name {
    struct pp_slice shown;
    bool is_wanted;
};

struct pp_weblist_choice {
    struct pp_weblist_place *places; /* by address, unknown ones first */
    uint32_t place_count;
    uint32_t wanted_count; /* of the functions, by their names */
    struct pp_strings texts;
    struct {
        struct pp_weblist_name *items; /* by number of the text */
        uint32_t count, capacity;
    } names;
    uint32_t own_names; /* those of the profile come first */
};

/* Weigh all places, and want those where a function, its file or the mapped
 * file matches the pattern, or whose address it is. */
void pp_weblist_choose(struct pp_weblist_choice *choice,
                       const struct pp_report_job *job);

/* The number of a name that comes from a binary. It means a function of the
 * profile, too, where the profile has its demangled form. */
uint32_t pp_weblist_name(struct pp_weblist_choice *choice,
                         struct pp_arena *arena, struct pp_slice text);

/* ---- ranges ------------------------------------------------------------- */

/* Code around wanted places of one mapping. Addresses are the profile's. */
struct pp_weblist_range {
    uint64_t begin, end;  /* end is the first behind it */
    uint64_t first, last; /* of the places */
    uint32_t mapping;
    int64_t flat; /* of the places */
};

struct pp_weblist_ranges {
    struct pp_weblist_range *items;
    uint32_t count, capacity;
};

/* The ranges of places that lie in a mapping of a file, those that took most
 * first. Ranges of a mapping do not overlap. */
void pp_weblist_find_ranges(struct pp_weblist_ranges *ranges,
                            struct pp_arena *arena,
                            const struct pp_profile *profile,
                            const struct pp_weblist_place *places,
                            uint32_t count);

/* ---- machine code ------------------------------------------------------- */

struct pp_weblist_decoded {
    uint64_t address; /* as in the file */
    uint32_t size;
    struct pp_slice text;
};

struct pp_weblist_region {
    const struct pp_binary *binary; /* good until another one is asked for */
    uint64_t base;                  /* of the profile's addresses */
    struct {
        struct pp_weblist_decoded *items;
        uint32_t count, capacity;
    } decoded;
};

/* The instructions that begin in a range, and the binary that they are of,
 * whose lines are prepared for them. The arena must be a fatal one. */
int pp_weblist_disassemble(struct pp_weblist_region *region,
                           struct pp_arena *arena,
                           const struct pp_report_job *job,
                           const struct pp_weblist_range *range,
                           struct pp_error *err);

/* ---- code --------------------------------------------------------------- */

struct pp_weblist_frame {
    uint32_t name; /* of pp_weblist_choice */
    uint32_t path; /* of pp_weblist_code */
    int64_t line;  /* 0: unknown */
};

/* An instruction; or, where there is no code to be had, a place. */
struct pp_weblist_instruction {
    uint64_t address;      /* as in the profile */
    uint64_t file_address; /* as in the file */
    uint32_t size;
    uint32_t frames;      /* where its inlined calls start, innermost first */
    struct pp_slice text; /* "": a place */
    uint32_t path;        /* where it is in the source; PP_NONE: unknown */
    int64_t line;
    int64_t flat, cum;
};

/* An instruction at a line of a wanted function, which inlined calls lead away
 * from: the first `depth` frames of the instruction, the last one first. */
struct pp_weblist_entry {
    uint32_t source; /* the file: of pp_weblist_code's sources */
    uint32_t name;   /* of the function */
    int64_t line;
    uint32_t instruction;
    uint32_t depth;
};

struct pp_weblist_code {
    struct {
        struct pp_weblist_instruction *items;
        uint32_t count, capacity;
    } instructions;
    struct {
        struct pp_weblist_frame *items;
        uint32_t count, capacity;
    } frames;
    struct {
        struct pp_weblist_entry *items; /* by path of source, then by line */
        uint32_t count, capacity;
    } entries;
    struct pp_strings paths;   /* as compilers wrote them */
    struct pp_strings sources; /* the same, cleaned */
    struct {
        uint32_t *items; /* by number of the path: that of its source */
        uint32_t count, capacity;
    } source_of;
    uint32_t range_count; /* of the ranges with code */
    uint32_t code_count;  /* of those that were not too many */
};

/* Find the code of what is wanted, and the lines that it belongs to. Files that
 * cannot be disassembled are told to the person; their places stand for
 * themselves. */
void pp_weblist_find_code(struct pp_weblist_code *code,
                          struct pp_weblist_choice *choice,
                          const struct pp_report_job *job);

/* ---- functions ---------------------------------------------------------- */

/* Lines of a file that belong to a function, and a few around them; with the
 * entries that they have. */
struct pp_weblist_function {
    struct pp_slice name;
    uint32_t source;
    uint32_t first, count; /* of code->entries */
    int64_t begin, end;    /* lines; end is the first behind it */
    int64_t flat, cum;
};

struct pp_weblist_functions {
    struct pp_weblist_function *items; /* by path of source, then by line */
    uint32_t count, capacity;
};

void pp_weblist_find_functions(struct pp_weblist_functions *functions,
                               struct pp_arena *arena,
                               const struct pp_weblist_code *code,
                               const struct pp_weblist_choice *choice);

/* ---- the page ----------------------------------------------------------- */

int pp_weblist_print_page(const struct pp_weblist_code *code,
                          const struct pp_weblist_functions *functions,
                          const struct pp_report_job *job,
                          struct pp_error *err);

#endif
