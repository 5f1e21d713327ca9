/* The CPU profiler: sessions, and the collector thread that feeds them.
 *
 * Invariant: `lock` guards sessions, objects and the draining of rings; the
 * sampler runs exactly while a session is open. The collector thread, once
 * started, lives as long as the process, asleep while nothing is open.
 */
#include "collect/cpu.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "collect/collect.h"
#include "collect/names.h"
#include "collect/sampler.h"
#include "collect/session.h"
#include "collect/slots.h"
#include "collect/threads.h"
#include "unwind/unwind.h"

enum {
    RATE_DEFAULT_HZ = 100,
    RATE_MAX_HZ = 10000,
    TICK_MS = 50,    /* rings hold some 60 of the deepest samples */
    SCAN_TICKS = 20, /* look for unannounced threads once a second */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake; /* on CLOCK_MONOTONIC; a session was opened */
static bool collector_runs;
static struct pp_session sessions[PP_CPU_OWNER_COUNT];
static struct pp_objects objects;
static uint32_t rate_hz = RATE_DEFAULT_HZ;
static bool signal_was_taken;   /* by the program, while a session was open */
static uint64_t refused_before; /* threads, when sampling began */

static bool any_open(void)
{
    for (int i = 0; i < PP_CPU_OWNER_COUNT; i++)
        if (sessions[i].open)
            return true;
    return false;
}

/* ---- draining ----------------------------------------------------------- */

static void take(void *context, struct pp_ring_record record,
                 const uint64_t *pcs)
{
    (void)context;
    for (int i = 0; i < PP_CPU_OWNER_COUNT; i++)
        if (sessions[i].open)
            pp_session_add(&sessions[i], &objects, record, pcs);
}

static void add_synthetic(enum pp_synthetic kind, uint64_t periods)
{
    for (int i = 0; i < PP_CPU_OWNER_COUNT; i++)
        if (sessions[i].open)
            pp_session_add_synthetic(&sessions[i], kind, periods);
}

static void lost(void *context, uint64_t periods)
{
    (void)context;
    add_synthetic(PP_SYNTHETIC_LOST, periods);
}

static void missed(void *context, uint64_t periods)
{
    (void)context;
    add_synthetic(PP_SYNTHETIC_MISSED, periods);
}

/* lock held */
static void drain(void)
{
    static const struct pp_sampler_sink sink = {take, lost, missed, NULL};
    pp_objects_update(&objects);
    pp_sampler_drain(&sink);
}

/* ---- the collector thread ----------------------------------------------- */

static struct timespec after_ms(int ms)
{
    int64_t at_ns = pp_os_now_ns() + (int64_t)ms * 1000000;
    return (struct timespec){at_ns / 1000000000, at_ns % 1000000000};
}

static void sleep_ms(int ms)
{
    struct timespec until = after_ms(ms);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) ==
           EINTR)
        ;
}

static void wait_for_session(void)
{
    pthread_mutex_lock(&lock);
    while (!any_open()) {
        struct timespec later = after_ms(PP_NAMES_KEPT_MS);
        if (pthread_cond_timedwait(&wake, &lock, &later) == ETIMEDOUT)
            pp_names_give_back();
    }
    pthread_mutex_unlock(&lock);
}

/* The tables first and without our lock, which a fork waits for: building
 * those of a large library takes its time. */
