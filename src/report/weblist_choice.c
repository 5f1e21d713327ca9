/* Which places of a profile -weblist is about, and what they took
 * (newSourcePrinter of google/pprof's internal/report).
 *
 * Invariants: the expression meets each string once. Weights are those of all
 * samples, wanted or not, since an instruction of a wanted function may be one
 * that only others want to know of. A place counts each time that a stack
 * passes through it, as in the reference. */
#include "report/regexp.h"
#include "report/weblist.h"

#include "report/format.h"

struct chooser {
    struct pp_weblist_choice *choice;
    const struct pp_report_job *job;
    const struct pp_profile *profile;
    uint32_t *place_of; /* by location */
    uint8_t *sampled;   /* by location: is it on a stack? */
    uint8_t *matches;   /* by string: see below */
    uint64_t address;   /* that the pattern is */
    bool has_address;
};

enum { UNASKED, MATCHES, MATCHES_NOT };

/* ---- places and their weights ------------------------------------------- */

/* Locations of one address are one place. */
static void find_places(struct chooser *chooser)
{
    const struct pp_profile *profile = chooser->profile;
    struct pp_arena *arena = chooser->job->arena;
    struct pp_weblist_choice *choice = chooser->choice;
    uint32_t count = profile->locations.count;
    struct pp_sort_key *keys = pp_arena_array(arena, count, sizeof *keys);
    chooser->place_of = pp_arena_array(arena, count, sizeof(uint32_t));
    choice->places = pp_arena_array(arena, count, sizeof *choice->places);
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (struct pp_sort_key){profile->locations.items[i].address, i};
    pp_sort(keys, count, arena);
    for (uint32_t i = 0; i < count; i++) {
        bool is_same = i > 0 && keys[i].key && keys[i].key == keys[i - 1].key;
        if (!is_same)
            choice->places[choice->place_count++] = (struct pp_weblist_place){
                .address = keys[i].key, .location = PP_NONE};
        chooser->place_of[keys[i].index] = choice->place_count - 1;
    }
}

static void weigh_places(const struct chooser *chooser)
{
    const struct pp_profile *profile = chooser->profile;
    struct pp_weblist_place *places = chooser->choice->places;
    for (uint32_t s = 0; s < profile->samples.count; s++) {
        const struct pp_sample *sample = &profile->samples.items[s];
        const uint32_t *stack = pp_sample_stack(profile, sample);
        const int64_t *values = pp_sample_values(profile, s);
        int64_t value = values[chooser->job->value_index];
        if (chooser->job->options->mean)
            value = pp_mean(value, values[0]);
        for (uint32_t i = 0; i < sample->stack_depth; i++) {
            struct pp_weblist_place *place =
                &places[chooser->place_of[stack[i]]];
            chooser->sampled[stack[i]] = 1;
            pp_value_add(&place->cum, value);
            if (i == 0)
                pp_value_add(&place->flat, value);
        }
    }
}

/* ---- names -------------------------------------------------------------- */

static struct pp_weblist_name *name_of(struct pp_weblist_choice *choice,
                                       struct pp_arena *arena,
                                       struct pp_slice text)
{
    uint32_t number = pp_strings_add(&choice->texts, arena, text);
    if (number == choice->names.count)
        pp_vector_add(arena, &choice->names)->shown = text;
    return &choice->names.items[number];
}

/* A function is shown by its name, whichever name it is found by. */
static void add_function(const struct chooser *chooser,
                         const struct pp_function *function)
{
    struct pp_arena *arena = chooser->job->arena;
    struct pp_slice name = pp_profile_text(chooser->profile, function->name);
    name_of(chooser->choice, arena, name);
    if (function->system_name)
        name_of(chooser->choice, arena,
                pp_profile_text(chooser->profile, function->system_name))
            ->shown = name;
}

static void want_name(const struct chooser *chooser, pp_string string)
{
    struct pp_weblist_choice *choice = chooser->choice;
    struct pp_weblist_name *name = name_of(
        choice, chooser->job->arena, pp_profile_text(chooser->profile, string));
    if (string == 0 || name->is_wanted)
        return;
    name->is_wanted = true;
    choice->wanted_count++;
}

