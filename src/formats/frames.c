/* Frames that are told by text become locations. Most of a file is frames that
 * were seen before, so each costs one look into a table, whatever there is to
 * read in its text. See frames.h. */
#include "formats/frames.h"

#include <assert.h>

void pp_frames_init(struct pp_frames *frames, struct pp_profile *profile)
{
    assert(profile->locations.count == 0);
    *frames = (struct pp_frames){.profile = profile};
}

void pp_frames_release(struct pp_frames *frames)
{
    pp_arena_release(&frames->arena);
}

uint32_t pp_frames_find(struct pp_frames *frames, struct pp_slice text,
                        bool *is_new)
{
    uint32_t found = pp_strings_add(&frames->texts, &frames->arena, text);
    *is_new = found == frames->profile->locations.count;
    return *is_new ? pp_profile_add_location(frames->profile, PP_NONE, 0)
                   : found;
}

/* ---- functions and mappings --------------------------------------------- */

uint32_t pp_frames_function(struct pp_frames *frames, struct pp_slice name,
                            struct pp_slice filename)
{
    struct pp_profile *profile = frames->profile;
    pp_string name_string = pp_profile_add_string(profile, name);
    pp_string file_string = pp_profile_add_string(profile, filename);
    if (name_string == PP_NONE || file_string == PP_NONE)
        return PP_NONE;
    uint64_t hash = pp_hash_add(pp_hash_u64(name_string), file_string);
    uint32_t at, index;
    pp_table_each (&frames->functions, hash, at, index) {
        const struct pp_function *function = &profile->functions.items[index];
        if (function->name == name_string && function->filename == file_string)
            return index;
    }
    index = pp_profile_add_function(profile, name, name, filename, 0);
    if (index == PP_NONE ||
        pp_table_insert(&frames->functions, &frames->arena, hash, index) < 0)
        return PP_NONE;
    return index;
}

uint32_t pp_frames_mapping(struct pp_frames *frames, struct pp_slice filename)
{
    struct pp_profile *profile = frames->profile;
    pp_string string = pp_profile_add_string(profile, filename);
    if (string == PP_NONE)
        return PP_NONE;
    uint64_t hash = pp_hash_u64(string);
    uint32_t at, index;
    pp_table_each (&frames->mappings, hash, at, index) {
        if (profile->mappings.items[index].filename == string)
            return index;
    }
    index = pp_profile_add_mapping(profile, 0, 0, 0, filename,
                                   (struct pp_slice){0});
    if (index == PP_NONE ||
        pp_table_insert(&frames->mappings, &frames->arena, hash, index) < 0)
        return PP_NONE;
    return index;
}

/* ---- one location's lines, one sample's stack --------------------------- */

int pp_frames_add_line(struct pp_frames *frames, struct pp_line line)
{
    struct pp_line *added = pp_vector_add(&frames->arena, &frames->lines);
    if (!added)
        return PP_E_MEMORY;
    *added = line;
    return PP_OK;
}

int pp_frames_end_location(struct pp_frames *frames, uint32_t location)
{
    uint32_t count = frames->lines.count;
    frames->lines.count = 0;
    return pp_profile_set_lines(frames->profile, location, frames->lines.items,
                                count);
}

int pp_frames_push(struct pp_frames *frames, uint32_t location)
{
    uint32_t *added = pp_vector_add(&frames->arena, &frames->stack);
    if (!added)
        return PP_E_MEMORY;
    *added = location;
    return PP_OK;
}

int pp_frames_end_sample(struct pp_frames *frames, const int64_t *values)
{
    uint32_t depth = frames->stack.count;
    frames->stack.count = 0;
    uint32_t sample = pp_profile_add_sample(frames->profile,
                                            frames->stack.items, depth, values);
    return sample == PP_NONE ? PP_E_MEMORY : PP_OK;
}
