/* Forgetting detail: locations that differ only in what the reader did not ask
 * for become equal. Nothing is merged here, the graph does that by itself.
 *
 * Invariant: samples, stacks and ids stay as they are. */
#include "profile/profile.h"

/* A first line that stays tells a file once for each of its functions. So it is
 * in the reference where a profile has them, and so here; but what we found
 * ourselves the reference would not know. */
static void forget_functions(struct pp_profile *profile,
                             const struct pp_detail *detail)
{
    for (uint32_t i = 0; i < profile->functions.count; i++) {
        struct pp_function *function = &profile->functions.items[i];
        if (!detail->functions) {
            function->name = function->system_name = 0;
            if (function->is_start_found)
                function->start_line = 0;
        }
        if (!detail->filenames)
            function->filename = 0;
    }
}

static void forget_location(struct pp_profile *profile,
                            struct pp_location *location,
                            const struct pp_detail *detail)
{
    if (!detail->inlines && location->line_count > 1) {
        location->line_start += location->line_count - 1;
        location->line_count = 1;
    }
    if (!detail->addresses)
        location->address = 0;
    for (uint32_t i = 0; i < location->line_count; i++) {
        struct pp_line *line = &profile->lines.items[location->line_start + i];
        if (!detail->line_numbers)
            line->line = 0;
        if (!detail->line_numbers || !detail->columns)
            line->column = 0;
    }
}

void pp_profile_aggregate(struct pp_profile *profile,
                          const struct pp_detail *detail)
{
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        struct pp_mapping *mapping = &profile->mappings.items[i];
        mapping->has_inline_frames &= detail->inlines;
        mapping->has_functions &= detail->functions;
        mapping->has_filenames &= detail->filenames;
        mapping->has_line_numbers &= detail->line_numbers;
    }
    if (!detail->functions || !detail->filenames)
        forget_functions(profile, detail);
    for (uint32_t i = 0; i < profile->locations.count; i++)
        forget_location(profile, &profile->locations.items[i], detail);
}
