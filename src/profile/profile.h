/* profile: the waist of the house. What a profile is, in profile.proto's own
 * words; how to build one, check it, and look through it.
 *
 * A profile is a string table and flat arrays. A reference from one to another
 * is a uint32_t index, PP_NONE where the format has id 0. Ids of the file are
 * kept beside (pprof -raw prints them), but nobody follows them.
 *
 *     samples   stack ------> locations ------> lines ------> functions
 *               values            |                            | names
 *               labels            +--> mappings                v
 *                                                           strings
 *
 * Invariant: every index is in range (decoders and builders see to it), so
 * walkers do not check. Everything lives in the profile's arena, and no array
 * is NULL, not even an empty one.
 */
#ifndef PP_PROFILE_PROFILE_H
#define PP_PROFILE_PROFILE_H

#include "base/base.h"

/* A string: an index into profile->strings. 0 is always "". */
typedef uint32_t pp_string;

struct pp_value_type {
    pp_string type; /* "cpu" */
    pp_string unit; /* "nanoseconds" */
};

struct pp_mapping {
    uint64_t id;
    uint64_t start, limit, offset; /* bytes; limit is the first one past */
    pp_string filename, build_id;
    bool has_functions, has_filenames, has_line_numbers, has_inline_frames;
};

struct pp_function {
    uint64_t id;
    pp_string name, system_name, filename;
    int64_t start_line;
    bool is_start_found; /* not by who made the profile: the tool added it */
};

/* One source position of a location. A location's lines stand innermost
 * (inlined callee) first, as in the format. */
struct pp_line {
    uint32_t function; /* PP_NONE: the format's function_id 0 */
    int64_t line, column;
};

struct pp_location {
    uint64_t id;
    uint64_t address;
    uint32_t mapping;                /* PP_NONE: none */
    uint32_t line_start, line_count; /* in profile->lines */
    bool is_folded;
};

/* A label of a sample: a string, or a number when string is 0. */
struct pp_label {
    pp_string key;
    pp_string string;
    int64_t number;
    pp_string number_unit;
};

/* The stack is location indices, leaf first: profile->stacks.items
 * [stack_start .. stack_start + stack_depth). Values are
 * profile->values.items[sample * type_count .. + type_count). */
struct pp_sample {
    uint64_t stack_start;
    uint32_t stack_depth;
    uint32_t label_count;
    uint32_t label_start;
};

struct pp_profile {
    struct pp_arena arena;
    struct pp_buffer input; /* bytes that strings borrow, if any */

    struct {
        struct pp_slice *items;
        uint32_t count, capacity;
    } strings;
    struct pp_table interned; /* finds strings, once any were added */
    uint32_t indexed;         /* strings below this are in `interned` */
    struct {
        struct pp_value_type *items;
        uint32_t count, capacity;
    } sample_types;
    struct {
        struct pp_sample *items;
        uint32_t count, capacity;
    } samples;
    struct {
        int64_t *items; /* samples.count * sample_types.count */
        uint32_t count, capacity;
    } values;
    struct {
        uint32_t *items; /* location indices */
        uint32_t count, capacity;
    } stacks;
    struct {
        struct pp_label *items;
        uint32_t count, capacity;
    } labels;
    struct {
        struct pp_mapping *items;
        uint32_t count, capacity;
    } mappings;
    struct {
        struct pp_location *items;
        uint32_t count, capacity;
    } locations;
    struct {
        struct pp_line *items;
        uint32_t count, capacity;
    } lines;
    struct {
        struct pp_function *items;
        uint32_t count, capacity;
    } functions;
    struct {
        pp_string *items;
        uint32_t count, capacity;
    } comments;

    pp_string drop_frames, keep_frames; /* regular expressions */
    pp_string default_sample_type, doc_url;
    int64_t time_nanos;     /* since 1970, 0: unknown */
    int64_t duration_nanos; /* 0: unknown */
    struct pp_value_type period_type;
    int64_t period; /* in units of period_type */
};

/* A new empty profile in memory of its own, NULL without memory. ceiling: of
 * its arena, in bytes, 0 for none. */
struct pp_profile *pp_profile_new(size_t ceiling);
void pp_profile_free(struct pp_profile *profile);

static inline struct pp_slice pp_profile_text(const struct pp_profile *profile,
                                              pp_string string)
{
    return profile->strings.items[string];
}

static inline const uint32_t *pp_sample_stack(const struct pp_profile *profile,
                                              const struct pp_sample *sample)
{
    return profile->stacks.items + sample->stack_start;
}

static inline const int64_t *pp_sample_values(const struct pp_profile *profile,
                                              uint32_t sample)
{
    return profile->values.items + (size_t)sample * profile->sample_types.count;
}

/* Add to a sum of values, which wraps around as Go's do: a profile may have any
 * values. */
