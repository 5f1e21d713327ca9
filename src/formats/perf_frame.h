/* perf_frame: one frame of a stack as `perf script` prints it. Private to
 * formats. */
#ifndef PP_FORMATS_PERF_FRAME_H
#define PP_FORMATS_PERF_FRAME_H

#include "base/base.h"

/* Borrows. What perf does not know is empty. */
struct pp_perf_frame {
    uint64_t address;
    struct pp_slice symbol; /* without "+0x10" */
    struct pp_slice object; /* a file, "[kernel.kallsyms]" */
    bool is_inlined;        /* into the next frame */
};

/* Where a frame lies in the source, if that line follows (-F +srcline). */
struct pp_perf_source {
    struct pp_slice filename;
    int64_t line;
    bool is_inlined;
};

/* False where the line is none. */
bool pp_perf_frame_read(struct pp_slice line, struct pp_perf_frame *frame);
bool pp_perf_source_read(struct pp_slice line, struct pp_perf_source *source);

#endif
