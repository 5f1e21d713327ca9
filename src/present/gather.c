/* gather: see gather.h.
 *
 * A chunk of sources, and one of bases beside it, is fetched at the same time
 * and taken in by the merging of those before. So memory and open connections
 * are bounded however many there are. While a chunk of files is taken in the
 * next one is read. What comes out is the reference's to the last byte, unless
 * samples cancel each other out, or lose the only type they count in, within
 * one of its chunks: it then forgets where it had first seen them.
 *
 * Where a source is no file all profiles are named before they are merged, each
 * by its own server: addresses of one process mean nothing to another. Files
 * are merged first, so that each binary is read once.
 *
 * Specification: chunkedGrab, concurrentGrab and combineProfiles of the
 * reference's driver; reference section 0.
 */
#include "present/gather.h"

#include <string.h>
#include <sys/stat.h>

#include "os/os.h"
#include "present/terminal.h"

/* Sources at a time: URLs wait most of the time and files need memory. */
enum { CHUNK_MAX = 128, CHUNK_OF_FILES = 8 };

/* What the profiles of a chunk leave to those of the next. */
enum { SPARE_SIZE = 128 << 20 };

struct group {
    const char *what; /* "source" or "base" */
    const char *const *sources;
    uint32_t count;             /* of sources */
    uint32_t asked;             /* of them, from the first: in some chunk */
    uint32_t tried;             /* of those: taken out of it */
    uint32_t fetched;           /* of those */
    struct pp_merging *merging; /* of the chunks so far */
    struct pp_profile *profile; /* the only one so far; in the end, all */
};

struct chunk {
    uint32_t source_count, base_count;
    struct pp_fetched *fetched; /* of the sources, then of the bases */
    const char **asked;         /* their names */
    struct pp_error err;
    int status; /* of fetching it, then of taking it in */
};

struct gathering {
    const struct pp_naming *naming;
    const struct pp_fetch_options *fetch;
    struct chunk chunks[2]; /* one is taken in, the other one fetched */
    uint32_t ready;         /* which one is to be taken in */
    struct group sources, bases;
    bool names_each;           /* before merging */
    bool is_alone;             /* there is one source, and no base */
    struct pp_error alone_err; /* then: why there is no profile */
    bool is_remote;
};

/* By Ctrl-C, while something was fetched. */
static volatile sig_atomic_t interrupted;

/* ---- merging ------------------------------------------------------------ */

int pp_combine(struct pp_profile **profiles, size_t count,
               struct pp_profile **combined, struct pp_error *err)
{
    *combined = NULL;
    int status = pp_profile_unify(profiles, count, err);
    if (status == 0 && count == 1) {
        *combined = profiles[0];
        return 0;
    }
    if (status == 0)
        status = pp_profile_merge((const struct pp_profile *const *)profiles,
                                  count, combined, err);
    for (size_t i = 0; i < count; i++)
        pp_profile_free(profiles[i]);
    return status;
}

/* Take profiles in, and free them. */
static int merge_in(struct group *group, struct pp_profile **profiles,
                    size_t count, struct pp_error *err)
{
    if (!group->merging)
        group->merging = pp_merging_new();
    int status = group->merging
                     ? pp_merging_add(group->merging, profiles, count, err)
                     : pp_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        pp_profile_free(profiles[i]);
    return status;
}

/* Add a chunk to what came before. The first profile may be the only one, and
 * waits until there is another. The profiles are taken over; there is room for
 * one more. */
static int combine_chunk(struct group *group, struct pp_profile **profiles,
                         size_t count, struct pp_error *err)
{
    struct pp_error why = {0};
    int status = 0;
    if (count == 0)
        return 0;
    if (group->profile) {
        memmove(profiles + 1, profiles, count * sizeof(struct pp_profile *));
        profiles[0] = group->profile;
        group->profile = NULL;
        count++;
    }
    if (group->merging || count > 1)
        status = merge_in(group, profiles, count, &why);
    else
        status = pp_combine(profiles, 1, &group->profile, &why);
    if (status < 0)
        return pp_fail(err, status, "problem fetching %s profiles: %s",
                       group->what, why.text);
    return 0;
}

/* What has been merged, if anything was. */
static int end_merging(struct group *group, struct pp_error *err)
{
    struct pp_merging *merging = group->merging;
    group->merging = NULL;
    return merging ? pp_merging_end(merging, &group->profile, err) : 0;
}

/* ---- a chunk ------------------------------------------------------------ */

static void tell_source(const char *source, const struct pp_fetched *fetched)
{
    if (fetched->cut_short)
        pp_tell_format("%s: interrupted; this is what had come", source);
    else if (!fetched->profile)
        pp_tell_format("%s: %s", source, fetched->err.text);
}

