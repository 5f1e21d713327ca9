/* tagfocus and tagignore: samples by their labels (compileTagFilter of
 * google/pprof's internal/driver).
 *
 * Invariant: a regular expression meets each pair of key and value once. A
 * number that does not fit 64 bits is an error here; the reference panics. */
#include "report/filter.h"
#include "report/labels.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

/* What a range compares with, in its own unit. */
struct range {
    double low, high;
    bool has_low, has_high;
    struct pp_slice unit;
};

struct expression {
    struct pp_regexp *regexp;
    uint8_t *verdicts; /* by number of a pair: 0 unknown, else a verdict */
};

enum verdict {
    UNKNOWN,
    MISS,
    HIT,
};

struct pp_tag_filter {
    const struct pp_report_job *job;
    const char *option;
    bool has_key;
    struct pp_slice key;
    bool is_range;
    struct range range;
    struct pp_labels labels; /* with a range: for their units */
    struct {
        struct expression *items;
        uint32_t count, capacity;
    } expressions;

    struct {
        struct pp_label *items; /* one of each key and string */
        uint32_t count, capacity;
    } pairs;
    struct pp_table pair_table;
    uint32_t *pair_of; /* by label */
};

/* ---- ranges: "32kb", ":64kb", "4mb:", "12kb:64mb" ----------------------- */

struct quantity {
    struct pp_slice whole; /* as it stands in the text */
    struct pp_slice unit;
    int64_t number;
    bool overflow;
};

static bool is_number_at(struct pp_slice text, size_t at)
{
    if (at < text.size && (text.data[at] == '+' || text.data[at] == '-'))
        at++;
    return at < text.size && isdigit((unsigned char)text.data[at]);
}

/* The first number, with the letters behind it, at or after `from`. */
static bool find_quantity(struct pp_slice text, size_t from,
                          struct quantity *quantity)
{
    char digits[32];
    while (from < text.size && !is_number_at(text, from))
        from++;
    if (from >= text.size)
        return false;
    size_t end = from + 1;
    while (end < text.size && isdigit((unsigned char)text.data[end]))
        end++;
    size_t unit = end;
    while (end < text.size && isalpha((unsigned char)text.data[end]))
        end++;
    quantity->whole = (struct pp_slice){text.data + from, end - from};
    quantity->unit = (struct pp_slice){text.data + unit, end - unit};
    quantity->overflow = unit - from >= sizeof digits;
    if (quantity->overflow)
        return true;
    memcpy(digits, text.data + from, unit - from);
    digits[unit - from] = 0;
    errno = 0;
    quantity->number = strtoll(digits, NULL, 10);
    quantity->overflow = errno != 0;
    return true;
}

static int fail_overflow(const struct pp_tag_filter *filter,
                         const struct quantity *quantity, struct pp_error *err)
{
    return pp_fail(err, PP_E_USAGE,
                   "parsing %s: " PP_SLICE_FORMAT " is out of range",
                   filter->option, PP_SLICE_ARGS(quantity->whole));
}

/* One number, alone or with a colon on one side. */
static void read_half_range(struct pp_tag_filter *filter, struct pp_slice text,
                            const struct quantity *quantity)
{
    struct range *range = &filter->range;
    bool from_start = quantity->whole.data == text.data;
    bool to_end =
        quantity->whole.data + quantity->whole.size == text.data + text.size;
    size_t around = text.size - quantity->whole.size;
    range->low = range->high = pp_unit_scale(quantity->number, quantity->unit,
                                             quantity->unit, &range->unit);
    if (around == 0) {
        range->has_low = range->has_high = true;
    } else if (around == 1 && from_start && text.data[text.size - 1] == ':') {
        range->has_low = true;
    } else if (around == 1 && to_end && text.data[0] == ':') {
        range->has_high = true;
    }
    filter->is_range = range->has_low || range->has_high;
}

static void read_full_range(struct pp_tag_filter *filter, struct pp_slice text,
                            const struct quantity quantities[2])
{
    struct range *range = &filter->range;
    struct pp_slice high_unit;
    const char *between = quantities[0].whole.data + quantities[0].whole.size;
    bool whole = quantities[0].whole.data == text.data &&
                 between + 1 == quantities[1].whole.data && *between == ':' &&
                 quantities[1].whole.data + quantities[1].whole.size ==
                     text.data + text.size;
    if (!whole)
        return;
    range->low = pp_unit_scale(quantities[0].number, quantities[0].unit,
                               quantities[0].unit, &range->unit);
    range->high = pp_unit_scale(quantities[1].number, quantities[1].unit,
                                range->unit, &high_unit);
    range->has_low = range->has_high = true;
    filter->is_range = pp_slice_equal(range->unit, high_unit);
}

