/* session: what one asker's profile has seen so far: equal stacks summed up.
 *
 * Addresses become locations when they come in, not at the end, since an
 * object that is unloaded in between leaves its addresses to the next one.
 */
#ifndef PP_COLLECT_SESSION_H
#define PP_COLLECT_SESSION_H

#include "base/base.h"
#include "collect/ring.h"
#include "profile/profile.h"
#include "unwind/unwind.h"

/* The objects of the process as of one refresh of the unwind tables. */
struct pp_objects {
    struct pp_arena arena;
    uint32_t generation;
    struct pp_unwind_object *items;
    uint32_t count;
    uint32_t own; /* libpprof itself, PP_NONE when it is part of the program */
};

/* Bring it up to date; cheap when nothing changed. */
void pp_objects_update(struct pp_objects *objects);
void pp_objects_release(struct pp_objects *objects);

/* Why samples are not what they should be: each a synthetic frame, so that
 * totals never shrink. */
enum pp_synthetic {
    PP_SYNTHETIC_LOST,      /* the ring was full */
    PP_SYNTHETIC_MISSED,    /* the thread could not be sampled */
    PP_SYNTHETIC_OVERFLOW,  /* the session's memory was full */
    PP_SYNTHETIC_TRUNCATED, /* root of a stack whose walk did not end well */
    PP_SYNTHETIC_TOO_DEEP,  /* root of a stack deeper than the limit */
    PP_SYNTHETIC_COUNT,
};

struct pp_session_location {
    uint64_t address;
    uint32_t mapping; /* in mappings, PP_NONE: in no known object */
};

struct pp_session_stack {
    uint32_t start, depth; /* in frames */
    uint64_t weight;       /* periods */
    uint64_t samples;
};

struct pp_session {
    bool open;
    int64_t period_ns;
    int64_t start_realtime_ns, start_ns;

    struct pp_arena arena; /* with a ceiling: what is too much is overflow */
    struct {
        struct pp_session_stack *items;
        uint32_t count, capacity;
    } stacks;
    struct {
        uint32_t *items; /* location indices, leaf first */
        uint32_t count, capacity;
    } frames;
    struct {
        struct pp_session_location *items;
        uint32_t count, capacity;
    } locations;
    struct {
        struct pp_unwind_object *items; /* those that were met */
        uint32_t count, capacity;
    } mappings;
    struct pp_table stack_table, location_table;
    uint64_t synthetic[PP_SYNTHETIC_COUNT]; /* periods without a stack */
};

void pp_session_open(struct pp_session *session, int64_t period_ns);
void pp_session_release(struct pp_session *session);

/* One drained sample. Never fails: without memory it counts as overflow. */
void pp_session_add(struct pp_session *session,
                    const struct pp_objects *objects,
                    struct pp_ring_record record, const uint64_t *pcs);
void pp_session_add_synthetic(struct pp_session *session,
                              enum pp_synthetic kind, uint64_t periods);

/* What was collected, as a profile; notes are comment lines, separated by
 * newlines. Names are not in it yet. */
int pp_session_profile(const struct pp_session *session,
                       const struct pp_objects *objects, const char *notes,
                       struct pp_profile **profile, struct pp_error *err);

#endif
