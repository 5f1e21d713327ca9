/* Tags: how the samples of a node are labelled, and what each kind weighs
 * (addSample and joinLabels of the reference's internal/graph).
 *
 *   samples --> sequences: those with the same labels in the same order
 *   sequences --> tags: one for all text labels, one for each number
 *   tags --> the samples that have them
 *
 * Then tag by tag is weighed, over all nodes at once, and what is too light to
 * be shown is forgotten at once: so memory does not grow with how many
 * different labels there are.
 *
 * Invariant: tags, and the samples of each, stand in the order of the samples,
 * so the number that tells a tag at a node is that of the first sample. */
#include "graph/tags.h"

#include <stdlib.h>

/* What makes a label one that counts, by its key. */
enum role {
    ROLE_TEXT,   /* counts as a text */
    ROLE_NUMBER, /* as a number, too */
    ROLE_NONE,   /* the mark of samples that are the base of a difference */
};

struct sequence {
    uint32_t sample;       /* the first that has it */
    uint32_t first, count; /* of finder->uses */
};

/* A tag of a sequence, and the label that its number comes from. */
struct use {
    uint32_t tag;
    uint32_t label; /* counted from the sample's first; for a text any */
};

struct kind {
    struct pp_slice name;
    uint32_t labels; /* as in pp_tag */
    bool is_number;
};

/* A sample that has a tag, and again the label. */
struct entry {
    uint32_t sample;
    uint32_t label; /* of the profile */
};

/* A tag as it is being weighed at one node. */
struct sum {
    uint32_t tag;   /* 1 + the one that it is of */
    uint32_t entry; /* 1 + the last that counted */
    int64_t number;
    uint64_t flat, cum, flat_divisor, cum_divisor;
};

struct found {
    uint32_t place;
    struct pp_tag tag;
};

struct finder {
    struct pp_arena *arena;
    struct pp_arena scratch;
    const struct pp_profile *profile;
    const struct pp_nodes *nodes;
    const struct pp_call_tree *tree; /* NULL: a graph */
    const struct pp_graph_options *options;
    struct pp_slice number_unit;
    int64_t cutoff;
    uint8_t *roles;          /* by pp_string, of keys */
    struct pp_slice *parts;  /* room for the labels of a sample */
    struct pp_strings texts; /* of text labels; [0] is none */
    struct pp_strings names; /* of numbers */
    struct {
        struct sequence *items;
        uint32_t count, capacity;
    } sequences;
    struct pp_table sequence_table;
    struct {
        struct use *items;
        uint32_t count, capacity;
    } uses;
    struct {
        struct kind *items;
        uint32_t count, capacity;
    } kinds;
    struct pp_table kind_table; /* of labels and name */
    uint32_t *sequence_of;      /* by sample, or PP_NONE */
    uint32_t *starts;           /* by tag, of entries */
    struct entry *entries;
    uint32_t *places;  /* by number of a node or path: the candidate, or none */
    uint8_t *is_busy;  /* by location: some node of it has a place */
    struct sum *sums;  /* by candidate */
    uint32_t *touched; /* candidates that the tag in work has been seen at */
    uint32_t touched_count;
    struct {
        struct found *items;
        uint32_t count, capacity;
    } found;
};

/* ---- labels ------------------------------------------------------------- */

static void find_roles(struct finder *finder)
{
    const struct pp_profile *profile = finder->profile;
    finder->roles = pp_arena_alloc(&finder->scratch, profile->strings.count);
    for (uint32_t i = 0; i < profile->strings.count; i++) {
        struct pp_slice key = profile->strings.items[i];
        if (pp_slice_equal(key, pp_slice_literal("bytes")))
            finder->roles[i] = ROLE_NUMBER;
        else if (pp_slice_equal(key, pp_slice_literal("pprof::base")))
            finder->roles[i] = ROLE_NONE;
    }
}

