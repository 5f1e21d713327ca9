/* Naming one location. See location.h.
 *
 * A name that somebody else gave is completed only where the binary has the
 * same: it may be another build than the one measured. Whoever named it may
 * have demangled the name in any of the usual ways (`perf script` leaves
 * parameters out, others do not), so each of them is tried. The name itself is
 * never changed. */
#include "symbolize/location.h"

/* ---- what is there ------------------------------------------------------ */

/* Whether a location says more than a function's name. */
static bool has_source(const struct pp_profile *profile,
                       const struct pp_location *location)
{
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct pp_line *line =
            &profile->lines.items[location->line_start + i];
        if (line->line != 0 ||
            (line->function != PP_NONE &&
             profile->functions.items[line->function].filename != 0))
            return true;
    }
    return false;
}

bool pp_location_has_name(const struct pp_profile *profile,
                          const struct pp_location *location)
{
    for (uint32_t i = 0; i < location->line_count; i++) {
        uint32_t function =
            profile->lines.items[location->line_start + i].function;
        if (function != PP_NONE && profile->functions.items[function].name != 0)
            return true;
    }
    return false;
}

/* Whether it has one function's name and no more, at an address of its mapping.
 */
static bool is_bare_name(const struct pp_profile *profile,
                         const struct pp_location *location)
{
    const struct pp_mapping *mapping =
        &profile->mappings.items[location->mapping];
    return location->line_count == 1 && location->address >= mapping->start &&
           location->address < mapping->limit &&
           pp_location_has_name(profile, location) &&
           !has_source(profile, location);
}

bool pp_location_is_wanted(const struct pp_location_naming *naming,
                           const struct pp_location *location)
{
    const struct pp_mapping *mapping =
        &naming->profile->mappings.items[location->mapping];
    if (naming->options->force)
        return true;
    if (mapping->has_filenames || mapping->has_line_numbers)
        return false;
    if (location->line_count == 0)
        return !mapping->has_functions;
    return !naming->options->fast && is_bare_name(naming->profile, location);
}

/* ---- completing --------------------------------------------------------- */

/* Whether a function of the profile is the one that a binary calls `name`,
 * mangled. */
static bool is_called(struct pp_location_naming *naming,
                      const struct pp_function *function, struct pp_slice name)
{
    static const enum pp_demangle modes[] = {
        PP_DEMANGLE_SIMPLE, PP_DEMANGLE_TEMPLATES, PP_DEMANGLE_FULL};
    const struct pp_profile *profile = naming->profile;
    struct pp_slice known = pp_profile_text(profile, function->name);
    if (pp_slice_equal(known, name) ||
        pp_slice_equal(pp_profile_text(profile, function->system_name), name))
        return true;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        pp_buffer_clear(&naming->scratch);
        if (pp_demangle(name, modes[i], &naming->scratch) &&
            pp_slice_equal(pp_buffer_slice(&naming->scratch), known))
            return true;
    }
    return false;
}

/* Whether the frames say more than the name that is there, and agree with it.
 */
static bool completes(struct pp_location_naming *naming,
                      const struct pp_function *function,
                      const struct pp_found_frames *found)
{
    const struct pp_frame *outermost = &found->frames[found->count - 1];
    return (outermost->line != 0 || outermost->file.size > 0) &&
           (is_called(naming, function, found->symbol) ||
            is_called(naming, function, outermost->function));
}

/* ---- functions ---------------------------------------------------------- */

/* The profile's function of a frame. */
static uint32_t function_of(struct pp_location_naming *naming,
                            const struct pp_frame *frame)
{
    uint32_t function = pp_frame_functions_find(&naming->by_frame, frame);
    if (function != PP_NONE)
        return function;
    function = pp_function_add(&naming->functions, frame->function,
                               frame->function, frame->file, frame->start_line);
    if (function != PP_NONE)
        pp_frame_functions_add(&naming->by_frame, frame, function);
    return function;
}

/* The same, called as another one of the profile. */
static uint32_t renamed_function(struct pp_location_naming *naming,
                                 const struct pp_frame *frame,
                                 const struct pp_function *kept)
{
    return pp_function_add(&naming->functions,
                           pp_profile_text(naming->profile, kept->name),
                           pp_profile_text(naming->profile, kept->system_name),
                           frame->file, frame->start_line);
}

/* ---- setting ------------------------------------------------------------ */

/* What the frames tell, of the mapping as a whole. */
static void note_what_is_known(struct pp_mapping *mapping,
                               const struct pp_found_frames *found)
{
    for (uint32_t i = 0; i < found->count; i++) {
        const struct pp_frame *frame = &found->frames[i];
        mapping->has_functions |= frame->function.size > 0;
        mapping->has_filenames |= frame->file.size > 0;
        mapping->has_line_numbers |= frame->line != 0;
        mapping->has_inline_frames |= frame->line != 0;
    }
}

/* Set all frames; the outermost one is called as the function `kept`, if that
 * is not NULL. */
static int set_frames(struct pp_location_naming *naming, uint32_t index,
                      const struct pp_function *kept,
                      const struct pp_found_frames *found)
{
    struct pp_profile *profile = naming->profile;
    struct pp_line lines[PP_FRAMES_MAX];
    for (uint32_t i = 0; i < found->count; i++) {
        const struct pp_frame *frame = &found->frames[i];
        bool is_kept = kept && i + 1 == found->count;
        uint32_t function = is_kept ? renamed_function(naming, frame, kept)
                                    : function_of(naming, frame);
        if (function == PP_NONE)
            return PP_E_MEMORY;
        lines[i] = (struct pp_line){function, frame->line, frame->column};
    }
    profile->locations.items[index].is_folded = false;
    return pp_profile_set_lines(profile, index, lines, found->count);
}

/* Of the two names of the outermost frame the symbol's is the one that the
 * linker kept apart. */
static void prefer_symbol(struct pp_found_frames *found)
{
    if (found->symbol.size == 0)
        return;
    if (found->count == 0)
        found->frames[found->count++] = (struct pp_frame){0};
    found->frames[found->count - 1].function =
        pp_lines_function_name(found->symbol);
}

int pp_location_set_frames(struct pp_location_naming *naming, uint32_t index,
                           struct pp_found_frames *found)
{
    struct pp_profile *profile = naming->profile;
    const struct pp_location *location = &profile->locations.items[index];
    struct pp_function kept;
    bool is_completed = location->line_count > 0 && !naming->options->force;
    if (is_completed) {
        kept = profile->functions
                   .items[profile->lines.items[location->line_start].function];
        if (found->count == 0 || !completes(naming, &kept, found))
            return PP_OK;
    }
    prefer_symbol(found);
    if (found->count == 0)
        return PP_OK;
    note_what_is_known(&profile->mappings.items[location->mapping], found);
    return set_frames(naming, index, is_completed ? &kept : NULL, found);
}
