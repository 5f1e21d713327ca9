/* One label for all samples. Invariant: a sample's labels lie side by side, so
 * giving each one more makes the whole array anew.
 *
 * As the reference's SetLabel. */
#include "profile/profile.h"

struct labels {
    struct pp_label *items;
    uint32_t count, capacity;
};

/* Does the label say some text under that key? */
static bool says(const struct pp_profile *profile, const struct pp_label *label,
                 struct pp_slice key)
{
    return label->string != 0 &&
           pp_slice_equal(pp_profile_text(profile, label->key), key);
}

/* Move a sample's labels behind the others, without those that say something
 * under the new label's key, and add that. There is room for them. */
static void move_labels(const struct pp_profile *profile,
                        struct pp_sample *sample, struct pp_label label,
                        struct labels *labels)
{
    struct pp_slice key = pp_profile_text(profile, label.key);
    const struct pp_label *own = profile->labels.items + sample->label_start;
    uint32_t start = labels->count;
    for (uint32_t i = 0; i < sample->label_count; i++)
        if (!says(profile, &own[i], key))
            labels->items[labels->count++] = own[i];
    labels->items[labels->count++] = label;
    sample->label_start = start;
    sample->label_count = labels->count - start;
}

int pp_profile_label_all(struct pp_profile *profile, struct pp_slice key,
                         struct pp_slice text)
{
    struct pp_label label = {
        .key = pp_profile_add_string(profile, key),
        .string = pp_profile_add_string(profile, text),
    };
    struct labels labels = {0};
    /* One more than needed: no array is without an address. */
    size_t room = (size_t)profile->labels.count + profile->samples.count + 1;
    if (label.key == PP_NONE || label.string == PP_NONE ||
        pp_vector_reserve(&profile->arena, &labels, room) < 0)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        move_labels(profile, &profile->samples.items[i], label, &labels);
    profile->labels.items = labels.items;
    profile->labels.count = labels.count;
    profile->labels.capacity = labels.capacity;
    return PP_OK;
}
