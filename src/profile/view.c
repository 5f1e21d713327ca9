/* What a report looks at: which sample type, what makes 100 %, which unit the
 * numbers of a label are in. Pure; the reference's rules (profile/index.go,
 * NumLabelUnits of profile/profile.go, computeTotal of report.go). */
#include "profile/profile.h"

#include <errno.h>
#include <stdlib.h>

/* ---- sample index ------------------------------------------------------- */

/* Go's strconv.Atoi: a sign, digits, nothing else, and it must fit. */
static bool parse_integer(struct pp_slice text, int64_t *number)
{
    char digits[24];
    size_t sign = text.size && (text.data[0] == '-' || text.data[0] == '+');
    if (text.size == sign || text.size >= sizeof digits)
        return false;
    for (size_t i = sign; i < text.size; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    memcpy(digits, text.data, text.size);
    digits[text.size] = 0;
    errno = 0;
    *number = strtoll(digits, NULL, 10);
    return errno == 0;
}

static struct pp_slice type_name(const struct pp_profile *profile, uint32_t i)
{
    return pp_profile_text(profile, profile->sample_types.items[i].type);
}

static uint32_t find_type(const struct pp_profile *profile,
                          struct pp_slice name, struct pp_slice other_name)
{
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        struct pp_slice type = type_name(profile, i);
        if (pp_slice_equal(type, name) || pp_slice_equal(type, other_name))
            return i;
    }
    return PP_NONE;
}

static int fail_unknown_type(const struct pp_profile *profile,
                             struct pp_slice wanted, struct pp_error *err)
{
    struct pp_buffer words = {.ceiling = sizeof err->text};
    pp_buffer_append_quoted(&words, wanted);
    pp_buffer_append_text(&words, " must be one of: [");
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        if (i)
            pp_buffer_append_char(&words, ' ');
        pp_buffer_append_slice(&words, type_name(profile, i));
    }
    pp_buffer_append_char(&words, ']');
    int status = pp_fail(err, PP_E_USAGE, "sample_index " PP_SLICE_FORMAT,
                         PP_SLICE_ARGS(pp_buffer_slice(&words)));
    pp_buffer_release(&words);
    return status;
}

/* The type that the profile calls the default one, else the last. */
static int default_index(const struct pp_profile *profile)
{
    struct pp_slice type =
        pp_profile_text(profile, profile->default_sample_type);
    uint32_t found = type.size ? find_type(profile, type, type) : PP_NONE;
    return (int)(found == PP_NONE ? profile->sample_types.count - 1 : found);
}

static int index_by_number(const struct pp_profile *profile, int64_t number,
                           struct pp_slice wanted, struct pp_error *err)
{
    uint32_t count = profile->sample_types.count;
    if (number >= 0 && number < count)
        return (int)number;
    return pp_fail(err, PP_E_USAGE,
                   "sample_index " PP_SLICE_FORMAT
                   " is outside the range [0..%u]",
                   PP_SLICE_ARGS(wanted), count - 1);
}

/* "inuse_space" also stands for "space", as old heap profiles have it. */
static int index_by_name(const struct pp_profile *profile,
                         struct pp_slice wanted, struct pp_error *err)
{
    struct pp_slice inuse = pp_slice_literal("inuse_");
    struct pp_slice other_name = wanted;
    if (pp_slice_starts_with(wanted, inuse))
        other_name = (struct pp_slice){wanted.data + inuse.size,
                                       wanted.size - inuse.size};
    uint32_t found = find_type(profile, wanted, other_name);
    if (found == PP_NONE)
        return fail_unknown_type(profile, wanted, err);
    return (int)found;
}

int pp_profile_sample_index(const struct pp_profile *profile,
                            struct pp_slice wanted, struct pp_error *err)
{
    int64_t number;
    if (profile->sample_types.count == 0)
        return pp_fail(err, PP_E_USAGE, "profile has no samples");
    if (wanted.size == 0)
        return default_index(profile);
    if (parse_integer(wanted, &number))
        return index_by_number(profile, number, wanted, err);
    return index_by_name(profile, wanted, err);
}

/* ---- total -------------------------------------------------------------- */

static bool label_is(const struct pp_profile *profile,
                     const struct pp_label *label, const char *key,
                     const char *value)
{
    return label->string &&
           pp_slice_equal(pp_profile_text(profile, label->key),
                          pp_slice_of(key)) &&
           pp_slice_equal(pp_profile_text(profile, label->string),
                          pp_slice_of(value));
}

/* The samples of -diff_base carry this label. */
static bool is_base_sample(const struct pp_profile *profile,
                           const struct pp_sample *sample)
{
    for (uint32_t i = 0; i < sample->label_count; i++)
        if (label_is(profile, &profile->labels.items[sample->label_start + i],
                     "pprof::base", "true"))
            return true;
    return false;
}

int64_t pp_profile_total(const struct pp_profile *profile, uint32_t value_index,
                         bool mean)
{
    /* Sums wrap around, as Go's do. */
    uint64_t total = 0, divisor = 0, base_total = 0, base_divisor = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const int64_t *values = pp_sample_values(profile, i);
        uint64_t value = (uint64_t)values[value_index];
        uint64_t size = values[value_index] < 0 ? -value : value;
        uint64_t count = mean ? (uint64_t)values[0] : 0;
        total += size;
        divisor += count;
        if (is_base_sample(profile, &profile->samples.items[i])) {
            base_total += size;
            base_divisor += count;
        }
    }
    if ((int64_t)base_total > 0) {
        total = base_total;
        divisor = base_divisor;
    }
    return pp_mean((int64_t)total, (int64_t)divisor);
}

/* ---- units of labels ---------------------------------------------------- */

struct pp_slice pp_label_unit_guess(struct pp_slice key)
{
    if (pp_slice_equal(key, pp_slice_literal("alignment")) ||
        pp_slice_equal(key, pp_slice_literal("request")))
        return pp_slice_literal("bytes");
    return key;
}

struct pp_slice pp_profile_label_unit(const struct pp_profile *profile,
                                      pp_string key)
{
    struct pp_slice name = pp_profile_text(profile, key);
    for (uint32_t i = 0; i < profile->labels.count; i++) {
        const struct pp_label *label = &profile->labels.items[i];
        if (label->string == 0 && label->number_unit != 0 &&
            pp_slice_equal(pp_profile_text(profile, label->key), name))
            return pp_profile_text(profile, label->number_unit);
    }
    return pp_label_unit_guess(name);
}
