/* What the dynamic loader has loaded now. */
#ifndef PP_UNWIND_SCAN_H
#define PP_UNWIND_SCAN_H

#include "unwind/cfi.h"

/* An executable segment of a loaded object. */
struct pp_unwind_found {
    struct pp_slice name; /* as the loader spells it */
    bool program;         /* the executable itself */
    bool vdso;
    uint64_t base;                  /* load bias */
    uint64_t text_start, text_size; /* exactly the segment */
    uint64_t start, end, offset;    /* the same in whole pages; in the file */
    unsigned char build_id[32];
    uint32_t build_id_size;
    /* Equal for equal code and equal unwind information, wherever loaded. */
    uint64_t fingerprint;
    struct pp_cfi_section eh_frame; /* a copy; bytes NULL: none, or not asked */
};

struct pp_unwind_scan {
    struct pp_arena *arena;
    /* Is there no need to copy the unwind information? Called while the
     * loader's lock is held. */
    bool (*is_known)(const void *context, uint64_t fingerprint);
    const void *context;
    struct {
        struct pp_unwind_found *items;
        uint32_t count, capacity;
    } found;
    uint32_t visited; /* objects seen */
    bool vdso_seen;
    uint64_t adds, subs; /* the loader's counts of objects; in: last time's */
    bool unchanged;      /* adds and subs are as they were: nothing was found */
    struct pp_error *err;
    int status; /* of the first object that could not be read */
};

/* Fill scan->found. 0, or the status of an object that could not be read (it
 * is among the found, without unwind information), or PP_E_MEMORY. */
int pp_unwind_scan(struct pp_unwind_scan *scan);

#endif
