/* Cutting stacks beneath a function: drop_frames of the profile itself, and
 * prune_from of the person. Both look at simplified names, without arguments.
 *
 * Invariant: as in filter.c, ranges only shrink (profile/prune.go of
 * google/pprof). */
#include "profile/profile.h"

struct pp_slice pp_simplify_function(struct pp_slice name)
{
    static const char anonymous[] = "(anonymous namespace)";
    static const char call[] = "operator()";
    if (name.size && name.data[0] == '.') {
        name.data++;
        name.size--;
    }
    for (size_t i = 0; i < name.size; i++) {
        struct pp_slice rest = {name.data + i, name.size - i};
        if (pp_slice_starts_with(rest, pp_slice_literal(anonymous))) {
            i += sizeof anonymous - 2;
        } else if (pp_slice_starts_with(rest, pp_slice_literal(call))) {
            i += sizeof call - 2;
        } else if (name.data[i] == '(') {
            name.size = i;
        }
    }
    return name;
}

static bool line_in(const struct pp_profile *profile,
                    const struct pp_line *line, pp_string_set names)
{
    if (line->function == PP_NONE)
        return false;
    pp_string name = profile->functions.items[line->function].name;
    return name != 0 && names[name];
}

/* What becomes of a stack at a location. */
enum cut {
    CUT_NOTHING,
    CUT_BENEATH, /* frames beneath go, the location stays */
    CUT_HERE,    /* the location goes too */
};

/* ---- drop_frames -------------------------------------------------------- */

/* Take the outermost line that is dropped out, and all beneath it. */
static enum cut drop_lines(struct pp_profile *profile,
                           struct pp_location *location, pp_string_set names)
{
    const struct pp_line *lines = profile->lines.items + location->line_start;
    uint32_t at = location->line_count;
    while (at > 0 && !line_in(profile, &lines[at - 1], names))
        at--;
    if (at == 0)
        return CUT_NOTHING;
    if (at == location->line_count)
        return CUT_HERE;
    location->line_start += at;
    location->line_count -= at;
    return CUT_BENEATH;
}

/* From the root down: nothing is cut before the first frame that stays. */
static void drop_from_sample(const struct pp_profile *profile,
                             struct pp_sample *sample, const uint8_t *cuts)
{
    const uint32_t *stack = pp_sample_stack(profile, sample);
    bool found_user = false;
    for (uint32_t i = sample->stack_depth; i-- > 0;) {
        uint8_t cut = cuts[stack[i]];
        if (cut == CUT_NOTHING) {
            found_user = true;
        } else if (found_user) {
            uint32_t gone = cut == CUT_HERE ? i + 1 : i;
            sample->stack_start += gone;
            sample->stack_depth -= gone;
            return;
        }
    }
}

int pp_profile_drop_frames(struct pp_profile *profile, pp_string_set names)
{
    uint8_t *cuts = pp_arena_alloc(&profile->arena, profile->locations.count);
    if (!cuts)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < profile->locations.count; i++)
        cuts[i] = drop_lines(profile, &profile->locations.items[i], names);
    for (uint32_t i = 0; i < profile->samples.count; i++)
        drop_from_sample(profile, &profile->samples.items[i], cuts);
    return PP_OK;
}

/* ---- prune_from --------------------------------------------------------- */

/* Take what lies beneath the innermost line that matches out. */
static enum cut prune_lines(struct pp_profile *profile,
                            struct pp_location *location, pp_string_set names)
{
    const struct pp_line *lines = profile->lines.items + location->line_start;
    for (uint32_t i = 0; i < location->line_count; i++)
        if (line_in(profile, &lines[i], names)) {
            location->line_start += i;
            location->line_count -= i;
            return CUT_BENEATH;
        }
    return CUT_NOTHING;
}

int pp_profile_prune_from(struct pp_profile *profile, pp_string_set names)
{
    uint8_t *cuts = pp_arena_alloc(&profile->arena, profile->locations.count);
    if (!cuts)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < profile->locations.count; i++)
        cuts[i] = prune_lines(profile, &profile->locations.items[i], names);
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct pp_sample *sample = &profile->samples.items[i];
        const uint32_t *stack = pp_sample_stack(profile, sample);
        for (uint32_t k = 0; k < sample->stack_depth; k++)
            if (cuts[stack[k]] == CUT_BENEATH) {
                sample->stack_start += k;
                sample->stack_depth -= k;
                break;
            }
    }
    return PP_OK;
}
