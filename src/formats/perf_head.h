/* perf_head: the first line of an event as `perf script` prints it. Private to
 * formats. */
#ifndef PP_FORMATS_PERF_HEAD_H
#define PP_FORMATS_PERF_HEAD_H

#include "base/base.h"

/* What the line says; what was left out is empty, 0 or false. Borrows. */
struct pp_perf_head {
    struct pp_slice command;
    struct pp_slice event;
    struct pp_slice rest; /* behind the event: a frame, a tracepoint's text */
    int64_t pid, tid, time_ns, period;
    bool has_pid, has_tid, has_time, has_period;
    bool is_sure; /* else it is a head only if a frame comes next */
};

/* False where the line can be no head. */
bool pp_perf_head_read(struct pp_slice line, struct pp_perf_head *head);

#endif
