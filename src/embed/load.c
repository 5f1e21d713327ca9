/* What happens when libpprof is loaded, when the program forks, and when it
 * ends. */
#include "embed/embed.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "collect/collect.h"
#include "os/os.h"
#include "serve/serve.h"

/* ---- fork --------------------------------------------------------------- */

static __thread sigset_t mask_before_fork;

/* A signal that comes more often than the kernel can copy a large process
 * would make fork start over for ever. */
static void before_fork(void)
{
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGPROF);
    pthread_sigmask(SIG_BLOCK, &ours, &mask_before_fork);
    pp_os_before_fork();
    pp_collect_before_fork();
}

static void after_fork_in_parent(void)
{
    pp_collect_after_fork(false);
    pp_os_after_fork(false);
    pthread_sigmask(SIG_SETMASK, &mask_before_fork, NULL);
}

static void after_fork_in_child(void)
{
    pp_collect_after_fork(true);
    pp_serve_after_fork();
    pp_public_after_fork_in_child();
    pp_os_after_fork(true);
    pthread_sigmask(SIG_SETMASK, &mask_before_fork, NULL);
}

/* ---- the beginning and the end ------------------------------------------ */

static uint32_t rate_from_environment(void)
{
    const char *text = pp_environment("PPROF_CPUPROFILERATE");
    if (!text || !*text)
        return 0;
    char *end;
    long hz = strtol(text, &end, 10);
    if (*end == 0 && hz > 0 && hz <= UINT32_MAX &&
        pp_cpu_set_rate((uint32_t)hz))
        return (uint32_t)hz;
    pp_complain("PPROF_CPUPROFILERATE",
                "not a rate from 1 to 10000: 100 is used");
    return 0;
}

/* Who asks for lines by name hears at once if there will be none. */
static void detail_from_environment(void)
{
    enum pp_source_detail detail;
    struct pp_error err = {0};
    const char *word = pp_environment("PPROF_SYMBOLIZE");
    if (!word || !*word)
        return;
    if (!pp_source_detail_parse(pp_slice_of(word), &detail)) {
        pp_complain("PPROF_SYMBOLIZE", "must be 0, names or lines");
        return;
    }
    pp_collect_set_detail(detail);
    if (detail == PP_SOURCE_LINES &&
        pp_is_first_process("PPROF_SYMBOLIZE_OWNER") &&
        pp_collect_load_lines(&err) < 0)
        pp_complain("PPROF_SYMBOLIZE", err.text);
}

static void names_memory_from_environment(void)
{
    size_t size;
    const char *text = pp_environment("PPROF_SYMBOLIZE_MEMORY");
    if (!text || !*text)
        return;
    if (pp_parse_size(text, &size))
        pp_collect_set_names_memory(size);
    else
        pp_complain("PPROF_SYMBOLIZE_MEMORY",
                    "not a size like 64m: 64m is used");
}

/* The programs that the measured one starts inherit the variable, and find
 * its port taken: that is nothing to be told on their stderr. */
static void listen_on(const char *address)
{
    bool is_first = pp_is_first_process("PPROF_HTTP_OWNER");
    struct pp_error err = {0};
    if (pp_serve_start(address, &err) < 0 && is_first)
        pp_complain("PPROF_HTTP", err.text);
}

__attribute__((constructor)) static void loaded(void)
{
    pp_interpose_init();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
    names_memory_from_environment();
    detail_from_environment();
    uint32_t hz = rate_from_environment();
    const char *file = pp_environment("PPROF_CPUPROFILE");
    if (file && *file)
        pp_whole_run_start(file, hz);
    const char *address = pp_environment("PPROF_HTTP");
    if (address && *address)
        listen_on(address);
}

__attribute__((destructor)) static void unloaded(void)
{
    pp_whole_run_finish();
    pp_serve_stop();
}