static void *collect(void *unused)
{
    (void)unused;
    for (unsigned tick = 0;; tick++) {
        wait_for_session();
        sleep_ms(TICK_MS);
        pp_unwind_refresh(NULL);
        if (tick % SCAN_TICKS == SCAN_TICKS - 1) {
            pp_threads_scan();
            pp_names_give_back();
        }
        pthread_mutex_lock(&lock);
        drain();
        if (any_open() && !pp_sampler_owns_signal())
            signal_was_taken = true;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

/* lock held */
static int start_collector(struct pp_error *err)
{
    if (collector_runs)
        return PP_OK;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&wake, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_t thread;
    int error = pp_os_start_thread("pprof-collect", collect, NULL, &thread);
    if (error < 0)
        return pp_fail_errno(err, -error, "cannot start the collector thread");
    pthread_detach(thread);
    collector_runs = true;
    return PP_OK;
}

/* ---- sessions ----------------------------------------------------------- */

/* lock held; no session is open */
static int start_sampling(int64_t period_ns, struct pp_error *err)
{
    /* An object whose tables could not be built is walked by frame pointer:
     * no reason to refuse the profile. */
    pp_unwind_refresh(NULL);
    int status = start_collector(err);
    if (status == PP_OK)
        status = pp_sampler_install(err);
    if (status < 0)
        return status;
    signal_was_taken = false;
    refused_before = pp_slots_refused();
    pp_slots_open(period_ns);
    pp_threads_scan();
    return PP_OK;
}

int pp_cpu_start(enum pp_cpu_owner owner, uint32_t hz, struct pp_error *err)
{
    if (hz > RATE_MAX_HZ)
        return pp_fail(err, PP_E_USAGE, "%u Hz: the rate is 1 to %d", hz,
                       RATE_MAX_HZ);
    pthread_mutex_lock(&lock);
    int status = PP_OK;
    if (sessions[owner].open) {
        status = pp_fail(err, PP_E_BUSY, "cpu profiling already in use");
    } else {
        /* What waits in the rings was sampled before this session. */
        drain();
        int64_t period_ns = pp_slots_period_ns();
        if (!any_open()) {
            period_ns = 1000000000 / (hz ? hz : rate_hz);
            status = start_sampling(period_ns, err);
        }
        if (status == PP_OK) {
            pp_session_open(&sessions[owner], period_ns);
            pthread_cond_signal(&wake);
        }
    }
    pthread_mutex_unlock(&lock);
    return status;
}

/* lock held: the session out of the table, whole; false if there is none */
static bool take_session(enum pp_cpu_owner owner, struct pp_session *session)
{
    if (!sessions[owner].open)
        return false;
    bool is_last = true;
    for (int i = 0; i < PP_CPU_OWNER_COUNT; i++)
        if (i != (int)owner && sessions[i].open)
            is_last = false;
    if (is_last)
        pp_slots_close();
    drain();
    *session = sessions[owner];
    sessions[owner] = (struct pp_session){0};
    return true;
}

static void write_notes(char *notes, size_t size)
{
    notes[0] = 0;
    int used = 0;
    uint64_t refused = pp_slots_refused() - refused_before;
    if (refused)
        used = snprintf(notes, size,
                        "Threads that the kernel refused a timer: %llu. Their "
                        "time is [not sampled].\n",
                        (unsigned long long)refused);
    if (!pp_threads_are_known() && used >= 0 && (size_t)used < size)
        used += snprintf(notes + used, size - (size_t)used,
                         "The threads could not be listed: those that were "
                         "there before are not in this profile.\n");
    if (signal_was_taken && used >= 0 && (size_t)used < size)
        snprintf(notes + used, size - (size_t)used,
                 "The program took SIGPROF for itself: samples are missing.\n");
}

int pp_cpu_stop(enum pp_cpu_owner owner, struct pp_profile **profile,
                struct pp_error *err)
{
    *profile = NULL;
    struct pp_session session;
    struct pp_objects used = {0};
    char notes[512];
    pthread_mutex_lock(&lock);
    bool is_open = take_session(owner, &session);
    if (is_open) {
        pp_objects_update(&used);
        write_notes(notes, sizeof notes);
    }
    pthread_mutex_unlock(&lock);
    if (!is_open)
        return pp_fail(err, PP_E_NOT_FOUND, "no CPU profile is running");
    int status = pp_session_profile(&session, &used, notes, profile, err);
    pp_session_release(&session);
    pp_objects_release(&used);
    return status;
}

void pp_cpu_cancel(enum pp_cpu_owner owner)
{
    struct pp_session session;
    pthread_mutex_lock(&lock);
    bool is_open = take_session(owner, &session);
    pthread_mutex_unlock(&lock);
    if (is_open)
        pp_session_release(&session);
}

bool pp_cpu_set_rate(uint32_t hz)
{
    if (hz < 1 || hz > RATE_MAX_HZ)
        return false;
    pthread_mutex_lock(&lock);
    rate_hz = hz;
    pthread_mutex_unlock(&lock);
    return true;
}

int pp_cpu_create_thread(pthread_t *thread, const pthread_attr_t *attributes,
                         void *(*run)(void *), void *argument)
{
    return pp_threads_create(thread, attributes, run, argument);
}

bool pp_cpu_set_signal_action(const struct sigaction *action,
                              struct sigaction *before)
{
    return pp_sampler_set_action(action, before);
}

/* ---- fork --------------------------------------------------------------- */

/* Our locks are not taken: other libraries' fork handlers take theirs after
 * us, and may wait for a thread that waits for ours. */
void pp_cpu_before_fork(void)
{
    pp_unwind_before_fork();
}

/* The child starts afresh: no collector, no timers, and the profile that runs
 * is its parent's to write. Whatever another thread was in the middle of is
 * let go as it lies; that costs memory which the child shares anyway. */
void pp_cpu_after_fork(bool is_child)
{
    pp_unwind_after_fork(is_child);
    if (!is_child)
        return;
    pthread_mutex_init(&lock, NULL);
    pp_slots_after_fork();
    pp_os_forget_own_threads();
    memset(sessions, 0, sizeof sessions);
    memset(&objects, 0, sizeof objects);
    collector_runs = false;
}

/* ---- as an endpoint ----------------------------------------------------- */

static int start(struct pp_error *err)
{
    return pp_cpu_start(PP_CPU_CALLER, 0, err);
}

static int stop(struct pp_profile **profile, struct pp_error *err)
{
    return pp_cpu_stop(PP_CPU_CALLER, profile, err);
}

static void cancel(void)
{
    pp_cpu_cancel(PP_CPU_CALLER);
}

const struct pp_profiler pp_profiler_cpu = {
    .name = "profile",
    .activity = "CPU profiling",
    .description = "CPU time of all threads, sampled while you wait. "
                   "The seconds parameter says for how long.",
    .default_seconds = 30,
    .start = start,
    .stop = stop,
    .cancel = cancel,
};