/* What is to be done to a profile before it is merged. */
static int prepare(struct gathering *gathering,
                   const struct pp_fetched *fetched, struct pp_error *err)
{
    const struct pp_naming *naming = gathering->naming;
    gathering->is_remote |= fetched->remote;
    if (!gathering->names_each)
        return gathering->is_alone
                   ? 0
                   : pp_naming_locate(naming, fetched->profile, err);
    int status = pp_naming_name(naming, fetched->profile, fetched->url, err);
    if (status == 0 && fetched->remote)
        status = pp_naming_note_source(fetched->profile, fetched->url, err);
    return status;
}

/* Take over what became of the next sources of a group. */
static int take_chunk(struct gathering *gathering, struct group *group,
                      const struct pp_fetched *fetched, uint32_t count,
                      struct pp_error *err)
{
    struct pp_profile *profiles[CHUNK_MAX + 1];
    uint32_t profile_count = 0;
    int status = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (gathering->is_alone)
            gathering->alone_err = fetched[i].err;
        else
            tell_source(group->sources[group->tried + i], &fetched[i]);
        if (!fetched[i].profile)
            continue;
        profiles[profile_count++] = fetched[i].profile;
        if (status == 0)
            status = prepare(gathering, &fetched[i], err);
    }
    group->tried += count;
    group->fetched += profile_count;
    if (status == 0)
        return combine_chunk(group, profiles, profile_count, err);
    for (uint32_t i = 0; i < profile_count; i++)
        pp_profile_free(profiles[i]);
    return status;
}

static int take(struct gathering *gathering, const struct chunk *chunk,
                struct pp_error *err)
{
    int status = take_chunk(gathering, &gathering->sources, chunk->fetched,
                            chunk->source_count, err);
    int base_status = take_chunk(gathering, &gathering->bases,
                                 chunk->fetched + chunk->source_count,
                                 chunk->base_count, err);
    return status < 0 ? status : base_status;
}

/* Ask for the next sources of a group; how many these are. */
static uint32_t ask(struct group *group, uint32_t count_max, const char **asked)
{
    uint32_t left = group->count - group->asked;
    uint32_t count = left < count_max ? left : count_max;
    for (uint32_t i = 0; i < count; i++)
        asked[i] = group->sources[group->asked + i];
    group->asked += count;
    return count;
}

/* Which sources the chunk has; none when all were asked for, or somebody
 * interrupted. Nothing of it is there yet. */
static void plan(struct gathering *gathering, struct chunk *chunk)
{
    uint32_t count_max = gathering->names_each ? CHUNK_MAX : CHUNK_OF_FILES;
    if (interrupted)
        count_max = 0;
    chunk->source_count = ask(&gathering->sources, count_max, chunk->asked);
    chunk->base_count =
        ask(&gathering->bases, count_max, chunk->asked + chunk->source_count);
    chunk->status = 0;
    for (uint32_t i = 0; i < chunk->source_count + chunk->base_count; i++)
        chunk->fetched[i].profile = NULL;
}

static bool is_empty(const struct chunk *chunk)
{
    return chunk->source_count + chunk->base_count == 0;
}

/* Part 0 takes in the chunk that is ready, part 1 fetches the other one. */
static void take_or_fetch(void *context, uint32_t index)
{
    struct gathering *gathering = context;
    struct chunk *chunk = &gathering->chunks[gathering->ready ^ index];
    if (index == 0)
        chunk->status = take(gathering, chunk, &chunk->err);
    else
        chunk->status =
            pp_fetch(chunk->asked, chunk->source_count + chunk->base_count,
                     gathering->fetch, chunk->fetched, &chunk->err);
}

/* Both at once is for files: what else there is asks servers for names while a
 * chunk is taken in, and both parts talk to the person. */
static void take_and_fetch(struct gathering *gathering)
{
    const struct chunk *ready = &gathering->chunks[gathering->ready];
    struct chunk *other = &gathering->chunks[!gathering->ready];
    struct pp_os_interrupt before;
    plan(gathering, other);
    if (is_empty(other)) {
        take_or_fetch(gathering, 0);
        return;
    }
    pp_os_catch_interrupt(&interrupted, &before);
    if (is_empty(ready) || gathering->names_each) {
        take_or_fetch(gathering, 0);
        if (ready->status >= 0)
            take_or_fetch(gathering, 1);
    } else {
        pp_os_run_parts(2, take_or_fetch, gathering);
    }
    pp_os_leave_interrupt(&before);
}