static bool counts(const struct finder *finder, const struct pp_label *label)
{
    uint8_t role = finder->roles[label->key];
    return label->string ? role != ROLE_NONE : role == ROLE_NUMBER;
}

static const struct pp_label *labels_of(const struct finder *finder,
                                        uint32_t sample)
{
    return finder->profile->labels.items +
           finder->profile->samples.items[sample].label_start;
}

static uint64_t hash_labels(const struct finder *finder, uint32_t sample)
{
    const struct pp_label *labels = labels_of(finder, sample);
    uint64_t hash = 0;
    for (uint32_t i = 0; i < finder->profile->samples.items[sample].label_count;
         i++) {
        if (!counts(finder, &labels[i]))
            continue;
        hash =
            pp_hash_add(hash, (uint64_t)labels[i].key << 32 | labels[i].string);
        hash = pp_hash_add(hash, (uint64_t)labels[i].number);
    }
    return hash;
}

/* The next label that counts, from index on; NULL behind the last. */
static const struct pp_label *next_label(const struct finder *finder,
                                         uint32_t sample, uint32_t *index)
{
    const struct pp_label *labels = labels_of(finder, sample);
    while (*index < finder->profile->samples.items[sample].label_count) {
        const struct pp_label *label = &labels[(*index)++];
        if (counts(finder, label))
            return label;
    }
    return NULL;
}

static bool same_labels(const struct finder *finder, uint32_t a, uint32_t b)
{
    uint32_t at_a = 0, at_b = 0;
    for (;;) {
        const struct pp_label *left = next_label(finder, a, &at_a);
        const struct pp_label *right = next_label(finder, b, &at_b);
        if (!left || !right)
            return left == right;
        if (left->key != right->key || left->string != right->string ||
            left->number != right->number)
            return false;
    }
}

/* ---- names -------------------------------------------------------------- */

static int compare_parts(const void *left, const void *right)
{
    const struct pp_slice *a = left;
    const struct pp_slice *b = right;
    return pp_slice_compare(*a, *b);
}

static struct pp_slice write_label(struct finder *finder,
                                   const struct pp_label *label)
{
    struct pp_slice key = pp_profile_text(finder->profile, label->key);
    struct pp_slice text = pp_profile_text(finder->profile, label->string);
    char *bytes = pp_arena_alloc(&finder->scratch, key.size + text.size + 1);
    if (key.size)
        memcpy(bytes, key.data, key.size);
    bytes[key.size] = ':';
    memcpy(bytes + key.size + 1, text.data, text.size);
    return (struct pp_slice){bytes, key.size + text.size + 1};
}

/* The number of the text labels of a sample, taken together. */
static uint32_t join_labels(struct finder *finder, uint32_t sample)
{
    const struct pp_label *label;
    uint32_t index = 0, count = 0;
    while ((label = next_label(finder, sample, &index)))
        if (label->string)
            finder->parts[count++] = write_label(finder, label);
    if (count == 0)
        return 0;
    qsort(finder->parts, count, sizeof *finder->parts, compare_parts);
    char space[256];
    struct pp_buffer text = pp_buffer_in(space);
    for (uint32_t i = 0; i < count; i++) {
        pp_buffer_append_text(&text, i ? "\\n" : "");
        pp_buffer_append_slice(&text, finder->parts[i]);
    }
    uint32_t number = pp_strings_add_copy(&finder->texts, finder->arena,
                                          pp_buffer_slice(&text));
    pp_buffer_release(&text);
    return number;
}

static struct pp_slice name_number(struct finder *finder, int64_t number)
{
    char space[64];
    struct pp_buffer name = pp_buffer_in(space);
    pp_unit_label(&name, number, finder->number_unit,
                  finder->options->tags.unit);
    uint32_t index = pp_strings_add_copy(&finder->names, finder->arena,
                                         pp_buffer_slice(&name));
    pp_buffer_release(&name);
    return finder->names.all.items[index];
}

