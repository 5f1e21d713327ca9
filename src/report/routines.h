/* The functions that -disasm shows: those of the binaries that match the
 * pattern and have samples. Private to report. */
#ifndef PP_REPORT_ROUTINES_H
#define PP_REPORT_ROUTINES_H

#include "graph/graph.h"
#include "report/report.h"

/* What an address took. */
struct pp_routine_sample {
    uint64_t address; /* as the file has it */
    const struct pp_node *node;
};

struct pp_routine {
    struct pp_slice path, build_id; /* of the binary */
    const struct pp_slice *names;
    uint32_t name_count;   /* at least 1; more where it has aliases */
    uint64_t start, end;   /* end is the first address behind it */
    uint32_t file;         /* the number of the binary */
    uint32_t sample_count; /* at least 1 */
    const struct pp_routine_sample *samples; /* by address */
};

struct pp_routines {
    struct {
        struct pp_routine *items; /* by name, then by address */
        uint32_t count, capacity;
    } all;
    bool has_address; /* some function contains the address that the pattern
                       * is, though it may have no samples */
};

/* Find them, in the job's arena, and say of binaries that cannot be read why
 * not. */
int pp_routines_find(struct pp_routines *routines,
                     const struct pp_report_job *job, struct pp_error *err);

#endif
