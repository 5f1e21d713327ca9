/* cpu: what the rest of collect/ needs of the CPU profiler. */
#ifndef PP_COLLECT_CPU_H
#define PP_COLLECT_CPU_H

#include <stdbool.h>

struct pp_profiler;
extern const struct pp_profiler pp_profiler_cpu;

/* Around fork, in the forking thread: nobody is in the middle of anything
 * when the process is copied; the child has nothing running. */
void pp_cpu_before_fork(void);
void pp_cpu_after_fork(bool is_child);

#endif
