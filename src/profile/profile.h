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
 * walkers do not check. Everything lives in the profile's arena.
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
    uint32_t mapping; /* PP_NONE: none */
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

    struct pp_strings interned; /* only where the profile is being built */
    struct {
        struct pp_slice *items;
        uint32_t count, capacity;
    } strings;
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

static inline struct pp_slice
pp_profile_text(const struct pp_profile *profile, pp_string string)
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
    return profile->values.items +
           (size_t)sample * profile->sample_types.count;
}

/* ---- building ---------------------------------------------------------- */

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

/* ---- checking ---------------------------------------------------------- */

/* The checks that the index form leaves to be made (the reference's
 * CheckValid): sample types present when there are samples, ids not 0 and not
 * twice, every line with a function. Words as the reference's. */
int pp_profile_check(const struct pp_profile *profile, struct pp_error *err);

/* ---- looking ----------------------------------------------------------- */

/* Which sample type -sample_index means: "" is the default type, else the
 * last one; a number; a name, also with "inuse_" left out. The index, or
 * PP_E_USAGE with the reference's words. */
int pp_profile_sample_index(const struct pp_profile *profile,
                            struct pp_slice wanted, struct pp_error *err);

/* ---- units ------------------------------------------------------------- */

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

#endif
