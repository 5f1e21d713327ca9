/* threads: which threads there are to be sampled, and those to come. */
#ifndef PP_COLLECT_THREADS_H
#define PP_COLLECT_THREADS_H

#include <pthread.h>

#include "base/base.h"

/* Look for threads that came and went without us being asked (there before
 * the profile, raw clone, or ended): arm the former, retire the latter. */
void pp_threads_scan(void);

/* False when the last scan could not list the threads (no descriptors left,
 * no /proc): then only the caller's and the main one were found. */
bool pp_threads_are_known(void);

/* pthread_create for the program: as the C library's, and while a profile runs
 * the new thread is sampled from its first instruction on. */
int pp_threads_create(pthread_t *thread, const pthread_attr_t *attributes,
                      void *(*run)(void *), void *argument);

/* The function that runs the program's new threads in its place: not the
 * program's own doing, so it is left out of its stacks. */
extern void *(*const pp_threads_trampoline)(void *);

#endif
