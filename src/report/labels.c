/* Labels by number. Invariant: two strings have the same number exactly when
 * their bytes are equal, whatever the profile's string table has twice. See
 * labels.h; the rule of units is that of NumLabelUnits of google/pprof's
 * profile package. */
#include "report/labels.h"

static uint32_t add_text(struct pp_labels *labels, struct pp_arena *arena,
                         const struct pp_profile *profile, pp_string string)
{
    uint32_t *number = &labels->number_of[string];
    if (*number == PP_NONE)
        *number = pp_strings_add(&labels->texts, arena,
                                 pp_profile_text(profile, string));
    return *number;
}

static void add_texts(struct pp_labels *labels, struct pp_arena *arena,
                      const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->labels.count; i++) {
        add_text(labels, arena, profile, profile->labels.items[i].key);
        add_text(labels, arena, profile, profile->labels.items[i].string);
    }
}

/* The first unit that a number of each key names. */
static void find_units(struct pp_labels *labels,
                       const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->labels.count; i++) {
        const struct pp_label *label = &profile->labels.items[i];
        struct pp_slice *unit = &labels->units[labels->number_of[label->key]];
        struct pp_slice named = pp_profile_text(profile, label->number_unit);
        if (!label->string && named.size && !unit->data)
            *unit = named;
    }
}

static void guess_units(struct pp_labels *labels)
{
    for (uint32_t i = 0; i < labels->texts.all.count; i++)
        if (!labels->units[i].data)
            labels->units[i] = pp_label_unit_guess(pp_labels_text(labels, i));
}

void pp_labels_find(struct pp_labels *labels, struct pp_arena *arena,
                    const struct pp_profile *profile)
{
    *labels = (struct pp_labels){0};
    labels->number_of =
        pp_arena_array(arena, profile->strings.count, sizeof(uint32_t));
    memset(labels->number_of, 0xff, profile->strings.count * sizeof(uint32_t));
    add_texts(labels, arena, profile);
    labels->units =
        pp_arena_array(arena, labels->texts.all.count, sizeof *labels->units);
    find_units(labels, profile);
    guess_units(labels);
}