static uint32_t find_or_add_kind(struct finder *finder, struct kind kind)
{
    uint64_t hash = pp_hash_add((uint64_t)(uintptr_t)kind.name.data,
                                (uint64_t)kind.labels << 1 | kind.is_number);
    uint32_t at, index;
    pp_table_each (&finder->kind_table, hash, at, index) {
        const struct kind *other = &finder->kinds.items[index];
        if (other->name.data == kind.name.data &&
            other->labels == kind.labels && other->is_number == kind.is_number)
            return index;
    }
    index = finder->kinds.count;
    *pp_vector_add(&finder->scratch, &finder->kinds) = kind;
    pp_table_insert(&finder->kind_table, &finder->scratch, hash, index);
    return index;
}

/* ---- tags of samples ---------------------------------------------------- */

static void add_use(struct finder *finder, uint32_t label, struct kind kind)
{
    *pp_vector_add(&finder->scratch, &finder->uses) =
        (struct use){.tag = find_or_add_kind(finder, kind), .label = label};
}

static void add_uses(struct finder *finder, uint32_t sample)
{
    const struct pp_label *labels = labels_of(finder, sample);
    uint32_t joined = join_labels(finder, sample);
    if (joined)
        add_use(finder, 0,
                (struct kind){.name = finder->texts.all.items[joined],
                              .labels = joined});
    for (uint32_t i = 0; i < finder->profile->samples.items[sample].label_count;
         i++)
        if (counts(finder, &labels[i]) && !labels[i].string)
            add_use(finder, i,
                    (struct kind){.name = name_number(finder, labels[i].number),
                                  .labels = joined,
                                  .is_number = true});
}

static uint32_t find_or_add_sequence(struct finder *finder, uint32_t sample)
{
    uint64_t hash = hash_labels(finder, sample);
    uint32_t at, index;
    pp_table_each (&finder->sequence_table, hash, at, index) {
        if (same_labels(finder, finder->sequences.items[index].sample, sample))
            return index;
    }
    uint32_t first = finder->uses.count;
    add_uses(finder, sample);
    index = finder->sequences.count;
    *pp_vector_add(&finder->scratch, &finder->sequences) = (struct sequence){
        .sample = sample,
        .first = first,
        .count = finder->uses.count - first,
    };
    pp_table_insert(&finder->sequence_table, &finder->scratch, hash, index);
    return index;
}

static void find_sequences(struct finder *finder)
{
    const struct pp_profile *profile = finder->profile;
    uint32_t count = profile->samples.count;
    finder->parts =
        pp_arena_array(&finder->scratch, pp_profile_label_count_max(profile),
                       sizeof *finder->parts);
    finder->sequence_of =
        pp_arena_array(&finder->scratch, count, sizeof(uint32_t));
    pp_strings_add(&finder->texts, finder->arena, pp_slice_literal(""));
    for (uint32_t i = 0; i < count; i++)
        finder->sequence_of[i] = find_or_add_sequence(finder, i);
}

/* ---- samples of tags ---------------------------------------------------- */

static void find_entries(struct finder *finder)
{
    uint32_t sample_count = finder->profile->samples.count;
    uint32_t tag_count = finder->kinds.count;
    uint64_t total = 0;
    /* As in links.c: counted one place ahead. */
    finder->starts = pp_arena_array(&finder->scratch, (size_t)tag_count + 2,
                                    sizeof(uint32_t));
    uint32_t *next = finder->starts + 1;
    for (uint32_t i = 0; i < sample_count; i++) {
        const struct sequence *sequence =
            &finder->sequences.items[finder->sequence_of[i]];
        total += sequence->count;
        for (uint32_t k = 0; k < sequence->count; k++)
            next[finder->uses.items[sequence->first + k].tag + 1]++;
    }
    for (uint32_t i = 0; i < tag_count; i++)
        next[i + 1] += next[i];
    finder->entries =
        pp_arena_array(&finder->scratch, total, sizeof *finder->entries);
    for (uint32_t i = 0; i < sample_count; i++) {
        const struct sequence *sequence =
            &finder->sequences.items[finder->sequence_of[i]];
        for (uint32_t k = 0; k < sequence->count; k++) {
            const struct use *use = &finder->uses.items[sequence->first + k];
            finder->entries[next[use->tag]++] = (struct entry){
                .sample = i,
                .label =
                    finder->profile->samples.items[i].label_start + use->label,
            };
        }
    }
}

