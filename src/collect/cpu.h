/* cpu: what the rest of collect/ needs of the CPU profiler. */
#ifndef PP_COLLECT_CPU_H
#define PP_COLLECT_CPU_H

#include <stdbool.h>

struct pp_profiler;
extern const struct pp_profiler pp_profiler_cpu;

/* The CPU profiler's part of pp_collect_before_fork and _after_fork. */
void pp_cpu_before_fork(void);
void pp_cpu_after_fork(bool is_child);

#endif
