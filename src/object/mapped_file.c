/* Mapped files. See mapped_file.h.
 *
 * Invariant: a mapping stands in `mapped` for as long as it is there, so that
 * a fault in it is known as ours: it gets zeros in place of what is missing.
 * Every other fault is left to whoever handled SIGBUS before us.
 *
 * Specification: mmap(2), sigaction(2). */
#include "object/mapped_file.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FILE_COUNT_MAX = 8192 };

/* start 0: free; 1: being filled in. */
static struct {
    atomic_uintptr_t start;
    atomic_size_t size;
} mapped[FILE_COUNT_MAX];

static struct sigaction action_before;
static uintptr_t page_size;

/* ---- when pages are missing --------------------------------------------- */

/* Put zeros from the page of an address to the end of its mapping. Also called
 * by signal handlers. */
static bool fill_with_zeros(uintptr_t address)
{
    uintptr_t page = address & ~(page_size - 1);
    for (int i = 0; i < FILE_COUNT_MAX; i++) {
        uintptr_t start = mapped[i].start;
        size_t size = mapped[i].size;
        if (address >= start && address - start < size)
            return mmap((void *)page, start + size - page, PROT_READ,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                        0) != MAP_FAILED;
    }
    return false;
}

static void on_bus_error(int signal, siginfo_t *info, void *context)
{
    (void)context;
    /* Going back repeats the access: with zeros, or for the handler before. */
    if (!fill_with_zeros((uintptr_t)info->si_addr))
        sigaction(signal, &action_before, NULL);
}

/* Somebody else may have put a handler in place of ours since the last file. */
static void handle_bus_errors(void)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    struct sigaction current, ours = {.sa_sigaction = on_bus_error,
                                      .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&ours.sa_mask);
    pthread_mutex_lock(&one_at_a_time);
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    if (sigaction(SIGBUS, NULL, &current) == 0 &&
        current.sa_sigaction != on_bus_error) {
        action_before = current;
        sigaction(SIGBUS, &ours, NULL);
    }
    pthread_mutex_unlock(&one_at_a_time);
}

/* ---- mapping ------------------------------------------------------------ */

/* The mapping's place in the list; false when that is full. */
static bool look_after(uintptr_t start, size_t size)
{
    for (int i = 0; i < FILE_COUNT_MAX; i++) {
        uintptr_t nothing = 0;
        if (!atomic_compare_exchange_strong(&mapped[i].start, &nothing, 1))
            continue;
        mapped[i].size = size;
        mapped[i].start = start;
        return true;
    }
    return false;
}

const uint8_t *pp_mapped_file_open(int fd, size_t size)
{
    handle_bus_errors();
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return NULL;
    if (look_after((uintptr_t)bytes, size))
        return bytes;
    munmap(bytes, size);
    return NULL;
}

void pp_mapped_file_close(const uint8_t *bytes, size_t size)
{
    for (int i = 0; i < FILE_COUNT_MAX; i++) {
        if (mapped[i].start != (uintptr_t)bytes)
            continue;
        mapped[i].size = 0;
        munmap((void *)(uintptr_t)bytes, size);
        mapped[i].start = 0;
        return;
    }
}

void pp_mapped_file_drop(const uint8_t *bytes, size_t size)
{
    uintptr_t start = ((uintptr_t)bytes + page_size - 1) & ~(page_size - 1);
    uintptr_t end = ((uintptr_t)bytes + size) & ~(page_size - 1);
    if (start < end)
        madvise((void *)start, end - start, MADV_DONTNEED);
}