/* ---- weighing ----------------------------------------------------------- */

/* What an entry adds to the nodes of its sample. */
struct share {
    uint32_t tag, entry; /* both from 1 */
    int64_t number;
    uint64_t value, divisor;
};

static struct sum *touch(struct finder *finder, uint32_t place,
                         const struct share *share)
{
    struct sum *sum = &finder->sums[place];
    if (sum->tag != share->tag) {
        *sum = (struct sum){.tag = share->tag, .number = share->number};
        finder->touched[finder->touched_count++] = place;
    }
    return sum;
}

static void add_cum(struct finder *finder, uint32_t number,
                    const struct share *share)
{
    uint32_t place = finder->places[number];
    if (place == PP_NONE)
        return;
    struct sum *sum = touch(finder, place, share);
    if (sum->entry == share->entry)
        return;
    sum->entry = share->entry;
    sum->cum += share->value;
    sum->cum_divisor += share->divisor;
}

static void add_flat(struct finder *finder, uint32_t number,
                     const struct share *share)
{
    uint32_t place = finder->places[number];
    if (place == PP_NONE)
        return;
    struct sum *sum = touch(finder, place, share);
    sum->flat += share->value;
    sum->flat_divisor += share->divisor;
}

static void add_path(struct finder *finder, uint32_t end,
                     const struct share *share)
{
    const struct pp_stack_node *paths = finder->tree->stacks.all.items;
    for (uint32_t path = end; path; path = paths[path].parent)
        add_cum(finder, path, share);
    if (end)
        add_flat(finder, end, share);
}

static void add_stack(struct finder *finder, const struct pp_sample *sample,
                      const struct share *share)
{
    const struct pp_nodes *nodes = finder->nodes;
    const uint32_t *stack = pp_sample_stack(finder->profile, sample);
    for (uint32_t i = 0; i < sample->stack_depth; i++) {
        if (!finder->is_busy[stack[i]])
            continue;
        for (uint32_t k = nodes->starts[stack[i]];
             k < nodes->starts[stack[i] + 1]; k++)
            add_cum(finder, nodes->frames[k], share);
    }
    if (sample->stack_depth)
        add_flat(finder, nodes->frames[nodes->starts[stack[0]]], share);
}

static void add_entry(struct finder *finder, const struct entry *entry,
                      struct share share)
{
    const struct pp_profile *profile = finder->profile;
    const int64_t *values = pp_sample_values(profile, entry->sample);
    share.value = (uint64_t)values[finder->options->value_index];
    share.divisor = finder->options->mean ? (uint64_t)values[0] : 0;
    share.number = profile->labels.items[entry->label].number;
    if (share.value == 0 && share.divisor == 0)
        return;
    if (finder->tree)
        add_path(finder, finder->tree->stacks.ends[entry->sample], &share);
    else
        add_stack(finder, &profile->samples.items[entry->sample], &share);
}

/* Keep the tag where it is heavy enough. */
static void collect(struct finder *finder, uint32_t tag)
{
    const struct kind *kind = &finder->kinds.items[tag];
    for (uint32_t i = 0; i < finder->touched_count; i++) {
        uint32_t place = finder->touched[i];
        const struct sum *sum = &finder->sums[place];
        if (pp_abs((int64_t)sum->flat) < finder->cutoff &&
            pp_abs((int64_t)sum->cum) < finder->cutoff)
            continue;
        *pp_vector_add(&finder->scratch, &finder->found) = (struct found){
            .place = place,
            .tag = {.name = kind->name,
                    .labels = kind->labels,
                    .is_number = kind->is_number,
                    .number = sum->number,
                    .flat = (int64_t)sum->flat,
                    .cum = (int64_t)sum->cum,
                    .flat_divisor = (int64_t)sum->flat_divisor,
                    .cum_divisor = (int64_t)sum->cum_divisor},
        };
    }
}

