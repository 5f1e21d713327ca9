/* Is it a valid profile, in the reference's sense (CheckValid) and its words?
 * Only what an index cannot get wrong by itself is left to be asked. */
#include "profile/profile.h"

/* The ids of one array; an id is the first member of each item. */
struct ids {
    const char *items;
    size_t stride;
    uint32_t count;
    const char *zero_words;
    const char *twice_words;
};

static uint64_t id_at(const struct ids *ids, uint32_t index)
{
    uint64_t id;
    memcpy(&id, ids->items + index * ids->stride, sizeof id);
    return id;
}

/* Ascending ids are all different: the usual case needs no table. */
static bool is_ascending(const struct ids *ids)
{
    for (uint32_t i = 1; i < ids->count; i++)
        if (id_at(ids, i - 1) >= id_at(ids, i))
            return false;
    return true;
}

static int check_different(const struct ids *ids, struct pp_arena *scratch,
                           struct pp_error *err)
{
    struct pp_table table;
    if (pp_table_init(&table, scratch, ids->count) < 0)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < ids->count; i++) {
        uint64_t id = id_at(ids, i), hash = pp_hash_foreign_u64(id);
        uint32_t at, other;
        pp_table_each (&table, hash, at, other) {
            if (id_at(ids, other) == id)
                return pp_fail(err, PP_E_FORMAT, "%s: %llu", ids->twice_words,
                               (unsigned long long)id);
        }
        if (pp_table_insert(&table, scratch, hash, i) < 0)
            return pp_fail_memory(err);
    }
    return PP_OK;
}

static int check_ids(const struct ids *ids, struct pp_error *err)
{
    for (uint32_t i = 0; i < ids->count; i++)
        if (id_at(ids, i) == 0)
            return pp_fail(err, PP_E_FORMAT, "%s", ids->zero_words);
    if (is_ascending(ids))
        return PP_OK;
    struct pp_arena scratch = {0};
    int status = check_different(ids, &scratch, err);
    pp_arena_release(&scratch);
    return status;
}

static int check_lines(const struct pp_profile *profile, struct pp_error *err)
{
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        const struct pp_line *line =
            profile->lines.items + location->line_start;
        for (uint32_t left = location->line_count; left; left--, line++)
            if (line->function == PP_NONE)
                return pp_fail(err, PP_E_FORMAT,
                               "location id: %llu has a line with nil "
                               "function",
                               (unsigned long long)location->id);
    }
    return PP_OK;
}

#define IDS_OF(vector)                                                         \
    .items = (const char *)(vector).items, .stride = sizeof *(vector).items,   \
    .count = (vector).count

int pp_profile_check(const struct pp_profile *profile, struct pp_error *err)
{
    if (profile->sample_types.count == 0 && profile->samples.count != 0)
        return pp_fail(err, PP_E_FORMAT, "missing sample type information");
    const struct ids all[] = {
        {IDS_OF(profile->mappings),
         .zero_words = "found mapping with reserved ID=0",
         .twice_words = "multiple mappings with same id"},
        {IDS_OF(profile->functions),
         .zero_words = "found function with reserved ID=0",
         .twice_words = "multiple functions with same id"},
        {IDS_OF(profile->locations),
         .zero_words = "found location with reserved id=0",
         .twice_words = "multiple locations with same id"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int status = check_ids(&all[i], err);
        if (status < 0)
            return status;
    }
    return check_lines(profile, err);
}