/* Sets is_range if the text is one. */
static int read_range(struct pp_tag_filter *filter, struct pp_slice text,
                      struct pp_error *err)
{
    struct quantity quantities[2];
    if (!find_quantity(text, 0, &quantities[0]))
        return PP_OK;
    if (quantities[0].overflow)
        return fail_overflow(filter, &quantities[0], err);
    size_t end = (size_t)(quantities[0].whole.data - text.data) +
                 quantities[0].whole.size;
    if (!find_quantity(text, end, &quantities[1])) {
        read_half_range(filter, text, &quantities[0]);
        return PP_OK;
    }
    read_full_range(filter, text, quantities);
    if (filter->is_range && quantities[1].overflow)
        return fail_overflow(filter, &quantities[1], err);
    return PP_OK;
}

static bool in_range(const struct pp_tag_filter *filter,
                     const struct pp_label *label)
{
    const struct range *range = &filter->range;
    uint32_t key = filter->labels.number_of[label->key];
    struct pp_slice unit;
    double value = pp_unit_scale(label->number, filter->labels.units[key],
                                 range->unit, &unit);
    return pp_slice_equal(unit, range->unit) &&
           (!range->has_low || value >= range->low) &&
           (!range->has_high || value <= range->high);
}

/* ---- expressions -------------------------------------------------------- */

static int add_expression(struct pp_tag_filter *filter, struct pp_slice pattern,
                          struct pp_error *err)
{
    struct pp_regexp *regexp = pp_regexp_new(pattern, err);
    if (!regexp)
        return pp_error_prefix(err, "parsing %s regexp: ", filter->option);
    pp_vector_add(filter->job->arena, &filter->expressions)->regexp = regexp;
    return PP_OK;
}

static int read_expressions(struct pp_tag_filter *filter, struct pp_slice text,
                            struct pp_error *err)
{
    for (;;) {
        const char *comma =
            text.size ? memchr(text.data, ',', text.size) : NULL;
        size_t size = comma ? (size_t)(comma - text.data) : text.size;
        if (add_expression(filter, (struct pp_slice){text.data, size}, err) < 0)
            return err->status;
        if (!comma)
            return PP_OK;
        text = (struct pp_slice){comma + 1, text.size - size - 1};
    }
}

/* Give each pair of key and string a number. */
static void number_pairs(struct pp_tag_filter *filter)
{
    const struct pp_report_job *job = filter->job;
    const struct pp_profile *profile = job->profile;
    filter->pair_of = pp_arena_array(job->arena, profile->labels.count,
                                     sizeof *filter->pair_of);
    for (uint32_t i = 0; i < profile->labels.count; i++) {
        const struct pp_label *label = &profile->labels.items[i];
        uint64_t hash = pp_hash_u64((uint64_t)label->key << 32 | label->string);
        uint32_t at, pair;
        pp_table_each (&filter->pair_table, hash, at, pair) {
            if (filter->pairs.items[pair].key == label->key &&
                filter->pairs.items[pair].string == label->string)
                break;
        }
        if (pair == PP_NONE) {
            pair = filter->pairs.count;
            *pp_vector_add(job->arena, &filter->pairs) = *label;
            pp_table_insert(&filter->pair_table, job->arena, hash, pair);
        }
        filter->pair_of[i] = pair;
    }
    for (uint32_t i = 0; i < filter->expressions.count; i++)
        filter->expressions.items[i].verdicts =
            pp_arena_alloc(job->arena, filter->pairs.count);
}

/* With a key the value alone is looked at, without one "key:value". */
static bool search_pair(const struct pp_tag_filter *filter,
                        const struct expression *expression, uint32_t pair)
{
    const struct pp_profile *profile = filter->job->profile;
    const struct pp_label *label = &filter->pairs.items[pair];
    struct pp_slice value = pp_profile_text(profile, label->string);
    if (filter->has_key)
        return pp_regexp_matches(expression->regexp, value);
    char space[256];
    struct pp_buffer text = pp_buffer_in(space);
    pp_buffer_append_slice(&text, pp_profile_text(profile, label->key));
    pp_buffer_append_char(&text, ':');
    pp_buffer_append_slice(&text, value);
    bool matches =
        pp_regexp_matches(expression->regexp, pp_buffer_slice(&text));
    pp_buffer_release(&text);
    return matches;
}

