/* The C library's names that libpprof takes, so that threads are sampled from
 * their first instruction, and a profile is written on the ways out that pass
 * by the destructors. Each does what the C library's does. */
#include "embed/embed.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collect/collect.h"
#include "os/os.h"

typedef int (*thread_create)(pthread_t *, const pthread_attr_t *,
                             void *(*)(void *), void *);

static thread_create c_library_thread_create;

/* Also on first use: other libraries' constructors may create threads before
 * ours runs. */
void pp_interpose_init(void)
{
    if (c_library_thread_create)
        return;
    *(void **)&c_library_thread_create = dlsym(RTLD_NEXT, "pthread_create");
    pp_os_thread_create = c_library_thread_create;
}

PP_EXPORT int pthread_create(pthread_t *restrict thread,
                             const pthread_attr_t *restrict attributes,
                             void *(*run)(void *), void *restrict argument)
{
    pp_interpose_init();
    if (!c_library_thread_create)
        return EAGAIN;
    return pp_cpu_create_thread(thread, attributes, run, argument);
}

PP_EXPORT void _exit(int status)
{
    pp_whole_run_finish();
    for (;;)
        syscall(SYS_exit_group, status);
}

PP_EXPORT void _Exit(int status)
{
    _exit(status);
}
