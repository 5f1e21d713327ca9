/* tagroot and tagleaf: what a sample is labelled with becomes frames at the
 * root or the leaf of its stack (addLabelNodes of google/pprof's
 * internal/driver).
 *
 * Invariant: every sample gets one frame a key, with an empty name where it
 * has no such label, so that stacks stay aligned. */
#include "report/filter.h"

struct keys {
    struct pp_slice *items; /* in the order of the option */
    uint32_t count, capacity;
};

/* A location that was made for a key and a name. */
struct made {
    pp_string name, key;
    uint32_t location;
};

struct framer {
    const struct pp_report_job *job;
    struct {
        struct made *items;
        uint32_t count, capacity;
    } made;
    struct pp_table table;
    uint64_t function_id, location_id; /* the largest taken */
    struct pp_buffer text;
};

static struct keys split_keys(const struct pp_report_job *job,
                              const char *option)
{
    struct keys keys = {0};
    for (const char *at = option; *at;) {
        size_t size = strcspn(at, ",");
        if (size)
            *pp_vector_add(job->arena, &keys) = (struct pp_slice){at, size};
        at += size + (at[size] == ',');
    }
    return keys;
}

static void find_largest_ids(struct framer *framer)
{
    const struct pp_profile *profile = framer->job->profile;
    for (uint32_t i = 0; i < profile->functions.count; i++)
        if (profile->functions.items[i].id > framer->function_id)
            framer->function_id = profile->functions.items[i].id;
    for (uint32_t i = 0; i < profile->locations.count; i++)
        if (profile->locations.items[i].id > framer->location_id)
            framer->location_id = profile->locations.items[i].id;
}

/* ---- names -------------------------------------------------------------- */

static bool has_key(const struct pp_profile *profile,
                    const struct pp_label *label, struct pp_slice key)
{
    return pp_slice_equal(pp_profile_text(profile, label->key), key);
}

static void append_value(struct framer *framer, const struct pp_label *label,
                         bool with_unit)
{
    const struct pp_profile *profile = framer->job->profile;
    if (label->string) {
        pp_buffer_append_slice(&framer->text,
                               pp_profile_text(profile, label->string));
        return;
    }
    struct pp_slice none = pp_slice_literal("");
    pp_unit_label(&framer->text, label->number,
                  with_unit ? pp_profile_text(profile, label->number_unit)
                            : none,
                  with_unit ? framer->job->out_unit : none);
}

/* The sample's values of the key, strings first, into framer->text. How many
 * there are. */
static uint32_t format_values(struct framer *framer,
                              const struct pp_sample *sample,
                              struct pp_slice key)
{
    const struct pp_profile *profile = framer->job->profile;
    const struct pp_label *labels = profile->labels.items + sample->label_start;
    uint32_t count = 0;
    bool with_unit = false;
    pp_buffer_clear(&framer->text);
    for (uint32_t i = 0; i < sample->label_count; i++)
        with_unit |= labels[i].number_unit && !labels[i].string &&
                     has_key(profile, &labels[i], key);
    for (int numbers = 0; numbers < 2; numbers++)
        for (uint32_t i = 0; i < sample->label_count; i++) {
            if ((labels[i].string == 0) != numbers ||
                !has_key(profile, &labels[i], key))
                continue;
            if (count++)
                pp_buffer_append_char(&framer->text, ',');
            append_value(framer, &labels[i], with_unit);
        }
    return count;
}

/* ---- locations ---------------------------------------------------------- */

static uint32_t make_location(struct framer *framer, pp_string name,
                              pp_string key)
{
    struct pp_profile *profile = framer->job->profile;
    struct pp_line line = {0};
    line.function = pp_profile_add_function(
        profile, pp_profile_text(profile, name), pp_slice_literal(""),
        pp_profile_text(profile, key), 0);
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    if (line.function == PP_NONE || location == PP_NONE ||
        pp_profile_set_lines(profile, location, &line, 1) < 0)
        return PP_NONE;
    profile->functions.items[line.function].id = ++framer->function_id;
    profile->locations.items[location].id = ++framer->location_id;
    return location;
}