static bool label_matches(const struct pp_tag_filter *filter,
                          struct expression *expression, uint32_t label)
{
    uint32_t pair = filter->pair_of[label];
    uint8_t *verdict = &expression->verdicts[pair];
    if (*verdict == UNKNOWN)
        *verdict = search_pair(filter, expression, pair) ? HIT : MISS;
    return *verdict == HIT;
}

/* ---- samples ------------------------------------------------------------ */

static bool has_wanted_key(const struct pp_tag_filter *filter,
                           const struct pp_label *label)
{
    return !filter->has_key ||
           pp_slice_equal(pp_profile_text(filter->job->profile, label->key),
                          filter->key);
}

static bool some_number_in_range(const struct pp_tag_filter *filter,
                                 const struct pp_sample *sample)
{
    const struct pp_label *labels =
        filter->job->profile->labels.items + sample->label_start;
    for (uint32_t i = 0; i < sample->label_count; i++)
        if (labels[i].string == 0 && has_wanted_key(filter, &labels[i]) &&
            in_range(filter, &labels[i]))
            return true;
    return false;
}

static bool some_label_matches(struct pp_tag_filter *filter,
                               struct expression *expression,
                               const struct pp_sample *sample)
{
    const struct pp_label *labels = filter->job->profile->labels.items;
    for (uint32_t i = 0; i < sample->label_count; i++) {
        uint32_t label = sample->label_start + i;
        if (labels[label].string != 0 &&
            has_wanted_key(filter, &labels[label]) &&
            label_matches(filter, expression, label))
            return true;
    }
    return false;
}

/* Without a key all expressions must match some label, with one any must. */
static bool sample_matches(struct pp_tag_filter *filter,
                           const struct pp_sample *sample)
{
    bool any = filter->has_key;
    if (filter->is_range)
        return some_number_in_range(filter, sample);
    for (uint32_t i = 0; i < filter->expressions.count; i++)
        if (some_label_matches(filter, &filter->expressions.items[i], sample) ==
            any)
            return any;
    return !any;
}

int pp_tag_filter_apply(struct pp_tag_filter *filter, uint8_t *matches,
                        struct pp_error *err)
{
    const struct pp_profile *profile = filter->job->profile;
    if (filter->is_range)
        pp_labels_find(&filter->labels, filter->job->arena, profile);
    else
        number_pairs(filter);
    for (uint32_t i = 0; i < profile->samples.count; i++)
        matches[i] = sample_matches(filter, &profile->samples.items[i]);
    for (uint32_t i = 0; i < filter->expressions.count; i++)
        if (pp_regexp_check(filter->expressions.items[i].regexp, err) < 0)
            return pp_error_prefix(err, "%s: ", filter->option);
    return PP_OK;
}

/* ---- life --------------------------------------------------------------- */

int pp_tag_filter_new(const struct pp_report_job *job, const char *option,
                      const char *value, struct pp_tag_filter **filter,
                      struct pp_error *err)
{
    *filter = NULL;
    if (!value[0])
        return PP_OK;
    struct pp_tag_filter *new = pp_arena_new(job->arena, struct pp_tag_filter);
    *filter = new;
    new->job = job;
    new->option = option;
    const char *equals = strchr(value, '=');
    if (equals) {
        new->has_key = equals > value;
        new->key = (struct pp_slice){value, (size_t)(equals - value)};
        value = equals + 1;
    }
    if (read_range(new, pp_slice_of(value), err) < 0)
        return err->status;
    if (!new->is_range)
        return read_expressions(new, pp_slice_of(value), err);
    pp_report_warn(job->output, "%s:Interpreted '%s' as range, not regexp",
                   option, value);
    return PP_OK;
}

void pp_tag_filter_free(struct pp_tag_filter *filter)
{
    if (!filter)
        return;
    for (uint32_t i = 0; i < filter->expressions.count; i++)
        pp_regexp_free(filter->expressions.items[i].regexp);
}