static void weigh_tags(struct finder *finder)
{
    for (uint32_t tag = 0; tag < finder->kinds.count; tag++) {
        finder->touched_count = 0;
        for (uint32_t i = finder->starts[tag]; i < finder->starts[tag + 1]; i++)
            add_entry(finder, &finder->entries[i],
                      (struct share){.tag = tag + 1, .entry = i + 1});
        collect(finder, tag);
    }
}

/* ---- the whole ---------------------------------------------------------- */

static void find_places(struct finder *finder,
                        const struct pp_candidates *candidates)
{
    struct pp_arena *scratch = &finder->scratch;
    const struct pp_nodes *nodes = finder->nodes;
    finder->places = pp_candidates_places(
        candidates, scratch,
        finder->tree ? finder->tree->stacks.all.count : nodes->all.count);
    finder->sums =
        pp_arena_array(scratch, candidates->count, sizeof *finder->sums);
    finder->touched =
        pp_arena_array(scratch, candidates->count, sizeof(uint32_t));
    finder->is_busy = pp_arena_alloc(scratch, finder->profile->locations.count);
    if (finder->tree)
        return;
    for (uint32_t i = 0; i < finder->profile->locations.count; i++)
        for (uint32_t k = nodes->starts[i]; k < nodes->starts[i + 1]; k++)
            finder->is_busy[i] |= finder->places[nodes->frames[k]] != PP_NONE;
}

/* Each candidate's tags, side by side. */
static void hand_out(const struct finder *finder,
                     const struct pp_candidates *candidates)
{
    struct pp_tag *tags =
        pp_arena_array(finder->arena, finder->found.count, sizeof *tags);
    uint32_t used = 0;
    for (uint32_t i = 0; i < finder->found.count; i++)
        candidates->items[finder->found.items[i].place].tags.count++;
    for (uint32_t i = 0; i < candidates->count; i++) {
        struct pp_tag_list *list = &candidates->items[i].tags;
        list->items = tags + used;
        used += list->count;
        list->count = 0;
    }
    for (uint32_t i = 0; i < finder->found.count; i++) {
        struct pp_tag_list *list =
            &candidates->items[finder->found.items[i].place].tags;
        tags[list->items - tags + list->count++] = finder->found.items[i].tag;
    }
}

/* Numbers have one unit, that of their key, whatever the samples say. */
static struct pp_slice unit_of_numbers(const struct finder *finder)
{
    for (uint32_t i = 0; i < finder->profile->strings.count; i++)
        if (finder->roles[i] == ROLE_NUMBER)
            return pp_profile_label_unit(finder->profile, i);
    return (struct pp_slice){0};
}

void pp_tags_find(const struct pp_candidates *candidates,
                  struct pp_arena *arena, const struct pp_profile *profile,
                  const struct pp_nodes *nodes, const struct pp_call_tree *tree,
                  const struct pp_graph_options *options, int64_t cutoff,
                  struct pp_slice *unit)
{
    struct finder finder = {
        .arena = arena,
        .profile = profile,
        .nodes = nodes,
        .tree = tree,
        .options = options,
        .cutoff = cutoff,
    };
    if (profile->labels.count == 0)
        return;
    pp_arena_init_fatal(&finder.scratch, arena->on_exhausted);
    find_roles(&finder);
    finder.number_unit = *unit = unit_of_numbers(&finder);
    find_sequences(&finder);
    find_entries(&finder);
    find_places(&finder, candidates);
    weigh_tags(&finder);
    hand_out(&finder, candidates);
    pp_arena_release(&finder.scratch);
}
