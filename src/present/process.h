/* process: other programs, started and waited for. Private to present. */
#ifndef PP_PRESENT_PROCESS_H
#define PP_PRESENT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct pp_process {
    int input;      /* what it reads as its standard input; -1: nothing */
    bool is_silent; /* its standard output goes nowhere */
    bool is_apart;  /* Ctrl-C at our terminal does not reach it */
};

/* Start a program that is looked for in $PATH; words ends with NULL. Gives its
 * id. -errno: -ENOENT where there is no such program. */
int pp_process_start(const struct pp_process *process, const char *const *words,
                     pid_t *id);

/* Wait for its end, which Ctrl-C hastens: meanwhile that is the program's, and
 * not ours. Its status as waitpid has it, or -errno. */
int pp_process_wait(pid_t id);

#endif
