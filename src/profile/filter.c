/* Leaving samples and frames out, by what expressions say of their names.
 *
 * An expression comes as the set of strings it matches, so it was evaluated
 * once per string; here it is looked up once per location, and each sample
 * takes the sum of its locations' verdicts.
 *
 * Invariant: stacks, lines and labels only ever shrink within the range that
 * their owner had, so filtering needs no memory beside a byte a location. What
 * each filter means is the reference's (profile/filter.go, prune.go of
 * google/pprof), quirks included: an empty stack passes no filter. */
#include "profile/profile.h"

enum verdict {
    FOCUSED = 1,
    IGNORED = 2,
    HIDDEN = 4,
};

/* ---- lines and locations ------------------------------------------------ */

static bool line_matches(const struct pp_profile *profile,
                         const struct pp_line *line, pp_string_set set)
{
    if (line->function == PP_NONE)
        return false;
    const struct pp_function *function =
        &profile->functions.items[line->function];
    return set[function->name] || set[function->filename];
}

static bool mapping_matches(const struct pp_profile *profile,
                            const struct pp_location *location,
                            pp_string_set set)
{
    return location->mapping != PP_NONE &&
           set[profile->mappings.items[location->mapping].filename];
}

static struct pp_line *lines_of(const struct pp_profile *profile,
                                const struct pp_location *location)
{
    return profile->lines.items + location->line_start;
}

static bool location_matches(const struct pp_profile *profile,
                             const struct pp_location *location,
                             pp_string_set set)
{
    const struct pp_line *lines = lines_of(profile, location);
    for (uint32_t i = 0; i < location->line_count; i++)
        if (line_matches(profile, &lines[i], set))
            return true;
    return mapping_matches(profile, location, set);
}

/* Take the lines out that match. */
static void hide_lines(struct pp_profile *profile, struct pp_location *location,
                       pp_string_set hide)
{
    struct pp_line *lines = lines_of(profile, location);
    uint32_t kept = 0;
    if (!mapping_matches(profile, location, hide))
        for (uint32_t i = 0; i < location->line_count; i++)
            if (!line_matches(profile, &lines[i], hide))
                lines[kept++] = lines[i];
    location->line_count = kept;
}

/* Keep the lines that match, and those of no function. */
static void show_lines(struct pp_profile *profile, struct pp_location *location,
                       pp_string_set show)
{
    if (mapping_matches(profile, location, show))
        return;
    struct pp_line *lines = lines_of(profile, location);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < location->line_count; i++)
        if (lines[i].function == PP_NONE ||
            line_matches(profile, &lines[i], show))
            lines[kept++] = lines[i];
    location->line_count = kept;
}

/* ---- samples ------------------------------------------------------------ */

/* Put the sample at `from` to place `to` (<= from), its values with it. */
static void keep_sample(struct pp_profile *profile, uint32_t from, uint32_t to)
{
    size_t width = profile->sample_types.count;
    if (from == to)
        return;
    profile->samples.items[to] = profile->samples.items[from];
    memcpy(profile->values.items + to * width,
           profile->values.items + from * width,
           width * sizeof *profile->values.items);
}

static void set_sample_count(struct pp_profile *profile, uint32_t count)
{
    profile->samples.count = count;
    profile->values.count = count * profile->sample_types.count;
}

static uint32_t *stack_of(const struct pp_profile *profile,
                          const struct pp_sample *sample)
{
    return profile->stacks.items + sample->stack_start;
}

void pp_profile_keep_samples(struct pp_profile *profile, const uint8_t *keep)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (keep[i])
            keep_sample(profile, i, kept++);
    set_sample_count(profile, kept);
}

static void remove_hidden(struct pp_profile *profile, struct pp_sample *sample,
                          const uint8_t *verdicts)
{
    uint32_t *stack = stack_of(profile, sample);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sample->stack_depth; i++)
        if (!(verdicts[stack[i]] & HIDDEN))
            stack[kept++] = stack[i];
    sample->stack_depth = kept;
}

/* ---- focus, ignore, hide, show ------------------------------------------ */

