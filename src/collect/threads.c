/* Finding threads: by creating them, and by looking into /proc/self/task.
 *
 * Invariant: while sampling is on, every thread of the program is in a slot
 * RUNNING or RESERVED from its first instruction on if pthread_create made it,
 * else since the last scan.
 */
#include "collect/threads.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "collect/slots.h"

/* ---- threads that are there --------------------------------------------- */

/* Where the program's first stack pointer stood; glibc's ld.so tells. */
extern void *__libc_stack_end __attribute__((weak));

/* The main thread's stack grows, so its low end is where it may grow to: the
 * walker needs to know only that the stack pointer is inside, and all between
 * there and the high end is mapped. */
static struct pp_stack_range main_stack(void)
{
    enum { LARGEST = 64 << 20 };
    if (!&__libc_stack_end)
        return (struct pp_stack_range){0, 0};
    struct rlimit limit;
    uint64_t size = LARGEST;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < size)
        size = limit.rlim_cur;
    uint64_t high = (uint64_t)(uintptr_t)__libc_stack_end;
    return (struct pp_stack_range){high - size, high};
}

static _Atomic(bool) threads_are_known = true;

bool pp_threads_are_known(void)
{
    return atomic_load(&threads_are_known);
}

/* One pass over the threads listed; the lock is held. How many were new. */
static uint32_t attach_new(const pid_t *tids, uint32_t count)
{
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct pp_slot *slot = pp_slot_find(tids[i]);
        if (slot) {
            slot->seen = true;
            continue;
        }
        if (pp_os_is_own_thread(tids[i]))
            continue;
        slot = pp_slot_take();
        if (!slot) {
            pp_slots_count_refused();
            continue;
        }
        struct pp_stack_range unknown = {0, 0};
        bool is_main = tids[i] == getpid();
        pp_slot_attach(slot, tids[i], is_main ? main_stack() : unknown);
        fresh++;
    }
    return fresh;
}

static void scan_into(pid_t *tids, uint32_t max)
{
    for (uint32_t i = 0; i < pp_slot_count(); i++)
        pp_slot_at(i)->seen = false;
    /* A thread may be created by one that was not attached yet while we read
     * the list: look again until there is nothing new. */
    enum { PASSES_MAX = 16 };
    for (int pass = 0; pass < PASSES_MAX; pass++) {
        int found = pp_os_list_threads(tids, max);
        atomic_store(&threads_are_known, found >= 0);
        if (found < 0) {
            /* Those that we know; and nobody is known to have ended. */
            pid_t known[2] = {getpid(), pp_os_gettid()};
            attach_new(known, 2);
            return;
        }
        uint32_t count = (uint32_t)found < max ? (uint32_t)found : max;
        if (attach_new(tids, count) == 0)
            break;
    }
    for (uint32_t i = 0; i < pp_slot_count(); i++)
        if (!pp_slot_at(i)->seen)
            pp_slot_detach(pp_slot_at(i));
}

void pp_threads_scan(void)
{
    size_t size = PP_SLOTS_MAX * sizeof(pid_t);
    pid_t *tids = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (tids == MAP_FAILED)
        return;
    pp_slots_lock();
    if (pp_slots_period_ns())
        scan_into(tids, PP_SLOTS_MAX);
    pp_slots_unlock();
    munmap(tids, size);
}

/* ---- threads to come ---------------------------------------------------- */

/* How large the stack of a thread with these attributes is; 0: not known. */
static uint64_t stack_size_of(const pthread_attr_t *attributes)
{
    static _Atomic(size_t) default_size;
    size_t size = 0;
    pthread_attr_t defaults;
    if (attributes)
        return pthread_attr_getstacksize(attributes, &size) == 0 ? size : 0;
    if (default_size == 0 && pthread_getattr_default_np(&defaults) == 0) {
        pthread_attr_getstacksize(&defaults, &size);
        pthread_attr_destroy(&defaults);
        default_size = size;
    }
    return default_size;
}

/* glibc keeps a thread's descriptor at the high end of its stack. What lies
 * near the low end counts as unknown: a guard page is there, and the end is
 * rounded. (pthread_getattr_np would know, but calls malloc, which a thread
 * that is cancelled at any instruction cannot survive.) */
static struct pp_stack_range own_stack(uint64_t size)
{
    enum { LOW_END = 64 * 1024 };
    uint64_t here = (uint64_t)(uintptr_t)__builtin_frame_address(0);
    uint64_t high = (uint64_t)(uintptr_t)pthread_self();
    if (size <= LOW_END || here >= high || high - here >= size - LOW_END)
        return (struct pp_stack_range){0, 0};
    return (struct pp_stack_range){high - (size - LOW_END), high};
}

static void thread_started(struct pp_slot *slot)
{
    struct pp_stack_range stack = own_stack(slot->stack_size);
    pid_t tid = pp_os_gettid();
    pp_slots_lock();
    /* A thread that ended unseen may have had our id before us; and a scan may
     * have found us first. */
    struct pp_slot *earlier = pp_slot_find(tid);
    if (earlier)
        pp_slot_detach(earlier);
    if (pp_slots_period_ns())
        pp_slot_attach(slot, tid, stack);
    else
        pp_slot_give_back(slot);
    pp_slots_unlock();
}

static void thread_ended(void *unused)
{
    (void)unused;
    pp_slots_lock();
    struct pp_slot *slot = pp_slot_find(pp_os_gettid());
    if (slot)
        pp_slot_detach(slot);
    pp_slots_unlock();
}

/* The cleanup runs also when the thread is cancelled or calls pthread_exit. */
static void *run_thread(void *argument)
{
    struct pp_slot *slot = argument;
    void *(*run)(void *) = slot->run;
    void *run_argument = slot->run_argument;
    void *result;
    thread_started(slot);
    pthread_cleanup_push(thread_ended, NULL);
    result = run(run_argument);
    pthread_cleanup_pop(1);
    return result;
}

void *(*const pp_threads_trampoline)(void *) = run_thread;

static struct pp_slot *reserve_slot(void *(*run)(void *), void *argument,
                                    const pthread_attr_t *attributes)
{
    if (pp_slots_period_ns() == 0)
        return NULL;
    uint64_t stack_size = stack_size_of(attributes);
    pp_slots_lock();
    struct pp_slot *slot = pp_slot_take();
    if (slot) {
        slot->run = run;
        slot->run_argument = argument;
        slot->stack_size = stack_size;
    }
    pp_slots_unlock();
    return slot;
}

int pp_threads_create(pthread_t *thread, const pthread_attr_t *attributes,
                      void *(*run)(void *), void *argument)
{
    struct pp_slot *slot = reserve_slot(run, argument, attributes);
    if (!slot)
        return pp_os_thread_create(thread, attributes, run, argument);
    int error = pp_os_thread_create(thread, attributes, run_thread, slot);
    if (error) {
        pp_slots_lock();
        pp_slot_give_back(slot);
        pp_slots_unlock();
    }
    return error;
}
