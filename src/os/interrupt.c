/* Ctrl-C ends a wait, not the program; of waits within each other the innermost
 * one. See os.h. */
#include <signal.h>

#include "os/os.h"

static volatile sig_atomic_t *noted;

static void note_interrupt(int signal_number)
{
    (void)signal_number;
    *noted = 1;
}

void pp_os_catch_interrupt(volatile sig_atomic_t *flag,
                           struct pp_os_interrupt *before)
{
    struct sigaction action = {
        .sa_handler = note_interrupt,
        .sa_flags = (int)SA_RESETHAND,
    };
    before->flag = noted;
    noted = flag;
    sigaction(SIGINT, NULL, &before->action);
    if (before->action.sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

void pp_os_leave_interrupt(const struct pp_os_interrupt *before)
{
    sigaction(SIGINT, &before->action, NULL);
    noted = before->flag;
}