static uint8_t judge_location(struct pp_profile *profile,
                              struct pp_location *location,
                              const struct pp_name_filter *filter,
                              struct pp_name_matches *matches)
{
    uint8_t verdict = 0;
    if (filter->ignore && location_matches(profile, location, filter->ignore)) {
        matches->ignore = true;
        verdict = IGNORED;
    } else if (!filter->focus ||
               location_matches(profile, location, filter->focus)) {
        matches->focus = true;
        verdict = FOCUSED;
    }
    if (filter->hide && location_matches(profile, location, filter->hide)) {
        matches->hide = true;
        hide_lines(profile, location, filter->hide);
        if (location->line_count == 0)
            verdict |= HIDDEN;
    }
    if (filter->show) {
        show_lines(profile, location, filter->show);
        if (location->line_count == 0)
            verdict |= HIDDEN;
        else
            matches->show = true;
    }
    return verdict;
}

static bool sample_passes(struct pp_profile *profile, struct pp_sample *sample,
                          const uint8_t *verdicts)
{
    const uint32_t *stack = stack_of(profile, sample);
    uint8_t sum = 0;
    for (uint32_t i = 0; i < sample->stack_depth; i++)
        sum |= verdicts[stack[i]];
    if (!(sum & FOCUSED) || (sum & IGNORED))
        return false;
    if (sum & HIDDEN)
        remove_hidden(profile, sample, verdicts);
    return sample->stack_depth > 0;
}

int pp_profile_filter_names(struct pp_profile *profile,
                            const struct pp_name_filter *filter,
                            struct pp_name_matches *matches)
{
    *matches = (struct pp_name_matches){0};
    if (!filter->focus && !filter->ignore && !filter->hide && !filter->show)
        return PP_OK;
    uint8_t *verdicts =
        pp_arena_alloc(&profile->arena, profile->locations.count);
    if (!verdicts)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < profile->locations.count; i++)
        verdicts[i] = judge_location(profile, &profile->locations.items[i],
                                     filter, matches);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        if (sample_passes(profile, &profile->samples.items[i], verdicts))
            keep_sample(profile, i, kept++);
    set_sample_count(profile, kept);
    return PP_OK;
}

/* ---- show_from ---------------------------------------------------------- */

/* Cut what called the outermost line that matches. False when none does. */
static bool cut_callers(struct pp_profile *profile,
                        struct pp_location *location, pp_string_set set)
{
    if (mapping_matches(profile, location, set))
        return true;
    const struct pp_line *lines = lines_of(profile, location);
    uint32_t count = location->line_count;
    while (count > 0 && !line_matches(profile, &lines[count - 1], set))
        count--;
    if (count > 0)
        location->line_count = count;
    return count > 0;
}

int pp_profile_show_from(struct pp_profile *profile, pp_string_set set,
                         bool *matched)
{
    uint8_t *matches =
        pp_arena_alloc(&profile->arena, profile->locations.count);
    if (!matches)
        return PP_E_MEMORY;
    *matched = false;
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        matches[i] = cut_callers(profile, &profile->locations.items[i], set);
        *matched |= matches[i];
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct pp_sample *sample = &profile->samples.items[i];
        const uint32_t *stack = stack_of(profile, sample);
        while (sample->stack_depth > 0 &&
               !matches[stack[sample->stack_depth - 1]])
            sample->stack_depth--;
        if (sample->stack_depth > 0)
            keep_sample(profile, i, kept++);
    }
    set_sample_count(profile, kept);
    return PP_OK;
}

/* ---- labels ------------------------------------------------------------- */

void pp_profile_filter_labels(struct pp_profile *profile, pp_string_set show,
                              pp_string_set hide, bool *show_matched,
                              bool *hide_matched)
{
    *show_matched = *hide_matched = false;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct pp_sample *sample = &profile->samples.items[i];
        struct pp_label *labels = profile->labels.items + sample->label_start;
        uint32_t kept = 0;
        for (uint32_t k = 0; k < sample->label_count; k++) {
            bool shown = !show || show[labels[k].key];
            bool hidden = hide && hide[labels[k].key];
            *show_matched |= shown;
            *hide_matched |= hidden;
            if (shown && !hidden)
                labels[kept++] = labels[k];
        }
        sample->label_count = kept;
    }
}