static inline void pp_value_add(int64_t *sum, int64_t value)
{
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)value);
}

/* ---- building ----------------------------------------------------------- */

/* Each adds one thing and gives its index, PP_NONE when out of memory. Ids
 * are given out from 1. Text is copied. Nothing is deduplicated except
 * strings. A sample's values must be as many as there are sample types, which
 * are added first. */
pp_string pp_profile_add_string(struct pp_profile *profile,
                                struct pp_slice text);
uint32_t pp_profile_add_sample_type(struct pp_profile *profile,
                                    const char *type, const char *unit);
uint32_t pp_profile_add_mapping(struct pp_profile *profile, uint64_t start,
                                uint64_t limit, uint64_t offset,
                                struct pp_slice filename,
                                struct pp_slice build_id);
uint32_t pp_profile_add_function(struct pp_profile *profile,
                                 struct pp_slice name,
                                 struct pp_slice system_name,
                                 struct pp_slice filename, int64_t start_line);
uint32_t pp_profile_add_location(struct pp_profile *profile, uint32_t mapping,
                                 uint64_t address);
/* Give a location its lines, innermost first, in place of those it had. 0 or
 * PP_E_MEMORY. */
int pp_profile_set_lines(struct pp_profile *profile, uint32_t location,
                         const struct pp_line *lines, uint32_t count);
uint32_t pp_profile_add_sample(struct pp_profile *profile,
                               const uint32_t *locations, uint32_t depth,
                               const int64_t *values);
/* Label the sample that was added last. 0 or PP_E_MEMORY. */
int pp_profile_add_label(struct pp_profile *profile, struct pp_label label);
int pp_profile_add_comment(struct pp_profile *profile, struct pp_slice text);

/* ---- merging ------------------------------------------------------------ */

/* One profile with the samples of all sources: equal stacks with equal labels
 * become one sample, samples whose values are all 0 go, and so does what no
 * sample needs. Mappings that have moved (another start, the same size, offset
 * and build id or file) are one. Merging a single source compacts it. The
 * period types and the sample types of all sources must be equal;
 * pp_profile_unify sees to that where it can. On success *merged is the
 * caller's, to be freed with pp_profile_free; it borrows nothing. */
int pp_profile_merge(const struct pp_profile *const *sources, size_t count,
                     struct pp_profile **merged, struct pp_error *err);

/* The same of profiles that come some at a time. Each call makes what came so
 * far and the new ones fit for each other (pp_profile_unify, so the new ones
 * are changed), and takes the new ones in: they may be freed then. After a
 * failure only pp_merging_free is left to be called. New: NULL without memory;
 * end: the merged profile is the caller's, and the merging is freed in any
 * case. */
struct pp_merging;
struct pp_merging *pp_merging_new(void);
void pp_merging_free(struct pp_merging *merging);
int pp_merging_add(struct pp_merging *merging,
                   struct pp_profile *const *profiles, size_t count,
                   struct pp_error *err);
int pp_merging_end(struct pp_merging *merging, struct pp_profile **merged,
                   struct pp_error *err);

/* Make profiles fit to be merged, in place: keep the sample types that all of
 * them have, in the order of the first, and tell the values and the period in
 * the finest of their units. On failure they have nothing in common, or are
 * out of memory, and are good for pp_profile_free only. */
int pp_profile_unify(struct pp_profile *const *profiles, size_t count,
                     struct pp_error *err);

/* Another profile with the same content, to be cut down by filters: its text
 * is borrowed from `profile`, which must outlive it. NULL without memory. */
struct pp_profile *pp_profile_copy(const struct pp_profile *profile);

/* Multiply the values of sample type i by ratios[i] (one for each type), half
 * away from zero. Samples left with nothing but zeros go where some ratio is
 * not 1. */
void pp_profile_scale(struct pp_profile *profile, const double *ratios);

/* -normalize: scale the values of each type so that they sum up to those of
 * `base`; to 0 where they sum up to 0 now. The sample types must be equal. */
int pp_profile_normalize(struct pp_profile *profile,
                         const struct pp_profile *base, struct pp_error *err);

/* Label every sample key=text, in place of what it says under that key. 0 or
 * PP_E_MEMORY. */
int pp_profile_label_all(struct pp_profile *profile, struct pp_slice key,
                         struct pp_slice text);

/* ---- checking ----------------------------------------------------------- */

/* The checks that the index form leaves to be made (the reference's
 * CheckValid): sample types present when there are samples, ids not 0 and not
 * twice, every line with a function. Words as the reference's. */
int pp_profile_check(const struct pp_profile *profile, struct pp_error *err);

/* ---- looking ------------------------------------------------------------ */

/* The indices of the sample's labels as they are told: those with text by key,
 * then those with numbers by key, else as they came. `order` has room for
 * sample->label_count; the largest of a profile is the second function's. */
