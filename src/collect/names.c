/* A profile's way to names and bytes. Files are read once and kept for the
 * next profile, for a minute.
 *
 * Invariant: `lock` guards all of `kept`, and names are made where there is
 * stack for it, which a thread of the program's may not have. */
#include "collect/names.h"

#include <pthread.h>

#include "collect/collect.h"
#include "os/os.h"
#include "wire/wire.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
    enum pp_source_detail detail;
    size_t memory_max;
    struct pp_source_names *names; /* NULL: nothing is kept */
    int64_t used_ns;               /* last */
} kept = {.memory_max = (size_t)64 << 20};

void pp_collect_set_detail(enum pp_source_detail detail)
{
    pthread_mutex_lock(&lock);
    kept.detail = detail;
    pthread_mutex_unlock(&lock);
}

void pp_collect_set_names_memory(size_t memory_max)
{
    pthread_mutex_lock(&lock);
    kept.memory_max = memory_max;
    pthread_mutex_unlock(&lock);
}

/* lock held; NULL without memory */
static struct pp_source_names *use_names(void)
{
    if (!kept.names)
        kept.names = pp_source_names_new(kept.memory_max);
    kept.used_ns = pp_os_now_ns();
    return kept.names;
}

int pp_collect_load_lines(struct pp_error *err)
{
    pthread_mutex_lock(&lock);
    int status = use_names() ? pp_source_load_lines(kept.names, err)
                             : pp_fail_memory(err);
    pthread_mutex_unlock(&lock);
    return status;
}

static void name_profile(struct pp_profile *profile,
                         enum pp_source_detail detail)
{
    pthread_mutex_lock(&lock);
    if (detail == PP_SOURCE_DEFAULT)
        detail = kept.detail;
    if (detail != PP_SOURCE_ADDRESSES && use_names())
        pp_source_name_profile(kept.names, detail, profile);
    pthread_mutex_unlock(&lock);
}

/* ---- what is asked for -------------------------------------------------- */

/* A profile to be named and encoded. */
struct encoding {
    struct pp_profile *profile;
    enum pp_source_detail detail;
    struct pp_buffer *out;
    struct pp_error *err;
    int status;
};

static void *encode(void *argument)
{
    struct encoding *encoding = argument;
    name_profile(encoding->profile, encoding->detail);
    encoding->status =
        pp_wire_encode_gzip(encoding->profile, encoding->out, encoding->err);
    return NULL;
}

int pp_collect_encode(struct pp_profile *profile, enum pp_source_detail detail,
                      struct pp_buffer *out, struct pp_error *err)
{
    struct encoding encoding = {profile, detail, out, err, PP_OK};
    pp_os_run_on_own_thread("pprof-names", encode, &encoding);
    return encoding.status;
}

bool pp_collect_name_address(uint64_t address, struct pp_buffer *out)
{
    pthread_mutex_lock(&lock);
    bool found =
        use_names() && pp_source_name_address(kept.names, address, out);
    pthread_mutex_unlock(&lock);
    return found;
}

void pp_collect_end_addresses(void)
{
    pthread_mutex_lock(&lock);
    if (kept.names)
        pp_source_trim(kept.names);
    pthread_mutex_unlock(&lock);
}

/* ---- between profiles --------------------------------------------------- */

/* A profile that is being named can wait for this, not the other way. */
void pp_names_give_back(void)
{
    if (pthread_mutex_trylock(&lock) != 0)
        return;
    int64_t unused_ns = pp_os_now_ns() - kept.used_ns;
    if (kept.names && unused_ns >= PP_NAMES_KEPT_MS * (int64_t)1000000) {
        pp_source_names_free(kept.names);
        kept.names = NULL;
    }
    pthread_mutex_unlock(&lock);
}

/* A fork does not wait for names to be looked up: the child then reads the
 * files anew, for what there is may be half made. Several threads may fork at
 * the same time. */
static __thread bool is_at_rest;

void pp_names_before_fork(void)
{
    is_at_rest = pthread_mutex_trylock(&lock) == 0;
}

void pp_names_after_fork(bool is_child)
{
    if (is_at_rest) {
        pthread_mutex_unlock(&lock);
    } else if (is_child) {
        pthread_mutex_init(&lock, NULL);
        kept.names = NULL;
    }
}
