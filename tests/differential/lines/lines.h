/* lines: functions, files, lines and inlined calls of real programs, ours
 * against llvm-symbolizer's. */
#ifndef TEST_LINES_H
#define TEST_LINES_H

#include "base/base.h"

enum { FRAME_MAX = 64 };

struct frame {
    struct pp_slice function, file; /* "" when unknown */
    int64_t line;                   /* 0 when unknown */
};

/* What one symbolizer says of an address, innermost first. */
struct answer {
    struct frame frames[FRAME_MAX];
    uint32_t count;
};

struct question {
    uint64_t address;
    struct answer ours, peer;
};

/* A difference on purpose: one that `explains` is none. */
struct known {
    const char *name, *why;
    bool (*explains)(const struct question *question);
};

/* NULL's name ends it. */
extern const struct known known[];

bool same_answers(const struct answer *a, const struct answer *b);
bool same_frames(const struct frame *a, const struct frame *b);

#endif