void pp_sample_order_labels(const struct pp_profile *profile,
                            const struct pp_sample *sample, uint32_t *order);
uint32_t pp_profile_label_count_max(const struct pp_profile *profile);

/* Which sample type -sample_index means: "" is the default type, else the
 * last one; a number; a name, also with "inuse_" left out. The index, or
 * PP_E_USAGE with the reference's words. */
int pp_profile_sample_index(const struct pp_profile *profile,
                            struct pp_slice wanted, struct pp_error *err);

/* What 100 % are: the sum of the samples' absolute values; with mean, divided
 * by the sum of value 0. Where samples carry the label pprof::base=true, only
 * those count. */
int64_t pp_profile_total(const struct pp_profile *profile, uint32_t value_index,
                         bool mean);

/* sum / divisor, or the sum where there is no divisor. */
static inline int64_t pp_mean(int64_t sum, int64_t divisor)
{
    if (divisor == -1) /* INT64_MIN / -1 traps */
        return (int64_t) - (uint64_t)sum;
    return divisor ? sum / divisor : sum;
}

/* The unit that the numbers of labels with that key are taken to be in: the
 * first that one of them names, else one guessed from the key. */
struct pp_slice pp_profile_label_unit(const struct pp_profile *profile,
                                      pp_string key);
struct pp_slice pp_label_unit_guess(struct pp_slice key);

/* ---- filtering ---------------------------------------------------------- */

/* Which strings of the profile an expression matches, one byte for each; NULL
 * when there is no expression. Only the bytes of strings that the filter looks
 * at need to be right: names and files of functions, files of mappings, keys
 * of labels. */
typedef const uint8_t *pp_string_set;

struct pp_name_filter {
    pp_string_set focus;  /* keep samples that have a matching location */
    pp_string_set ignore; /* drop samples that have a matching location */
    pp_string_set hide;   /* drop matching lines, and samples left empty */
    pp_string_set show;   /* keep matching lines only, likewise */
};

/* Did it match a location? Only said of expressions that are there. */
struct pp_name_matches {
    bool focus, ignore, hide, show;
};

/* All filters cut the profile down in place. 0 or PP_E_MEMORY. */
int pp_profile_filter_names(struct pp_profile *profile,
                            const struct pp_name_filter *filter,
                            struct pp_name_matches *matches);

/* Drop what called the outermost matching line, and samples without one. */
int pp_profile_show_from(struct pp_profile *profile, pp_string_set set,
                         bool *matched);

/* Keep the samples i with keep[i]. */
void pp_profile_keep_samples(struct pp_profile *profile, const uint8_t *keep);

/* Keep the labels whose key is in show (or all, when NULL) and not in hide. */
void pp_profile_filter_labels(struct pp_profile *profile, pp_string_set show,
                              pp_string_set hide, bool *show_matched,
                              bool *hide_matched);

/* The part of a function's name that prune_from and drop_frames look at:
 * without a leading dot and without arguments. Borrows. */
struct pp_slice pp_simplify_function(struct pp_slice name);

/* Drop what the innermost matching function called; sets are made from
 * simplified names. 0 or PP_E_MEMORY. */
int pp_profile_prune_from(struct pp_profile *profile, pp_string_set names);

/* Drop the outermost matching function below some other, and all that it
 * called (for the profile's drop_frames and keep_frames). 0 or PP_E_MEMORY. */
int pp_profile_drop_frames(struct pp_profile *profile, pp_string_set names);

/* What shall be told apart. What is not is set to 0 in place. */
struct pp_detail {
    bool inlines;   /* else the outermost line of each location stands alone */
    bool functions; /* by name */
    bool filenames, line_numbers;
    bool columns; /* only where there are line numbers */
    bool addresses;
};

void pp_profile_aggregate(struct pp_profile *profile,
                          const struct pp_detail *detail);

/* ---- units -------------------------------------------------------------- */

/* value in unit `from`, told in unit `to` ("auto" and "minimum" choose): the
 * number, and in *unit a static or borrowed name. As the reference's Scale. */
double pp_unit_scale(int64_t value, struct pp_slice from, struct pp_slice to,
                     struct pp_slice *unit);

/* The label a report prints: "1.50s", "0", "20cycles". Appended to out. */
void pp_unit_label(struct pp_buffer *out, int64_t value, struct pp_slice from,
                   struct pp_slice to);

/* |value / total| as the reports print it: "99.18%", " 0.9%", "  100%";
 * always 6 bytes or more. */
void pp_unit_percentage(struct pp_buffer *out, int64_t value, int64_t total);

/* As Go on amd64 makes an int64 of a float64: towards zero, and INT64_MIN for
 * what does not fit. */
int64_t pp_unit_truncate(double value);

#endif