/* Free what was fetched and will not be taken in. */
static void discard(const struct chunk *chunk)
{
    for (uint32_t i = 0; i < chunk->source_count + chunk->base_count; i++)
        pp_profile_free(chunk->fetched[i].profile);
}

/* The chunk that is ready is empty in the beginning, and in the end again. */
static int gather_chunks(struct gathering *gathering, struct pp_error *err)
{
    struct chunk *taken, *fetched;
    do {
        taken = &gathering->chunks[gathering->ready];
        fetched = &gathering->chunks[!gathering->ready];
        take_and_fetch(gathering);
        gathering->ready = !gathering->ready;
    } while (taken->status >= 0 && fetched->status >= 0 && !is_empty(fetched));
    const struct chunk *failed = taken->status < 0 ? taken : fetched;
    if (failed->status >= 0)
        return 0;
    discard(fetched);
    *err = failed->err;
    return failed->status;
}

/* ---- all ---------------------------------------------------------------- */

static int check_any(const struct group *group, struct pp_error *err)
{
    if (group->fetched > 0 || group->count == 0)
        return 0;
    return pp_fail(err, PP_E_NOT_FOUND, "failed to fetch any %s profiles",
                   group->what);
}

static void tell_count(const struct group *group)
{
    if (group->fetched < group->count)
        pp_tell_format("Fetched %u %s profiles out of %u", group->fetched,
                       group->what, group->count);
}

/* The words for a source on its own; they name it once. */
static int fail_alone(const char *source, const struct pp_error *why,
                      struct pp_error *err)
{
    if (why->status == PP_E_SYSTEM)
        return pp_fail(err, why->status, "%s", why->text);
    return pp_fail(err, why->status, "%s: %s", source, why->text);
}

/* How much of it there is. */
static int conclude(const struct gathering *gathering, struct pp_error *err)
{
    const struct group *sources = &gathering->sources;
    const struct group *bases = &gathering->bases;
    if (gathering->is_alone && sources->fetched == 0)
        return fail_alone(sources->sources[0], &gathering->alone_err, err);
    if (check_any(sources, err) < 0 || check_any(bases, err) < 0)
        return err->status;
    tell_count(sources);
    tell_count(bases);
    return 0;
}

static bool are_all_files(const struct group *group)
{
    struct stat about;
    for (uint32_t i = 0; i < group->count; i++)
        if (stat(group->sources[i], &about) < 0)
            return false;
    return true;
}

static int make_room(struct gathering *gathering, struct pp_arena *arena)
{
    for (uint32_t i = 0; i < 2; i++) {
        struct chunk *chunk = &gathering->chunks[i];
        size_t count = 2 * (size_t)CHUNK_MAX;
        chunk->fetched = pp_arena_array(arena, count, sizeof(*chunk->fetched));
        chunk->asked = pp_arena_array(arena, count, sizeof(*chunk->asked));
        if (!chunk->fetched || !chunk->asked)
            return PP_E_MEMORY;
    }
    return 0;
}

static int gather(struct gathering *gathering, struct pp_error *err)
{
    struct pp_arena arena = {0};
    int status = make_room(gathering, &arena) < 0
                     ? pp_fail_memory(err)
                     : gather_chunks(gathering, err);
    if (status == 0)
        status = conclude(gathering, err);
    if (status == 0)
        status = end_merging(&gathering->sources, err);
    if (status == 0)
        status = end_merging(&gathering->bases, err);
    pp_merging_free(gathering->sources.merging);
    pp_merging_free(gathering->bases.merging);
    pp_arena_release(&arena);
    return status;
}

int pp_gather(const struct pp_arguments *arguments,
              const struct pp_naming *naming,
              const struct pp_fetch_options *fetch,
              struct pp_gathered *gathered, struct pp_error *err)
{
    struct pp_fetch_options interruptible = *fetch;
    interruptible.interrupted = &interrupted;
    struct gathering gathering = {
        .naming = naming,
        .fetch = &interruptible,
        .sources = {"source", arguments->sources, arguments->source_count},
        .bases = {"base", arguments->bases, arguments->base_count},
        .is_alone = arguments->source_count + arguments->base_count == 1,
    };
    pp_spare_keep(SPARE_SIZE);
    gathering.names_each =
        !are_all_files(&gathering.sources) || !are_all_files(&gathering.bases);
    int status = gather(&gathering, err);
    pp_spare_keep(0);
    *gathered = (struct pp_gathered){
        .profile = gathering.sources.profile,
        .base = gathering.bases.profile,
        .is_remote = gathering.is_remote,
        .is_named = gathering.names_each,
    };
    return status;
}
