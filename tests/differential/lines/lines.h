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

/* A difference on purpose: `mend` takes it out of the peer's answer, and says
 * whether there was one. */
struct known {
    const char *name, *why;
    bool (*mend)(struct question *question);
};

/* NULL's name ends it. */
extern const struct known known[];

/* Whether a symbol of this name starts where the one does that has the code at
 * the address. */
bool is_symbol_at(uint64_t address, struct pp_slice name);

#endif