/* The location of the name in framer->text and the key, or PP_NONE without
 * memory. */
static uint32_t find_or_make_location(struct framer *framer,
                                      struct pp_slice key_text)
{
    struct pp_profile *profile = framer->job->profile;
    pp_string name =
        pp_profile_add_string(profile, pp_buffer_slice(&framer->text));
    pp_string key = pp_profile_add_string(profile, key_text);
    if (name == PP_NONE || key == PP_NONE)
        return PP_NONE;
    uint64_t hash = pp_hash_u64((uint64_t)name << 32 | key);
    uint32_t at, index;
    pp_table_each (&framer->table, hash, at, index) {
        if (framer->made.items[index].name == name &&
            framer->made.items[index].key == key)
            return framer->made.items[index].location;
    }
    uint32_t location = make_location(framer, name, key);
    struct pp_arena *arena = framer->job->arena;
    pp_table_insert(&framer->table, arena, hash, framer->made.count);
    *pp_vector_add(arena, &framer->made) =
        (struct made){.name = name, .key = key, .location = location};
    return location;
}

/* ---- stacks ------------------------------------------------------------- */

/* Write the frames of the keys, the last key leafmost. */
static int write_frames(struct framer *framer, const struct pp_sample *sample,
                        const struct keys *keys, uint32_t *frames,
                        bool *matched)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        struct pp_slice key = keys->items[keys->count - 1 - i];
        *matched |= format_values(framer, sample, key) > 0;
        frames[i] = find_or_make_location(framer, key);
        if (frames[i] == PP_NONE)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static int add_frames(struct framer *framer, const struct keys *roots,
                      const struct keys *leaves, bool *root_matched,
                      bool *leaf_matched)
{
    struct pp_profile *profile = framer->job->profile;
    uint64_t total = 0;
    uint32_t extra = roots->count + leaves->count;
    for (uint32_t i = 0; i < profile->samples.count; i++)
        total += (uint64_t)profile->samples.items[i].stack_depth + extra;
    uint32_t *stacks = pp_arena_array(&profile->arena, total, sizeof *stacks);
    if (!stacks || total >= UINT32_MAX)
        return PP_E_MEMORY;
    uint64_t start = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct pp_sample *sample = &profile->samples.items[i];
        uint32_t *stack = stacks + start;
        uint32_t depth = sample->stack_depth;
        memcpy(stack + leaves->count, pp_sample_stack(profile, sample),
               depth * sizeof *stack);
        if (write_frames(framer, sample, roots, stack + leaves->count + depth,
                         root_matched) < 0 ||
            write_frames(framer, sample, leaves, stack, leaf_matched) < 0)
            return PP_E_MEMORY;
        sample->stack_start = start;
        sample->stack_depth = depth + extra;
        start += sample->stack_depth;
    }
    profile->stacks.items = stacks;
    profile->stacks.count = profile->stacks.capacity = (uint32_t)total;
    return PP_OK;
}

int pp_report_add_tag_frames(const struct pp_report_job *job,
                             struct pp_error *err)
{
    struct framer framer = {.job = job};
    struct keys roots = split_keys(job, job->options->tagroot);
    struct keys leaves = split_keys(job, job->options->tagleaf);
    bool root_matched = false, leaf_matched = false;
    int status = PP_OK;
    if (roots.count + leaves.count > 0) {
        find_largest_ids(&framer);
        status =
            add_frames(&framer, &roots, &leaves, &root_matched, &leaf_matched);
        pp_buffer_release(&framer.text);
    }
    if (status < 0)
        return pp_fail_memory(err);
    if (job->options->tagroot[0] && !root_matched)
        pp_report_warn(job->output, "TagRoot expression matched no samples");
    if (job->options->tagleaf[0] && !leaf_matched)
        pp_report_warn(job->output, "TagLeaf expression matched no samples");
    return PP_OK;
}