static void find_demangled(struct pp_weblist_choice *choice,
                           struct pp_slice text, struct pp_weblist_name *name,
                           struct pp_arena *arena)
{
    static const enum pp_demangle modes[] = {
        PP_DEMANGLE_FULL, PP_DEMANGLE_TEMPLATES, PP_DEMANGLE_SIMPLE};
    struct pp_buffer demangled = {0};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        pp_buffer_clear(&demangled);
        if (!pp_demangle(text, modes[i], &demangled))
            break;
        name->shown = (struct pp_slice){
            pp_slice_copy(arena, pp_buffer_slice(&demangled)), demangled.size};
        uint32_t own = pp_strings_find(&choice->texts, name->shown);
        if (own < choice->own_names) {
            *name = choice->names.items[own];
            break;
        }
    }
    pp_buffer_release(&demangled);
}

uint32_t pp_weblist_name(struct pp_weblist_choice *choice,
                         struct pp_arena *arena, struct pp_slice text)
{
    uint32_t number = pp_strings_add_copy(&choice->texts, arena, text);
    if (number < choice->names.count)
        return number;
    struct pp_weblist_name name = {.shown = choice->texts.all.items[number]};
    find_demangled(choice, name.shown, &name, arena);
    *pp_vector_add(arena, &choice->names) = name;
    return number;
}

/* ---- what is wanted ----------------------------------------------------- */

static bool matches(const struct chooser *chooser, pp_string string)
{
    uint8_t *known = &chooser->matches[string];
    if (*known == UNASKED)
        *known = pp_regexp_matches(chooser->job->pattern,
                                   pp_profile_text(chooser->profile, string))
                     ? MATCHES
                     : MATCHES_NOT;
    return *known == MATCHES;
}

static bool matches_function(const struct chooser *chooser,
                             const struct pp_function *function)
{
    return matches(chooser, function->name) ||
           matches(chooser, function->system_name) ||
           matches(chooser, function->filename);
}

/* Want what a location is of, in one of its lines. */
static void want_line(const struct chooser *chooser, uint32_t location,
                      const struct pp_function *function)
{
    struct pp_weblist_place *place =
        &chooser->choice->places[chooser->place_of[location]];
    want_name(chooser, function->name);
    want_name(chooser, function->system_name);
    if (place->location == PP_NONE)
        place->location = location;
}

/* Of a mapped file that matches the innermost functions are wanted; at the
 * address that was asked for, the outermost one. */
static bool is_wanted(const struct chooser *chooser,
                      const struct pp_location *location, uint32_t line,
                      const struct pp_function *function)
{
    if (chooser->has_address && location->address == chooser->address)
        return line == location->line_count - 1;
    if (line == 0 && location->mapping != PP_NONE &&
        matches(chooser,
                chooser->profile->mappings.items[location->mapping].filename))
        return true;
    return matches_function(chooser, function);
}

static void look_at_location(const struct chooser *chooser, uint32_t index)
{
    const struct pp_profile *profile = chooser->profile;
    const struct pp_location *location = &profile->locations.items[index];
    for (uint32_t i = 0; i < location->line_count; i++) {
        uint32_t number =
            profile->lines.items[location->line_start + i].function;
        if (number == PP_NONE)
            continue;
        const struct pp_function *function = &profile->functions.items[number];
        add_function(chooser, function);
        if (is_wanted(chooser, location, i, function))
            want_line(chooser, index, function);
    }
}

void pp_weblist_choose(struct pp_weblist_choice *choice,
                       const struct pp_report_job *job)
{
    const struct pp_profile *profile = job->profile;
    struct chooser chooser = {
        .choice = choice,
        .job = job,
        .profile = profile,
        .sampled = pp_arena_alloc(job->arena, profile->locations.count),
        .matches = pp_arena_alloc(job->arena, profile->strings.count),
    };
    *choice = (struct pp_weblist_choice){0};
    chooser.has_address = pp_report_pattern_address(job, &chooser.address);
    find_places(&chooser);
    weigh_places(&chooser);
    for (uint32_t i = 0; i < profile->locations.count; i++)
        if (chooser.sampled[i])
            look_at_location(&chooser, i);
    choice->own_names = choice->names.count;
}
