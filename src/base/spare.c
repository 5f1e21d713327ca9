/* Spare memory: a short list, searched for the best fit. Invariant: the spares'
 * sizes sum up to spares.size, at most spares.size_max, and while that is 0
 * nobody waits for the lock, so that a process may fork at any time. See
 * spare.h. */
#include "base/base.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

enum {
    SPARES_MAX = 256,
    SLACK_MAX = 2, /* a spare may be as many times larger than wanted */
};

struct spare {
    void *mapping;
    size_t size, used;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
    struct spare items[SPARES_MAX];
    uint32_t count;
    size_t size, size_max;
} spares;

size_t pp_spare_size_max(void)
{
    return __atomic_load_n(&spares.size_max, __ATOMIC_RELAXED);
}

static struct spare remove_at(uint32_t i)
{
    struct spare spare = spares.items[i];
    spares.items[i] = spares.items[--spares.count];
    spares.size -= spare.size;
    return spare;
}

void pp_spare_keep(size_t size)
{
    pthread_mutex_lock(&lock);
    __atomic_store_n(&spares.size_max, size, __ATOMIC_RELAXED);
    while (spares.size > size) {
        struct spare spare = remove_at(spares.count - 1);
        munmap(spare.mapping, spare.size);
    }
    pthread_mutex_unlock(&lock);
}

/* The smallest that is large enough, spares.count if there is none. */
static uint32_t find_fit(size_t size)
{
    uint32_t best = spares.count;
    for (uint32_t i = 0; i < spares.count; i++) {
        size_t found = spares.items[i].size;
        if (found >= size && found / SLACK_MAX <= size &&
            (best == spares.count || found < spares.items[best].size))
            best = i;
    }
    return best;
}

static struct spare take_fit(size_t size)
{
    struct spare spare = {0};
    pthread_mutex_lock(&lock);
    uint32_t i = find_fit(size);
    if (i < spares.count)
        spare = remove_at(i);
    pthread_mutex_unlock(&lock);
    return spare;
}

void *pp_spare_take(size_t *size)
{
    if (pp_spare_size_max() > 0) {
        struct spare spare = take_fit(*size);
        if (spare.mapping) {
            *size = spare.size;
            return memset(spare.mapping, 0, spare.used);
        }
    }
    void *mapping = mmap(NULL, *size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        return NULL;
    pp_advise_huge_pages(mapping, *size);
    return mapping;
}

static bool keep(struct spare spare)
{
    pthread_mutex_lock(&lock);
    bool is_kept = spares.count < SPARES_MAX &&
                   spare.size <= spares.size_max - spares.size;
    if (is_kept) {
        spares.items[spares.count++] = spare;
        spares.size += spare.size;
    }
    pthread_mutex_unlock(&lock);
    return is_kept;
}

void pp_spare_give(void *mapping, size_t size, size_t used)
{
    if (pp_spare_size_max() == 0 || !keep((struct spare){mapping, size, used}))
        munmap(mapping, size);
}
