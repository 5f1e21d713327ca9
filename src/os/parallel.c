/* Work on several processors. See os.h. */
#include "os/os.h"

#include <sched.h>
#include <signal.h>

enum { PARTS_MAX = 8 };

uint32_t pp_os_part_count(uint64_t work, uint64_t enough)
{
    cpu_set_t processors;
    uint64_t count = work / (enough ? enough : 1);
    if (sched_getaffinity(0, sizeof processors, &processors) < 0)
        return 1;
    if (count > (uint64_t)CPU_COUNT(&processors))
        count = (uint64_t)CPU_COUNT(&processors);
    if (count > PARTS_MAX)
        count = PARTS_MAX;
    return count ? (uint32_t)count : 1;
}

struct part {
    void (*run)(void *context, uint32_t index);
    void *context;
    uint32_t index;
    pthread_t thread;
    bool threaded;
};

static void *run_part(void *argument)
{
    struct part *part = argument;
    part->run(part->context, part->index);
    return NULL;
}

void pp_os_run_parts(uint32_t count, void (*run)(void *context, uint32_t index),
                     void *context)
{
    struct part parts[PARTS_MAX];
    sigset_t all, before;
    if (count > PARTS_MAX)
        count = PARTS_MAX;
    /* Signals are for the thread that was there: it knows what to do. */
    sigfillset(&all);
    sigdelset(&all, SIGBUS); /* a thread's own doing, deadly when blocked */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (uint32_t i = 1; i < count; i++) {
        parts[i] = (struct part){run, context, i, 0, false};
        parts[i].threaded =
            pthread_create(&parts[i].thread, NULL, run_part, &parts[i]) == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    run(context, 0);
    for (uint32_t i = 1; i < count; i++)
        if (parts[i].threaded)
            pthread_join(parts[i].thread, NULL);
        else
            run(context, i);
}
